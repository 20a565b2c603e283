// What sessions ask that can be answered now, and how what could be a moment ago ended: one for the whole page.
import type { Answer, ApprovalList, EventEnvelope, RequestOfApproval } from '../../src/protocol/index.ts';
import { type ApiError, ask } from '../live/api.ts';
import { keepLoaded } from '../live/keep-loaded.ts';
import type { Live } from '../live/live.ts';

/** How a request ended that was on this page. */
export interface Ended {
  readonly request: RequestOfApproval;
  readonly outcome: string;
  /** Who, as the log names them. */
  readonly by: string;
  readonly message: string;
  /** It was answered on this page. */
  readonly here: boolean;
  /** In milliseconds since 1970. */
  readonly at: number;
}

/** How long the end of a request is shown where it was, in milliseconds. */
export const ENDED_MS = 10_000;
/** How long the daemon may take to say that it has an answer, in milliseconds. */
const PATIENCE_MS = 15_000;
/** Once a page can answer, requests may wait longer; the daemon sees to it within so many milliseconds. */
const EXTENDED_MS = 1000;
/** Ends remembered, so that no list that was under way brings one of them back. */
const REMEMBERED = 500;

/** Dispatches `change`. */
export class OpenRequests extends EventTarget {
  readonly #open = new Map<string, RequestOfApproval>();
  readonly #ended = new Map<string, Ended | undefined>();
  /** What a list no longer had before the stream told how it ended. */
  #missing = new Map<string, RequestOfApproval>();
  /** What was answered on this page, or is being. */
  readonly #ours = new Set<string>();
  readonly #reload: () => void;
  /** Whether the daemon has told them at least once. */
  known = false;

  constructor(live: Live, signal = new AbortController().signal) {
    super();
    live.on('events', ({ detail }) => this.#hear(detail), { signal });
    live.on('renumbered', () => this.#replace([]), { signal });
    this.#reload = keepLoaded({
      ...{ live, signal },
      load: async () => {
        const { requests } = await ask<ApprovalList>('GET', '/api/approvals', { signal });
        this.known = true;
        this.#replace(requests);
      },
      isMovedBy: ({ type, data }) => type === 'permission.requested' && data.requestId !== undefined,
      // What is here may still be open; the connection in the bar tells the rest.
      failed: () => {},
    });
    live.on(
      'phase',
      () => {
        if (live.phase.phase !== 'live') return;
        this.#reload();
        setTimeout(this.#reload, EXTENDED_MS);
      },
      { signal },
    );
  }

  /** The oldest first. */
  get all(): readonly RequestOfApproval[] {
    return [...this.#open.values()];
  }

  of(sessionId: string): readonly RequestOfApproval[] {
    return this.all.filter(one => one.sessionId === sessionId);
  }

  /** Until when it can be answered, in milliseconds since 1970; 0 for one that cannot be. */
  expiresAt(requestId: string): number {
    return this.#open.get(requestId)?.expiresAt ?? 0;
  }

  /** What was asked in a session and ended just now. */
  endedOf(sessionId: string, now: number): readonly Ended[] {
    return [...this.#ended.values()].filter(
      one => one !== undefined && one.request.sessionId === sessionId && now - one.at < ENDED_MS,
    ) as Ended[];
  }

  /**
   * Answers a request; resolves once that is on record and counts.
   *
   * @throws ApiError: 409 when somebody else was first, 400 when the answer does not fit and it still waits
   */
  async answer(requestId: string, answer: Answer): Promise<void> {
    this.#ours.add(requestId);
    const target = `/api/approvals/${encodeURIComponent(requestId)}`;
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      await ask('POST', target, { body: answer, signal });
    } catch (error) {
      this.#notHere(requestId, error as ApiError);
      throw error;
    }
  }

  /** An answer from here was not taken: what ended it was not ours, and what is shown may be old. */
  #notHere(requestId: string, { status = 0 }: Partial<ApiError>): void {
    // Where nothing was said it may have been taken all the same.
    if (status === 0 || status >= 500) return;
    this.#ours.delete(requestId);
    const ended = this.#ended.get(requestId);
    if (ended) this.#ended.set(requestId, { ...ended, here: false });
    if (status === 404) this.#open.delete(requestId);
    if (status === 404 || status === 409) this.#reload();
    this.#tell();
  }

  #hear(events: readonly EventEnvelope[]): void {
    let changed = false;
    for (const event of events)
      if (event.type === 'permission.resolved') changed = this.#end(event) || changed;
    if (changed) this.#tell();
  }

  #end({ data, timestamp }: EventEnvelope): boolean {
    const id = String(data.requestId);
    const request = this.#open.get(id) ?? this.#missing.get(id);
    const [outcome, by, message] = [data.outcome, data.by, data.message ?? ''].map(String) as [
      string,
      string,
      string,
    ];
    const here = by === 'page' && this.#ours.has(id);
    this.#ended.set(id, request && { request, outcome, by, message, here, at: timestamp });
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > REMEMBERED && oldest !== undefined) this.#ended.delete(oldest);
    this.#open.delete(id);
    this.#missing.delete(id);
    return request !== undefined;
  }

  #replace(requests: readonly RequestOfApproval[]): void {
    const had = [...this.#missing, ...this.#open].slice(-REMEMBERED);
    this.#missing = new Map(had);
    for (const { requestId } of requests) this.#missing.delete(requestId);
    this.#open.clear();
    for (const one of requests) if (!this.#ended.has(one.requestId)) this.#open.set(one.requestId, one);
    this.#tell();
  }

  #tell(): void {
    this.dispatchEvent(new Event('change'));
  }
}
