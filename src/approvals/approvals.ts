// The requests that can be answered from outside: held while somebody is there who may answer, and ended once, in one way.
import type { Answer, Answered, EventDraft, RequestOfApproval } from '../protocol/index.ts';
import type { Chore, Service } from '../service.ts';
import type { Asked } from './asked.ts';
import { Endings, untilTold } from './endings.ts';
import { ApprovalError } from './errors.ts';
import type { Verdict } from './policy/verdict.ts';
import type { ApprovalQueue, End } from './queue.ts';
import { partOf, requestOf } from './request.ts';
import { RequestIds } from './request-id.ts';

/** Who is connected that may answer: somebody who asked for the events of permissions, or only somebody who watches everything. */
export type Listening = 'by name' | 'among all';

/** A request that was told and has no end in the log. */
export interface LeftOver {
  readonly sessionId: string;
  readonly agentId?: string | undefined;
  readonly requestId: string;
}

export interface ApprovalsOptions {
  /** How long a hook is held at most, in milliseconds; 0: never. */
  readonly waitMs: number;
  /** Whether anybody is connected who may answer what a session asks. */
  readonly listening: (sessionId: string) => Listening | undefined;
  /** What the rules say; undefined where they leave it to a person. */
  readonly verdict: (asked: Asked, sessionId: string) => Verdict | undefined;
  /** Whether the dialog is still open, as far as the log knows. */
  readonly isAsked: (sessionId: string, requestId: string) => boolean;
  /** What the log still takes for open when the daemon starts. */
  readonly leftOver: () => readonly LeftOver[];
  /** Puts an event into the log; resolves once it is durable. */
  readonly tell: (event: EventDraft) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
  /** What is wrong with the rules; undefined while nothing is. */
  readonly problem: string | undefined;
  /** Told every decision that a rule made, in words. */
  readonly decided: (words: string) => void;
  readonly failed: (what: string, error: unknown) => void;
}

/** What the engine asks for: something to add to the event, and the answer to the hook. */
export interface HeldHook {
  readonly data: { readonly requestId: string };
  answer(gone: AbortSignal): Promise<object | undefined>;
}

interface Open {
  readonly request: RequestOfApproval;
  readonly asked: Asked;
  /** The event that told it, for those who may not see all of it. */
  readonly event: EventDraft;
  /** By `uptime`. */
  readonly since: number;
  until: number;
  heardAt: number;
  /** Told once it ends: those who look at this one request, and may answer it. */
  readonly watching: Set<() => void>;
  /** Lets the hook go, with what it says to the agent. */
  release(output: object | undefined): void;
}

/** How often deadlines, and who is there, are looked at, in milliseconds. */
const TICK_MS = 250;
/**
 * How long a hook is held for somebody who watches everything, in milliseconds: a program that answers does so at once, and a tail or
 * a recorder, which never will, must not stop a session without a terminal for a minute.
 */
const AMONG_ALL_MS = 1500;
/** Whoever reconnects was never away, in milliseconds. */
const AWAY_MS = 3000;
const OURSELVES = 'hookline';

export class Approvals implements ApprovalQueue, Service {
  readonly name = 'approvals';
  readonly chores: readonly Chore[] = [
    { what: 'approvals: looking whose time is up', everyMs: TICK_MS, run: () => this.#tick() },
  ];
  readonly #options: ApprovalsOptions;
  readonly #ids = new RequestIds();
  readonly #open = new Map<string, Open>();
  readonly #endings = new Endings();
  /** What the last daemon held. */
  readonly #leftOver: readonly LeftOver[];
  #stopped = false;

  constructor(options: ApprovalsOptions) {
    this.#options = options;
    this.#leftOver = options.leftOver();
  }

  health(): string | undefined {
    return this.#options.problem;
  }

  /** Nobody can answer any more what the last daemon held: its hooks went with it. */
  async start(): Promise<void> {
    const end = { outcome: 'timed_out', by: OURSELVES, message: 'the daemon was restarted' } as const;
    await Promise.all(this.#leftOver.map(one => this.#tell(one, end)));
  }

  /** Every hook is let go; the dialogs at the terminals decide. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#endAll([...this.#open.values()], {
      outcome: 'timed_out',
      by: OURSELVES,
      message: 'the daemon stops',
    });
  }

  /**
   * Whether a hook's request is answered here: by a rule at once, or by a person for whom it is held. Undefined, and the hook is
   * answered at once with nothing, when neither can be.
   */
  hold(event: EventDraft, asked: Asked): HeldHook | undefined {
    if (this.#stopped) return undefined;
    const verdict = this.#options.verdict(asked, event.sessionId);
    const listening = this.#options.waitMs > 0 && this.#options.listening(event.sessionId);
    if (!verdict && !listening) return undefined;
    const requestId = this.#ids.next();
    const answer = verdict
      ? () => this.#byRule(event, requestId, asked, verdict)
      : (gone: AbortSignal) => this.#byPerson(event, requestId, asked, gone);
    return { data: { requestId }, answer };
  }

  list(mayApprove: boolean): RequestOfApproval[] {
    return [...this.#open.values()].map(({ request, event }) =>
      mayApprove ? request : { ...request, ...partOf(event) },
    );
  }

  find(requestId: string): { readonly request: RequestOfApproval } | { readonly ended: End } {
    const open = this.#open.get(requestId);
    if (open) return { request: open.request };
    const ended = this.#endings.of(requestId);
    if (ended) return { ended };
    throw this.#endings.whyNot(requestId);
  }

  checkOpen(requestId: string): void {
    if (!this.#open.has(requestId)) throw this.#endings.whyNot(requestId);
  }

  untilEnded(requestId: string, gone: AbortSignal): Promise<void> {
    return untilTold(this.#open.get(requestId)?.watching, gone);
  }

  async answer(requestId: string, answer: Answer, by: string): Promise<Answered> {
    const open = this.#open.get(requestId);
    if (!open) throw this.#endings.whyNot(requestId);
    const output = open.asked.say(answer);
    const outcome = answer.behavior === 'allow' ? 'allowed' : 'denied';
    await this.#end(open, { outcome, by, message: answer.message }, output);
    return { requestId, outcome, by };
  }

  /** Something happened in a session: what it asked may have been answered at its terminal. */
  look(sessionId: string): void {
    const over = [...this.#open.values()].filter(
      ({ request }) =>
        request.sessionId === sessionId && !this.#options.isAsked(sessionId, request.requestId),
    );
    if (over.length > 0) void this.#endAll(over, { outcome: 'answered_elsewhere', by: 'terminal' });
  }

  async #byRule(event: EventDraft, requestId: string, asked: Asked, verdict: Verdict): Promise<object> {
    const { behavior, rule, why } = verdict;
    const output = asked.say(behavior === 'deny' ? { behavior, message: why } : { behavior });
    this.#options.decided(
      `${behavior} by rule ${rule}: ${asked.toolName} in session ${event.sessionId}; ${why}`,
    );
    await this.#tell(
      { ...event, requestId },
      { outcome: 'policy', by: `rule ${rule}`, message: `${behavior}: ${why}` },
    );
    return output;
  }

  #byPerson(
    event: EventDraft,
    requestId: string,
    asked: Asked,
    gone: AbortSignal,
  ): Promise<object | undefined> {
    return new Promise(resolve => {
      const since = this.#options.uptime();
      const patience = this.#patience(this.#options.listening(event.sessionId));
      const open: Open = {
        request: requestOf(event, requestId, asked, this.#options.now() + patience),
        asked,
        event,
        since,
        until: since + patience,
        heardAt: since,
        watching: new Set(),
        release: resolve,
      };
      this.#open.set(requestId, open);
      const left = (): void =>
        void this.#endAll([open], {
          outcome: 'answered_elsewhere',
          by: 'terminal',
          message: 'its dialog was closed',
        });
      if (gone.aborted) left();
      else gone.addEventListener('abort', left, { once: true });
      if (this.#stopped) void this.stop();
    });
  }

  #patience(listening: Listening | undefined): number {
    const { waitMs } = this.#options;
    return listening === 'by name' ? waitMs : Math.min(waitMs, AMONG_ALL_MS);
  }

  #tick(): void {
    const now = this.#options.uptime();
    for (const open of [...this.#open.values()]) {
      const isWatched = open.watching.size > 0;
      const listening = isWatched ? 'by name' : this.#options.listening(open.request.sessionId);
      if (listening) open.heardAt = now;
      // Whoever came meanwhile has their time too.
      if (listening === 'by name') this.#extend(open);
      if (now >= open.until) void this.#endAll([open], { outcome: 'timed_out', by: OURSELVES });
      else if (now - open.heardAt > AWAY_MS)
        void this.#endAll([open], {
          outcome: 'timed_out',
          by: OURSELVES,
          message: 'nobody is connected any more who could answer',
        });
    }
  }

  #extend(open: Open): void {
    const until = open.since + this.#options.waitMs;
    open.request.expiresAt += until - open.until;
    open.until = until;
  }

  async #endAll(all: readonly Open[], end: End): Promise<void> {
    await Promise.all(
      all.map(open =>
        this.#end(open, end, undefined).catch(error => {
          if (!(error instanceof ApprovalError))
            this.#options.failed('approvals: telling how one ended', error);
        }),
      ),
    );
  }

  /** It is on record how it ended before the agent hears of it. @throws ApprovalError already_answered */
  async #end(open: Open, end: End, output: object | undefined): Promise<void> {
    const { requestId } = open.request;
    if (!this.#open.delete(requestId)) throw this.#endings.whyNot(requestId);
    this.#endings.note(requestId, end);
    let said: object | undefined;
    try {
      await this.#tell({ ...open.event, requestId }, end);
      said = output;
    } finally {
      open.release(said);
      for (const tell of [...open.watching]) tell();
    }
  }

  #tell({ sessionId, agentId, requestId }: LeftOver, { outcome, by, message }: End): Promise<void> {
    return this.#options.tell({
      type: 'permission.resolved',
      timestamp: this.#options.now(),
      sessionId,
      ...(agentId === undefined ? {} : { agentId }),
      source: OURSELVES,
      data: { requestId, outcome, by, ...(message === undefined ? {} : { message }) },
    });
  }
}
