// The other end of a hub, in the hookline of each machine whose owner lets hubs answer: what waits here is shown to them, and an answer is
// taken as one that came here.

import { ApprovalError, type ApprovalQueue, InvalidAnswerError, type Listening } from '../approvals/index.ts';
import type { HubListener } from '../bridge/index.ts';
import { Presence, Question, type Refusal, type Waiting } from './questions.ts';

export interface HubListenerOptions {
  readonly approvals: () => ApprovalQueue;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
  readonly failed: (what: string, error: unknown) => void;
}

/** How long a hub's word that somebody is there holds, in milliseconds: it says so every other second. */
const HOLDS_MS = 6000;
/** Hubs whose word is remembered. */
const HUBS = 100;

export class ApprovalsForHubs implements HubListener {
  readonly #options: HubListenerOptions;
  readonly #there = new Map<string, { readonly listening: Listening; readonly until: number }>();

  constructor(options: HubListenerOptions) {
    this.#options = options;
  }

  /** Whether anybody is at a hub who may answer. */
  listening(): Listening | undefined {
    const now = this.#options.uptime();
    const all = [...this.#there.values()].filter(({ until }) => until > now);
    return all.find(({ listening }) => listening === 'by name')?.listening ?? all[0]?.listening;
  }

  hear(words: unknown): void {
    const said = Presence.safeParse(words).data;
    if (said === undefined) return;
    this.#there.delete(said.hub);
    if (said.listening === undefined || this.#there.size >= HUBS) return;
    this.#there.set(said.hub, { listening: said.listening, until: this.#options.uptime() + HOLDS_MS });
  }

  failed(error: unknown): void {
    this.#options.failed('what a hub asked could not be answered', error);
  }

  async answer(words: unknown): Promise<object> {
    const question = Question.safeParse(words).data;
    if (question === undefined)
      return refusal(
        'invalid_message',
        'this hookline does not know what it is asked; its version is another one',
      );
    const approvals = this.#options.approvals();
    if (question.ask === 'approvals')
      return { requests: approvals.list(true), shown: approvals.list(false) } satisfies Waiting;
    const { hub, requestId, answer, by } = question;
    try {
      return { answered: await approvals.answer(requestId, answer, `${by} at hub ${hub}`) };
    } catch (error) {
      if (error instanceof ApprovalError || error instanceof InvalidAnswerError)
        return refusal(error.code, error.message);
      this.#options.failed(`hub ${hub}: its answer could not be taken`, error);
      return refusal('internal', 'the answer could not be taken; see the log of that hookline');
    }
  }
}

const refusal = (code: string, message: string): Refusal => ({ error: { code, message } });
