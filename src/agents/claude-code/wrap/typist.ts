// Types messages at the prompt of a client, as its user would, and never where its user has written something.
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import { Draft } from './draft.ts';
import { type Key, Keys } from './keys.ts';
import { bracketed } from './paste.ts';
import { type PromptBox, shows } from './prompt-box.ts';
import type { ClientState } from './wrapped-client.ts';

export interface TypistOptions {
  readonly screen: {
    /** Undefined when it shows no prompt, or is not up to date. */
    readonly promptBox: PromptBox | undefined;
    /** Whether all that the client has written is on it. */
    readonly isCurrent: boolean;
  };
  /** To the client, as if it was typed. */
  readonly send: (input: string | Uint8Array) => void;
  readonly client: () => ClientState;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
  /** Told when a message begins or ends to be typed. */
  readonly changed?: () => void;
  /** How long after a key nothing is typed, in milliseconds: client and screen may not have caught up with it. Default 1000. */
  readonly quietMs?: number;
  /** How long the client may take to show what was typed, in milliseconds. Default 20,000: a machine may be busy. */
  readonly patienceMs?: number;
}

/** A prompt that stays empty for so long after something was typed elsewhere is believed, in milliseconds. */
const BELIEVED_MS = 5000;
/** The user's keys wait no longer than that for a message that does not show up, in milliseconds. */
const HELD_MOST_MS = 1500;
const LOOK_MS = 20;
/** What takes a line back that is written; a paste that is folded is one. */
const TAKE_LINE = '\u0015';
const TAKES_MOST = 100;

/** The line of a session's mode, below its prompt and below no other. */
const MODE = /^[⏸⏵].*\bon\b/m;
const BYPASSES = /\bbypass permissions on\b/;

export class Typist {
  readonly #options: TypistOptions;
  readonly #quietMs: number;
  readonly #patienceMs: number;
  readonly #keys = new Keys();
  readonly #decoder = new StringDecoder('utf8');
  readonly #draft = new Draft();
  /** By `uptime`: when somebody pressed a key, and when a message was typed. */
  #pressedAt = Number.NEGATIVE_INFINITY;
  #typedAt = Number.NEGATIVE_INFINITY;
  /** What the user typed while a message is being typed, in order: it comes after it. */
  #held: { input: Uint8Array; keys: readonly Key[] }[] | undefined;
  /** A message that was given up and may yet show up at the prompt, as long as nobody has pressed a key since. */
  #leftover: string | undefined;

  constructor(options: TypistOptions) {
    this.#options = options;
    this.#quietMs = options.quietMs ?? 1000;
    this.#patienceMs = options.patienceMs ?? 20_000;
  }

  /** Passes on what comes from the user's terminal. */
  press(input: Uint8Array): void {
    const keys = this.#keys.take(this.#decoder.write(Buffer.from(input)));
    const isTyped = keys.length === 0 || keys.some(({ kind }) => kind !== 'report');
    if (this.#held && (isTyped || this.#held.length > 0)) this.#held.push({ input, keys });
    else this.#pass(input, keys);
  }

  /** Why nothing may be typed now, for people; undefined when it may. */
  whyNot(): string | undefined {
    if (this.#held) return 'a message is being typed there';
    const { client, screen, uptime } = this.#options;
    const { whyNot } = client();
    if (whyNot !== undefined) return whyNot;
    const now = uptime();
    if (now - this.#typedAt < this.#quietMs) return 'a message was typed there just now';
    if (now - this.#pressedAt < this.#quietMs) return 'its user is typing';
    const box = screen.promptBox;
    if (box === undefined) return 'its screen shows no prompt';
    if (BYPASSES.test(box.footer))
      return 'it bypasses permissions, and then nothing is typed there for others';
    if (!MODE.test(box.footer)) return 'its screen shows no prompt of a session';
    if (!box.isEmpty) return 'something is written at its prompt';
    if (this.#draft.state === 'draft' && now - this.#pressedAt < BELIEVED_MS)
      return 'its user is writing something';
    this.#draft.settle();
    return undefined;
  }

  /**
   * Types a text and submits it, once it is seen at the prompt.
   *
   * @param text from `pasteable`
   * @returns why it was not submitted, for people; undefined when it was
   */
  async type(text: string): Promise<string | undefined> {
    const whyNot = this.whyNot();
    if (whyNot !== undefined) return `it was not typed: ${whyNot}`;
    this.#leftover = text;
    return this.#aloneAtPrompt(async () => {
      const problem = await this.#typed(text);
      if (problem === undefined) this.#leftover = undefined;
      return problem;
    });
  }

  /** Takes away what was given up and stands at the prompt after all, whole and alone. */
  async tidy(): Promise<void> {
    const text = this.#leftover;
    if (text === undefined || this.#held || this.#options.client().whyNot !== undefined) return;
    const box = this.#options.screen.promptBox;
    if (box === undefined || !shows(box, text)) return;
    this.#leftover = undefined;
    await this.#aloneAtPrompt(() => this.#takeBack('it was given up'));
  }

  /** Does something at the prompt; what the user types meanwhile comes after it. */
  async #aloneAtPrompt<T>(work: () => Promise<T>): Promise<T> {
    this.#held = [];
    this.#options.changed?.();
    try {
      return await work();
    } finally {
      const held = this.#held;
      this.#held = undefined;
      this.#typedAt = this.#options.uptime();
      for (const { input, keys } of held) this.#pass(input, keys);
      this.#options.changed?.();
    }
  }

  #pass(input: Uint8Array, keys: readonly Key[]): void {
    if (keys.length === 0 || keys.some(({ kind }) => kind !== 'report')) {
      this.#pressedAt = this.#options.uptime();
      this.#leftover = undefined;
      const atPrompt = this.#options.screen.promptBox !== undefined;
      for (const key of keys) this.#draft.note(key, atPrompt);
    }
    this.#options.send(input);
  }

  async #typed(text: string): Promise<string | undefined> {
    const { screen, send, client } = this.#options;
    const isThere = (): boolean => {
      const box = screen.promptBox;
      return box !== undefined && shows(box, text);
    };
    send(bracketed(text));
    if (!(await this.#until(isThere))) return 'it did not show up at the prompt; it may stand there, unsent';
    const { whyNot } = client();
    if (whyNot !== undefined) return this.#takeBack(whyNot);
    send('\r');
    if (await this.#until(() => screen.isCurrent && !isThere())) return undefined;
    return 'Enter did not send it; it may stand at the prompt';
  }

  /** Nothing else stands there: it was just seen. */
  async #takeBack(why: string): Promise<string> {
    const { screen, send } = this.#options;
    for (let taken = 0; taken < TAKES_MOST; taken++) {
      const box = screen.promptBox;
      if (box === undefined) break;
      if (box.isEmpty) return `it was typed and taken back: ${why}`;
      send(TAKE_LINE);
      const isOther = (): boolean => screen.isCurrent && screen.promptBox?.text !== box.text;
      if (!(await this.#until(isOther))) break;
    }
    return `it may stand at the prompt, unsent: ${why}`;
  }

  /** Whether it came to be, before the time was up or its user had enough. */
  async #until(isSo: () => boolean): Promise<boolean> {
    const { uptime } = this.#options;
    const began = uptime();
    while (!isSo()) {
      const held = this.#held ?? [];
      const mostMs = held.length > 0 ? Math.min(HELD_MOST_MS, this.#patienceMs) : this.#patienceMs;
      const isStopped = held.some(({ keys }) => keys.some(({ isUrgent }) => isUrgent));
      if (isStopped || uptime() - began >= mostMs) return false;
      await delay(LOOK_MS);
    }
    return true;
  }
}
