// What the readers of a stream want together, and the messages that ask for it.

/** Topic → the sessions wanted of it; undefined for all. */
export type SubscriptionSet = ReadonlyMap<string, ReadonlySet<string> | undefined>;

/** Most topics and most session ids one `subscribe` may name. */
const MAX_TOPICS = 100;
const MAX_SESSIONS = 100;

/** Who wants something. */
interface Subscriber {
  readonly topics: readonly string[];
  /** Undefined: all. */
  readonly sessions: ReadonlySet<string> | undefined;
}

/** Everything that is wanted. Where two want a topic of different sessions, each has to leave out what is the other's. */
export function subscriptionsOf(subscribers: readonly Subscriber[]): SubscriptionSet {
  const subscriptions = new Map<string, ReadonlySet<string> | undefined>();
  for (const { topics, sessions } of subscribers) {
    for (const topic of topics) {
      const before = subscriptions.get(topic);
      const all = sessions === undefined || (subscriptions.has(topic) && before === undefined);
      const both = new Set([...(before ?? []), ...(sessions ?? [])]);
      subscriptions.set(topic, all || both.size > MAX_SESSIONS ? undefined : both);
    }
  }
  return subscriptions;
}

/** One `subscribe`. */
export interface Subscribe {
  readonly topics: string[];
  readonly sessionId?: string[];
}

/** The messages that ask for these subscriptions. */
export function subscribeMessages(subscriptions: SubscriptionSet): Subscribe[] {
  const groups = new Map<string, { topics: string[]; sessions: string[] | undefined }>();
  for (const [topic, filter] of subscriptions) {
    const sessions = filter === undefined ? undefined : [...filter].sort();
    const key = JSON.stringify(sessions ?? null);
    const group = groups.get(key) ?? { topics: [], sessions };
    group.topics.push(topic);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ topics, sessions }) =>
    Array.from({ length: Math.ceil(topics.length / MAX_TOPICS) }, (_, index) => ({
      topics: topics.slice(index * MAX_TOPICS, (index + 1) * MAX_TOPICS),
      ...(sessions === undefined ? {} : { sessionId: sessions }),
    })),
  );
}

export interface Difference {
  /** Wanted, and not held or not so. */
  readonly add: SubscriptionSet;
  /** Held, and not wanted any more. */
  readonly drop: SubscriptionSet;
}

export function difference(held: SubscriptionSet, wanted: SubscriptionSet): Difference {
  return {
    add: new Map(
      [...wanted].filter(([topic, sessions]) => !held.has(topic) || !same(held.get(topic), sessions)),
    ),
    drop: new Map([...held.keys()].filter(topic => !wanted.has(topic)).map(topic => [topic, undefined])),
  };
}

function same(a: ReadonlySet<string> | undefined, b: ReadonlySet<string> | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.size === b.size && [...a].every(id => b.has(id));
}
