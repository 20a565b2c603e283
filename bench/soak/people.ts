// The sessions of a soak: some end and others take their place, some never do; all have transcripts, and subagents now and then.
import fs from 'node:fs';
import path from 'node:path';
import { conversation, type Step } from './conversation.ts';

/** Sessions at work at a time that end after a few turns. */
const PASSING = 12;
/** Sessions that never end, and are heard of now and then; so many that they have all that is remembered of one before half time. */
const LASTING = 60;
/** The part of all hooks that those call. */
const LASTING_SHARE = 0.5;
/** How long the transcript of a session that ended is kept, in seconds. */
const KEPT_S = 60;

interface One {
  readonly steps: Generator<Step>;
  readonly lasts: boolean;
  readonly file: string;
  busy: boolean;
  over: boolean;
}

export class People {
  readonly #post: (body: object) => Promise<void>;
  readonly #project: string;
  /** When the last one of those that last is there, in seconds. */
  readonly #gatherS: number;
  readonly #passing: One[] = [];
  readonly #lasting: One[] = [];
  readonly #old: { readonly file: string; readonly at: number }[] = [];
  readonly #failures = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();
  #times: number[] = [];
  #born = 0;

  /** @param post resolves once a payload is accepted. @param gatherS seconds until everybody is there who stays. */
  constructor(post: (body: object) => Promise<void>, configDir: string, gatherS: number) {
    this.#post = post;
    this.#project = path.join(configDir, 'projects', '-home-dev-shop');
    this.#gatherS = gatherS;
    fs.mkdirSync(this.#project, { recursive: true });
  }

  /** Somebody does the next thing, `at` seconds after the beginning; nobody does when all wait for an answer. */
  step(at: number): void {
    const one = this.#next(at);
    if (!one) return;
    const { value, done } = one.steps.next();
    if (done === true || value === undefined) {
      one.over = true;
      this.#old.push({ file: one.file, at });
      return this.step(at);
    }
    one.busy = true;
    const from = performance.now();
    const told = this.#post(value)
      .then(() => void this.#times.push(performance.now() - from))
      .catch(error => void this.#failures.add((error as Error).message))
      .finally(() => {
        one.busy = false;
        this.#underWay.delete(told);
      });
    this.#underWay.add(told);
    this.#clear(at);
  }

  /** How long hooks took to be answered since the last call, in milliseconds. */
  takeTimes(): number[] {
    const times = this.#times;
    this.#times = [];
    return times;
  }

  /** Waits for what is under way; returns what went wrong. */
  async rest(): Promise<string[]> {
    await Promise.all(this.#underWay);
    return [...this.#failures];
  }

  #next(at: number): One | undefined {
    const wanted = Math.min(LASTING, Math.ceil((LASTING * at) / this.#gatherS));
    if (this.#lasting.length < wanted) return this.#bear(this.#lasting, true);
    const all = Math.random() < LASTING_SHARE ? this.#lasting : this.#passing;
    for (const one of all.filter(({ over }) => over)) all.splice(all.indexOf(one), 1);
    if (all === this.#passing && all.length < PASSING) return this.#bear(all, false);
    const free = all.filter(({ busy }) => !busy);
    return free[Math.floor(Math.random() * free.length)];
  }

  #bear(among: One[], lasts: boolean): One {
    const id = `5eed${lasts ? '1a57' : '0000'}-83dd-4922-a1da-${(++this.#born).toString(16).padStart(12, '0')}`;
    const file = path.join(this.#project, `${id}.jsonl`);
    const one = { steps: conversation(id, file, lasts), lasts, file, busy: false, over: false };
    among.push(one);
    return one;
  }

  /** Takes away what sessions left behind that ended a while ago. */
  #clear(at: number): void {
    for (let [oldest] = this.#old; oldest && oldest.at < at - KEPT_S; [oldest] = this.#old) {
      this.#old.shift();
      fs.rmSync(oldest.file, { force: true });
      fs.rmSync(oldest.file.replace(/\.jsonl$/, ''), { recursive: true, force: true });
    }
  }
}
