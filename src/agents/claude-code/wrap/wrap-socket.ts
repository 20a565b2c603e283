// The socket of a wrap: takes messages from the daemon, has them typed one after the other, and says what became of each.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { wrapped } from '../deliver/frames.ts';
import { linesOf } from './lines.ts';
import { pasteable } from './paste.ts';
import type { Typist } from './typist.ts';
import { type FromWrap, lineOf, parsed, ToWrap } from './wrap-protocol.ts';
import type { ClientState } from './wrapped-client.ts';

export interface WrapSocketOptions {
  /** Where it listens. */
  readonly file: string;
  readonly typist: Pick<Typist, 'type' | 'whyNot'>;
  readonly client: () => ClientState;
  /** Told which message is being typed; undefined when none is any more. */
  readonly typing: (messageId: string | undefined) => void;
}

type Message = Extract<ToWrap, { type: 'message' }>;

/** Sends no answer of the model: it has no tool that leads here. */
const FROM = 'hookline';
/** Whoever writes to the socket speaks as nobody else: nothing of a text ends the frame around it. */
const FRAME = /<(?=\s*\/?\s*cross-session-message\b)/gi;
/** How long a daemon may take to say what it wants, in milliseconds. */
const PATIENCE_MS = 5000;

export class WrapSocket {
  readonly #options: WrapSocketOptions;
  readonly #server = net.createServer(socket => {
    socket.on('error', () => {}).on('timeout', () => socket.destroy());
    void this.#serve(socket);
  });
  /** The last of those who wait for their turn. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: WrapSocketOptions) {
    this.#options = options;
  }

  /** @throws Error when it cannot be opened, as where the path is too long for a socket */
  async open(): Promise<void> {
    const { file } = this.#options;
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    fs.rmSync(file, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(file, resolve);
    });
    this.#server.on('error', () => {});
    this.#server.unref();
    fs.chmodSync(file, 0o600);
  }

  close(): void {
    this.#server.close();
    fs.rmSync(this.#options.file, { force: true });
  }

  async #serve(socket: net.Socket): Promise<void> {
    const lines = linesOf(socket);
    const hear = async (): Promise<ToWrap | undefined> => {
      const { value } = await lines.next();
      return typeof value === 'string' ? parsed(ToWrap, value) : undefined;
    };
    const say = (said: FromWrap): void => void socket.write(lineOf(said));
    const message = await hear();
    if (message?.type === 'message')
      await this.#inTurn(async () => {
        if (socket.destroyed) return;
        const whyNot = this.#whyNot(message);
        if (whyNot !== undefined) return say({ type: 'refused', reason: whyNot });
        say({ type: 'ready' });
        socket.setTimeout(PATIENCE_MS);
        if ((await hear())?.type !== 'go') return;
        socket.setTimeout(0);
        const reason = await this.#type(message);
        say(reason === undefined ? { type: 'submitted' } : { type: 'dropped', reason });
      });
    socket.destroySoon();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work, work);
    return this.#turn;
  }

  #whyNot({ sessionId }: Message): string | undefined {
    const { typist, client } = this.#options;
    if (client().sessionId !== sessionId) return 'its terminal has another session open';
    return typist.whyNot();
  }

  async #type(message: Message): Promise<string | undefined> {
    const { typist, typing } = this.#options;
    const whyNot = this.#whyNot(message);
    if (whyNot !== undefined) return `it was not typed: ${whyNot}`;
    typing(message.messageId);
    try {
      const text = message.text.replace(FRAME, '&lt;');
      return await typist.type(pasteable(wrapped({ ...message, text }, FROM)));
    } finally {
      typing(undefined);
    }
  }
}
