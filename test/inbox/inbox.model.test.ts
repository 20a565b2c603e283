// Random lives of an inbox: whatever is sent, taken, lost in a crash or late, nothing that was acknowledged is lost, and nothing ends twice;
// and whoever is damped is, and nobody else.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mayFollow } from '../../src/inbox/message-state.ts';
import type { Message, MessageState, Sent } from '../../src/protocol/index.ts';
import { ExpectedDamping, type Taken, type Verdict } from './expected-damping.ts';
import { type Lab, makeLab, newMessage, toldOf, typed } from './support.ts';

const NAMES = ['a', 'b', 'a+b'];
/** Who sends, and by which way: a program of the user's, two sessions, a machine that nobody watches. */
const SENDERS = [
  { from: 'ci', via: 'http' },
  { from: 'a', via: 'mcp' },
  { from: 'b', via: 'cli' },
  { from: 'alerts', via: 'webhook' },
] as const;
const ENDS = ['dead', 'expired', 'cancelled', 'delivered'];

const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('send'),
      from: fc.nat(3),
      to: fc.nat(2),
      priority: fc.nat(2),
      key: fc.nat(3),
      ttl: fc.nat(3),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('take'), to: fc.nat(1), max: fc.nat(3) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('ack', 'nack', 'cancel', 'retry'),
      which: fc.nat(40),
      to: fc.nat(1),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('pass'), ms: fc.constantFrom(0, 10, 500, 1000, 5000) }),
  },
  // The clock on the wall is put forward.
  { weight: 1, arbitrary: fc.record({ do: fc.constant('jump'), ms: fc.constantFrom(1000, 20_000) }) },
  // Two sessions write to each other in turns.
  { weight: 2, arbitrary: fc.record({ do: fc.constant('talk'), messages: fc.nat(15) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('type'), to: fc.nat(1) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('release'), which: fc.option(fc.nat(40), { nil: undefined }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('flush') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('purge'), to: fc.nat(1) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

class Life {
  readonly lab: Lab = makeLab({
    isHeldBack: true,
    lastTyped: (sessions, since) =>
      this.#typed.findLast(({ session, at }) => at >= since && sessions.includes(session))?.at,
  });
  /** Ids that a sender was told. */
  readonly acknowledged = new Set<string>();
  readonly #ids: string[] = [];
  readonly #damping = new ExpectedDamping(['a', 'b'], ['alerts']);
  readonly #typed: { readonly session: string; readonly at: number }[] = [];
  /** What senders were told that they should not have been. */
  readonly #wrong: unknown[] = [];
  #texts = 0;

  constructor() {
    this.lab.sessions.set('a', 's-a').set('b', 's-b');
  }

  async live(operations: readonly Operation[]): Promise<void> {
    for (const one of operations) await this.#do(one);
    await this.#settle(Promise.resolve());
  }

  /** Looks at what can be seen from outside. */
  check(): void {
    expect(this.#wrong).toEqual([]);
    const told = toldOf(this.lab.events);
    for (const id of this.acknowledged) {
      const message = this.lab.inbox.view.find(id);
      expect(message, `message ${id}`).toBeDefined();
      for (const { name, state } of (message as Message).recipients) {
        const states = (told.get(id) ?? [])
          .filter(one => one.startsWith(`${name} `))
          .map(one => one.split(' ')[1] as MessageState);
        expect(states[0]).toBe('queued');
        expect(states.at(-1), `${name} of ${id}, told ${states}`).toBe(state);
        for (const [index, next] of states.slice(1).entries())
          expect(mayFollow(states[index] as MessageState, next), `${states}`).toBe(true);
        const ends = states.filter(one => ENDS.includes(one) && one !== 'dead');
        expect(ends.length, `${states}`).toBeLessThanOrEqual(1);
      }
    }
  }

  async #do(one: Operation): Promise<void> {
    const { lab } = this;
    const name = 'to' in one ? (NAMES[one.to] ?? 'a') : 'a';
    switch (one.do) {
      case 'send':
        return this.#send(one as Extract<Operation, { ttl: number }>, name);
      case 'take':
        return this.#take(name, (one as { max: number }).max);
      case 'pass':
        lab.now += (one as { ms: number }).ms;
        return;
      case 'jump':
        lab.now += (one as { ms: number }).ms;
        lab.ahead -= (one as { ms: number }).ms;
        return;
      case 'talk':
        return this.#talk((one as { messages: number }).messages);
      case 'type':
        return this.#type(name);
      case 'release': {
        const { which } = one as { which: number | undefined };
        if (which === undefined) return void lab.inbox.releaseAll();
        const id = this.#ids[which % Math.max(1, this.#ids.length)] ?? 'nothing';
        lab.inbox.release(id).catch(({ code }) => expect(['conflict', 'not_found']).toContain(code));
        return;
      }
      case 'flush':
        return this.#settle(Promise.resolve());
      case 'crash':
        // Of what is on record its sender is told, so that what nobody was told of is what is lost.
        await new Promise(setImmediate);
        lab.crash();
        this.#damping.crash();
        // What is on record is all there is.
        this.check();
        return this.#tellWhatWasTyped();
      case 'purge':
        return void lab.inbox.purge(name);
      default: {
        const id = this.#ids[(one as { which: number }).which % Math.max(1, this.#ids.length)] ?? 'nothing';
        const verb = one.do as 'ack' | 'nack' | 'cancel' | 'retry';
        lab.inbox[verb](id, name).catch(({ code }) => expect(['conflict', 'not_found']).toContain(code));
      }
    }
  }

  #send(one: { from: number; priority: number; key: number; ttl: number }, to: string): void {
    const { from, via } = SENDERS[one.from] ?? SENDERS[0];
    this.#dispatch(via, {
      ...{ from, to, message: `text ${one.key}`, ttlMs: 1000 * 4 ** one.ttl },
      priority: ['high', 'normal', 'low'][one.priority],
      ...(one.key === 0 ? {} : { key: `k${one.key}` }),
    });
  }

  /** No faster than they may. */
  async #talk(messages: number): Promise<void> {
    for (let n = 0; n < messages; n++) {
      const [from, to] = n % 2 === 0 ? ['a', 'b'] : ['b', 'a'];
      this.#dispatch('mcp', { from, to, message: `line ${this.#texts++}` });
      this.lab.ahead += 1000;
      if (n % 5 === 0) await this.#settle(Promise.resolve());
    }
  }

  #dispatch(via: 'http' | 'mcp' | 'cli' | 'webhook', fields: Record<string, unknown>): void {
    const { lab } = this;
    const { from, to, message: text, key } = fields as Record<'from' | 'to' | 'message' | 'key', string>;
    const [verdict, taken] = this.#damping.judge(
      { from, names: to.split('+'), text, key },
      lab.now + lab.ahead,
      one => this.#isOver(one),
    );
    const sent = lab.inbox.send(newMessage(fields), { via, verified: false });
    void sent.then(
      told => {
        if (taken) taken.id = told.id;
        this.#compare(verdict, told);
        this.acknowledged.add(told.id);
        this.#ids.push(told.id);
      },
      ({ code, message }) => {
        if (verdict.is !== 'too fast' || code !== 'rate_limited')
          this.#wrong.push({ verdict, code, message });
      },
    );
  }

  #compare({ is, held }: Verdict, { duplicate, id }: Sent): void {
    const isTaken = is === 'taken';
    const heldFirst = (toldOf(this.lab.events).get(id) ?? [])
      .filter((one, index, all) => one.endsWith(' held') && all[index - 1] === one.replace('held', 'queued'))
      .map(one => one.split(' ')[0]);
    const isAsSaid = is !== 'too fast' && duplicate !== isTaken;
    if (!isAsSaid || (isTaken && String(heldFirst) !== String(held)))
      this.#wrong.push({ is, held, duplicate, heldFirst });
  }

  /** What waits to be put on record may be over already; that can be seen once it is. */
  #isOver({ from, names, text, key }: Taken): boolean {
    this.lab.flush();
    const { messages } = this.lab.inbox.view.list({ from, key }, 1000);
    const first = messages.find(({ to, message }) => to === names.join('+') && message === text);
    return first !== undefined && first.state !== 'delivered' && ENDS.includes(first.state);
  }

  async #type(session: string): Promise<void> {
    const { lab } = this;
    this.#typed.push({ session: `s-${session}`, at: lab.now });
    this.#damping.typed(session);
    const told = lab.inbox.prompted(typed(`s-${session}`));
    await this.#settle(Promise.resolve());
    await told;
    // Otherwise nobody could tell afterwards what was first.
    lab.now += 1;
    const held = lab.inbox.view
      .list({}, 1000)
      .messages.flatMap(({ from, recipients }) =>
        recipients.filter(({ name, state }) => state === 'held' && [from, name].includes(session)),
      );
    expect(held).toEqual([]);
  }

  /** The next daemon reads what was typed when the last one was not there any more. */
  #tellWhatWasTyped(): void {
    const { inbox } = this.lab;
    const since = inbox.promptsMatterSince ?? Number.POSITIVE_INFINITY;
    for (const { session, at } of this.#typed)
      if (at >= since) void inbox.prompted({ ...typed(session), at });
  }

  #take(name: string, max: number): void {
    const { lab } = this;
    const waiting = lab.inbox.view.peek(name).slice(0, max);
    for (const { expiresAt } of waiting) expect(expiresAt).toBeGreaterThan(lab.now);
    const keys = waiting.map(({ priority, id }) => `${['high', 'normal', 'low'].indexOf(priority)} ${id}`);
    expect(keys).toEqual(keys.toSorted());
    void lab.inbox.take(name, { max, leaseMs: 800 });
  }

  async #settle(work: Promise<unknown>): Promise<void> {
    await work;
    // What comes on record may have something follow that has to come there as well.
    do await new Promise(setImmediate);
    while (this.lab.flush());
    this.check();
  }
}

const RUNS = Number(process.env['HOOKLINE_MODEL_RUNS'] ?? 300);
/** A run takes some 20 ms, and ten times that on a machine that has much else to do. */
const TIMEOUT_MS = 60_000 + RUNS * 300;

it(
  'whatever happens to an inbox',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 80, size: 'max' }), async operations => {
        await new Life().live(operations);
      }),
      { numRuns: RUNS },
    );
  },
  TIMEOUT_MS,
);
