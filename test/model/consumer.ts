// A consumer that believes nothing: it checks every word a feed tells against the whole history of the log.
import { expect } from 'vitest';
import type { Delivery, ReplayResult, Sink } from '../../src/fanout/index.ts';
import type { LogRecord } from '../../src/log/index.ts';
import type { ResumeReason } from '../../src/protocol/index.ts';

/** An event as the model remembers it, also after the ring has dropped it. */
export interface Happened {
  readonly type: string;
  readonly hookTopic: string | undefined;
  readonly sessionId: string;
  /** What tells it from every other event, as `data.id`, where the model gives it one. */
  readonly id?: number;
}

/** Patterns and, written down independently of any matcher, what they match. */
export const PATTERNS: Readonly<Record<string, (topic: string) => boolean>> = {
  '**': () => true,
  'tool.*': topic => topic.startsWith('tool.'),
  'tool.use': topic => topic === 'tool.use',
  'hook.*': topic => topic.startsWith('hook.'),
  '{session,agent}.*': topic => /^(session|agent)\./.test(topic),
  'nothing.like.it': () => false,
};

export class Consumer implements Sink {
  /** Outputs the sink takes before it is full. */
  credit = 0;
  /** The log has begun another epoch: whatever the feed says from now on would be taken for something else. */
  over = false;
  /** How much was said all the same; whoever throws in the turn of a feed that is over is not heard. */
  saidTooMuch = 0;
  /** Where the feed says this consumer stands, by the last word that told it. */
  told: number;
  readonly #history: readonly Happened[];
  readonly #topics = new Map<string, ReadonlySet<string> | undefined>();
  /** Everything up to here is accounted for: delivered, announced as lost, or of no interest. */
  #seen: number;
  #subscribed = false;
  #replay: { readonly to: number; count: number; lost: boolean } | undefined;

  constructor(history: readonly Happened[], snapshot: number) {
    this.#history = history;
    this.#seen = this.told = snapshot;
  }

  // What the feed says.

  ready(): boolean {
    return this.credit > 0;
  }

  events(deliveries: readonly Delivery[], prev: number, to: number): void {
    this.#spokenTo();
    for (const { record } of deliveries)
      expect(idOf(record), `seq ${record.seq}`).toBe(this.#history[record.seq - 1]?.id);
    expect(prev, 'prev is the position told last').toBe(this.told);
    expect(deliveries.map(({ record, form }) => [record.seq, form])).toEqual(this.#wantedUpTo(to));
    expect(deliveries.length).toBeGreaterThan(0);
    if (this.#replay) {
      expect(to, 'a replay ends where it said').toBeLessThanOrEqual(this.#replay.to);
      this.#replay.count += deliveries.length;
    }
    this.#seen = this.told = to;
  }

  failed(error: unknown): void {
    throw error;
  }

  gap(from: number, to: number, _reason: ResumeReason): void {
    this.#spokenTo();
    expect(to).toBeGreaterThanOrEqual(from);
    this.#nothingSkippedUpTo(from - 1);
    if (this.#replay) this.#replay.lost = true;
    this.#seen = to;
  }

  replayComplete({ to, count, recovered, reason }: ReplayResult): void {
    this.#spokenTo();
    expect(count).toBe(this.#replay?.count);
    expect(recovered).toBe(reason === undefined);
    if (this.#replay?.lost) expect(recovered, 'something was lost').toBe(false);
    this.#nothingSkippedUpTo(to);
    if (reason === undefined || reason === 'evicted') expect(to).toBe(this.#replay?.to);
    this.#replay = undefined;
  }

  // What it asked for, and was answered.

  subscribed(
    topics: readonly string[],
    sessions: ReadonlySet<string> | undefined,
    seq: number,
    moved: boolean,
  ): void {
    if (moved) expect(this.#replay, 'a replay that is left is ended').toBeUndefined();
    if (!moved && this.#subscribed) this.#nothingSkippedUpTo(seq);
    for (const topic of topics) this.#topics.set(topic, sessions);
    this.#subscribed = true;
    this.#seen = this.told = seq;
  }

  unsubscribed(topics: readonly string[]): void {
    for (const topic of topics) this.#topics.delete(topic);
  }

  replayStarted(from: number, to: number, moved: boolean): void {
    expect(to).toBeGreaterThanOrEqual(from);
    if (!moved) this.#nothingSkippedUpTo(from);
    this.#replay = { to, count: 0, lost: false };
    this.#seen = this.told = from;
  }

  snapshot(seq: number): void {
    this.credit--;
    expect(seq, 'a snapshot is of the head').toBe(this.#history.length);
    if (this.#subscribed) this.#nothingSkippedUpTo(seq);
  }

  position(seq: number): void {
    this.#nothingSkippedUpTo(seq);
    this.#seen = this.told = seq;
  }

  /** Once everything was pumped, nothing may be missing. */
  finish(): void {
    expect(this.#replay).toBeUndefined();
    if (this.#subscribed) this.#nothingSkippedUpTo(this.#history.length);
  }

  #spokenTo(): void {
    this.credit--;
    if (this.over) this.saidTooMuch++;
  }

  #nothingSkippedUpTo(seq: number): void {
    expect(this.#wantedUpTo(seq), `skipped before ${seq}`).toEqual([]);
  }

  #wantedUpTo(to: number): [number, string][] {
    const wanted: [number, string][] = [];
    for (let seq = this.#seen + 1; seq <= to; seq++) {
      const event = this.#history[seq - 1];
      if (!event) throw new Error(`the feed speaks of ${seq}, which has not happened`);
      if (this.#wants(event.type, event)) wanted.push([seq, 'normal']);
      else if (event.hookTopic !== undefined && this.#wants(event.hookTopic, event))
        wanted.push([seq, 'hook']);
    }
    return wanted;
  }

  #wants(topic: string, { sessionId }: Happened): boolean {
    return [...this.#topics].some(
      ([pattern, sessions]) => PATTERNS[pattern]?.(topic) === true && (sessions?.has(sessionId) ?? true),
    );
  }
}

/** The `id` in the data of a record, if there is one. */
export function idOf({ data }: LogRecord): number | undefined {
  return (JSON.parse(data) as { id?: number }).id;
}
