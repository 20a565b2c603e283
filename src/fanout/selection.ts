// What consumers with the same topics have in common: which records they want and in which form, and what was just read for them.
import type { Form, LogReader, LogRecord, ReadLimit } from '../log/index.ts';
import { compileTopic, type TopicMatcher } from '../protocol/index.ts';

/** One record in the form the consumer asked for. */
export interface Delivery {
  readonly record: LogRecord;
  readonly form: Form;
}

/** A part of the log as it is wanted. */
export interface Part {
  /** The seq of the last record that was read, wanted or not; undefined when there was none. */
  readonly last: number | undefined;
  /** How many were read. */
  readonly read: number;
  readonly deliveries: readonly Delivery[];
}

/** Topic patterns, each with the sessions that it is about; undefined: every one. */
export type Topics = ReadonlyMap<string, ReadonlySet<string> | undefined>;

interface Held {
  readonly matches: TopicMatcher;
  readonly sessions: ReadonlySet<string> | undefined;
}

/** Which sessions of a topic are wanted: all of them, or those of the given filters. */
interface Wanted {
  all: boolean;
  readonly filters: ReadonlySet<string>[];
}

interface Verdict {
  readonly normal: Wanted;
  readonly hook: Wanted;
}

interface Read extends Part {
  readonly log: LogReader;
  readonly after: number;
  readonly events: number;
}

// Unknown hook events make new types; whoever may post them must not grow this without bound.
const VERDICTS_MAX = 1000;
/** Selections that are shared; beyond that new ones are made, which is only slower. */
const SHARED_MAX = 1000;
/** Places in the log at which several consumers may stand in one tick. */
const READS_MAX = 4;

const shared = new Map<string, Selection>();
/** Those that remember what they read in this tick. */
const fresh = new Set<Selection>();

/** @throws InvalidTopicError */
export function selectionOf(topics: Topics): Selection {
  const key = JSON.stringify(
    [...topics].map(([topic, sessions]) => [topic, sessions ? [...sessions].sort() : 0]).sort(),
  );
  const known = shared.get(key);
  if (known) return known;
  const selection = new Selection(topics);
  if (shared.size >= SHARED_MAX) shared.clear();
  shared.set(key, selection);
  return selection;
}

export class Selection {
  readonly #held: readonly Held[];
  /** By the hook's topic, if there is one, and the type. */
  #verdicts = new Map<string | undefined, Map<string, Verdict>>();
  #verdictCount = 0;
  #reads: Read[] = [];

  /** @throws InvalidTopicError */
  constructor(topics: Topics) {
    this.#held = [...topics].map(([pattern, sessions]) => ({ matches: compileTopic(pattern), sessions }));
  }

  /** The form in which a record is wanted, if it is. Whoever matches both ways gets the normal one. */
  form(record: LogRecord): Form | undefined {
    const verdict = this.#verdict(record.type, record.hook?.topic);
    if (wants(verdict.normal, record.sessionId)) return 'normal';
    if (wants(verdict.hook, record.sessionId)) return 'hook';
    return undefined;
  }

  /**
   * Reads on. Whoever stands at the same place in the same tick gets the very same part, so what is made of it need be made only once.
   *
   * @throws as the log does.
   */
  read(log: LogReader, after: number, limit: ReadLimit): Part {
    const known = this.#reads.find(
      read => read.log === log && read.after === after && read.events === limit.events,
    );
    if (known) return known;
    const records = log.read(after, limit);
    const deliveries = records.flatMap(record => {
      const form = this.form(record);
      return form ? [{ record, form }] : [];
    });
    const read = {
      log,
      after,
      events: limit.events,
      last: records.at(-1)?.seq,
      read: records.length,
      deliveries,
    };
    this.#reads = [read, ...this.#reads.slice(0, READS_MAX - 1)];
    if (fresh.size === 0) setImmediate(forget);
    fresh.add(this);
    return read;
  }

  /** Most consumers are served within a tick; kept longer, what was read would double what the ring holds. */
  forget(): void {
    this.#reads = [];
  }

  #verdict(type: string, hookTopic: string | undefined): Verdict {
    const known = this.#verdicts.get(hookTopic)?.get(type);
    if (known) return known;
    if (this.#verdictCount++ >= VERDICTS_MAX) {
      this.#verdicts = new Map();
      this.#verdictCount = 1;
    }
    const verdict = { normal: this.#wanted(type), hook: this.#wanted(hookTopic) };
    this.#verdicts.set(hookTopic, (this.#verdicts.get(hookTopic) ?? new Map()).set(type, verdict));
    return verdict;
  }

  #wanted(topic: string | undefined): Wanted {
    const wanted: Wanted = { all: false, filters: [] };
    if (topic === undefined) return wanted;
    for (const { matches, sessions } of this.#held) {
      if (!matches(topic)) continue;
      if (sessions) wanted.filters.push(sessions);
      else wanted.all = true;
    }
    return wanted;
  }
}

function wants(wanted: Wanted, sessionId: string): boolean {
  return wanted.all || wanted.filters.some(sessions => sessions.has(sessionId));
}

function forget(): void {
  for (const selection of fresh) selection.forget();
  fresh.clear();
}
