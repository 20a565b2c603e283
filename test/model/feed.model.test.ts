// Any interleaving of publishing, subscribing, reading slowly, forgetting, resuming, replaying and asking for snapshots.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Feed, Pump } from '../../src/fanout/index.ts';
import { EventLog, MemoryStore } from '../../src/log/index.ts';
import { Consumer, type Happened, PATTERNS } from './consumer.ts';

const EPOCH = 'e1';
const TYPES: readonly Omit<Happened, 'sessionId'>[] = [
  { type: 'tool.use', hookTopic: 'hook.pre_tool_use' },
  { type: 'tool.result', hookTopic: 'hook.post_tool_use' },
  { type: 'session.discovered', hookTopic: undefined },
  { type: 'agent.state_changed', hookTopic: undefined },
  { type: 'hook.brand_new', hookTopic: undefined },
];

const topics = fc.uniqueArray(fc.constantFrom(...Object.keys(PATTERNS)), { minLength: 1, maxLength: 3 });
const who = fc.nat({ max: 1 });
/** A position relative to the head; negative ones are in the past, a few in the future. */
const place = fc.record({
  back: fc.integer({ min: -3, max: 40 }),
  epoch: fc.constantFrom(EPOCH, EPOCH, EPOCH, 'other'),
});

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('publish' as const),
      events: fc.array(fc.tuple(fc.nat({ max: TYPES.length - 1 }), fc.constantFrom('a', 'b')), {
        minLength: 1,
        maxLength: 8,
      }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('drain' as const), who, credit: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('tick' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('subscribe' as const),
      who,
      topics,
      sessions: fc.option(fc.constantFrom(new Set(['a']), new Set(['b'])), { nil: undefined }),
      since: fc.option(place, { nil: undefined, freq: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unsubscribe' as const), who, topics }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('replay' as const), who, from: place, withEpoch: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('snapshot' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('position' as const), who }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class World {
  readonly #history: Happened[] = [];
  readonly #log: EventLog;
  readonly #tasks: (() => void)[] = [];
  readonly #pump: Pump;
  readonly #parties: {
    feed: Feed;
    consumer: Consumer;
    snapshot: number;
    subscribed: boolean;
    replayed: boolean;
  }[] = [];

  constructor(ring: { events: number; bytes: number }, store: { events: number; bytes: number }) {
    this.#log = new EventLog(new MemoryStore(EPOCH, store), { ring });
    this.#pump = new Pump({ schedule: task => this.#tasks.push(task) });
  }

  take(now: Step): void {
    if (now.do === 'publish') return this.#publish(now.events);
    if (now.do === 'tick') return this.#tick();
    const party = this.#party(now.who);
    const { feed, consumer } = party;
    if (now.do === 'drain') {
      consumer.credit += now.credit;
    } else if (now.do === 'subscribe') {
      const since = now.since && this.#place(now.since);
      const resumed = feed.subscribe(now.topics, now.sessions, since);
      const moved = resumed?.recovered === true;
      const seq = feed.tell();
      if (moved) expect(seq).toBe(since?.seq);
      else if (!party.subscribed)
        expect(seq, 'the first subscribe follows on the snapshot').toBe(party.snapshot);
      if (since) expect(moved).toBe(this.#holds(since));
      party.subscribed = true;
      consumer.subscribed(now.topics, now.sessions, seq, moved);
    } else if (now.do === 'unsubscribe') {
      feed.subscription.remove(now.topics);
      consumer.unsubscribed(now.topics);
    } else if (now.do === 'replay') {
      party.replayed = true;
      const { seq, epoch } = this.#place(now.from);
      feed.replay(seq, now.withEpoch ? epoch : undefined, undefined, (from, to) => {
        const possible = seq <= this.#log.head && (!now.withEpoch || epoch === EPOCH);
        if (possible) expect([from, to]).toEqual([seq, this.#log.head]);
        consumer.replayStarted(from, to, possible || !party.subscribed);
      });
    } else if (now.do === 'snapshot') {
      feed.onceCaughtUp(() => {
        consumer.snapshot(this.#log.head);
        feed.snapshotSent();
        party.snapshot = this.#log.head;
      });
    } else if (feed.idle) {
      const seq = feed.tell();
      if (party.subscribed) consumer.position(seq);
      else if (!party.replayed) expect(seq, 'nobody else was sent anything').toBe(party.snapshot);
    }
    this.#pump.wake(feed);
  }

  /** Lets everything run out. */
  finish(): void {
    for (const { consumer, feed } of this.#parties) {
      consumer.credit = Number.POSITIVE_INFINITY;
      this.#pump.wake(feed);
    }
    while (this.#tasks.length > 0) this.#tick();
    for (const { consumer, feed, subscribed } of this.#parties) {
      consumer.finish();
      expect(feed.idle).toBe(true);
      if (subscribed) expect(feed.position).toBe(this.#log.head);
    }
  }

  #publish(events: readonly (readonly [number, string])[]): void {
    const happened = events.map(([at, sessionId]) => ({ ...(TYPES[at] ?? TYPES[0]), sessionId }) as Happened);
    this.#history.push(...happened);
    this.#log.append(
      happened.map(({ type, hookTopic, sessionId }) => ({
        type,
        sessionId,
        timestamp: 0,
        source: 'test',
        data: {},
        ...(hookTopic === undefined ? {} : { hook: { topic: hookTopic, payload: {} } }),
      })),
    );
    this.#pump.wakeAll();
  }

  #tick(): void {
    for (const task of this.#tasks.splice(0)) task();
  }

  #party(index: number) {
    while (this.#parties.length <= index) {
      const snapshot = this.#log.head;
      const consumer = new Consumer(this.#history, snapshot);
      const feed = new Feed(this.#log, consumer, snapshot, 200);
      this.#pump.add(feed);
      this.#parties.push({ feed, consumer, snapshot, subscribed: false, replayed: false });
    }
    const party = this.#parties[index];
    if (!party) throw new Error('there are two');
    return party;
  }

  #place({ back, epoch }: { back: number; epoch: string }) {
    return { seq: Math.max(0, this.#log.head - back), epoch };
  }

  #holds({ seq, epoch }: { seq: number; epoch: string }): boolean {
    return epoch === EPOCH && seq <= this.#log.head && seq + 1 >= this.#log.oldest;
  }
}

test.each([
  ['everything fits', { events: 1000, bytes: 1e9 }, { events: 1000, bytes: 1e9 }],
  ['a ring of 8 in front of a store', { events: 8, bytes: 1e9 }, { events: 1000, bytes: 1e9 }],
  ['a store that forgets all but 12', { events: 8, bytes: 1e9 }, { events: 12, bytes: 1e9 }],
  [
    'rings bounded by bytes, one event at the least',
    { events: 100, bytes: 1500 },
    { events: 100, bytes: 1500 },
  ],
  ['a log of one event', { events: 1, bytes: 1 }, { events: 1, bytes: 1 }],
])(
  '%s: a consumer gets exactly what matches, in order, once, except announced gaps',
  (_what, ring, store) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const world = new World(ring, store);
        for (const one of steps) world.take(one);
        world.finish();
      }),
      { numRuns: 1500 },
    );
  },
);
