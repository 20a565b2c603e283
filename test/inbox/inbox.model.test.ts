// Random lives of an inbox: whatever is sent, taken, lost in a crash or late, nothing that was acknowledged is lost, and nothing ends twice.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mayFollow } from '../../src/inbox/message-state.ts';
import type { Message, MessageState } from '../../src/protocol/index.ts';
import { type Lab, makeLab, newMessage, toldOf } from './support.ts';

const NAMES = ['a', 'b', 'a+b'];
const ENDS = ['dead', 'expired', 'cancelled', 'delivered'];

const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('send'),
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
  { weight: 2, arbitrary: fc.record({ do: fc.constant('flush') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('purge'), to: fc.nat(1) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

class Life {
  readonly lab: Lab = makeLab({ isHeldBack: true });
  /** Ids that a sender was told. */
  readonly acknowledged = new Set<string>();
  readonly #ids: string[] = [];

  async live(operations: readonly Operation[]): Promise<void> {
    for (const one of operations) await this.#do(one);
    await this.#settle(Promise.resolve());
  }

  /** Looks at what can be seen from outside. */
  check(): void {
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
      case 'flush':
        return this.#settle(Promise.resolve());
      case 'crash':
        lab.crash();
        // What is on record is all there is.
        return this.check();
      case 'purge':
        return void lab.inbox.purge(name);
      default: {
        const id = this.#ids[(one as { which: number }).which % Math.max(1, this.#ids.length)] ?? 'nothing';
        const verb = one.do as 'ack' | 'nack' | 'cancel' | 'retry';
        lab.inbox[verb](id, name).catch(({ code }) => expect(['conflict', 'not_found']).toContain(code));
      }
    }
  }

  #send(one: { priority: number; key: number; ttl: number }, to: string): void {
    const { lab } = this;
    const fields = {
      ...{ to, message: `text ${one.key}`, ttlMs: 1000 * 4 ** one.ttl },
      priority: ['high', 'normal', 'low'][one.priority],
      ...(one.key === 0 ? {} : { key: `k${one.key}` }),
    };
    void lab.inbox.send(newMessage(fields), { via: 'http', verified: false }).then(({ id }) => {
      this.acknowledged.add(id);
      this.#ids.push(id);
    });
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
    this.lab.flush();
    await new Promise(setImmediate);
    this.check();
  }
}

it('whatever happens to an inbox', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 80, size: 'max' }), async operations => {
      await new Life().live(operations);
    }),
    { numRuns: Number(process.env['HOOKLINE_MODEL_RUNS'] ?? 300) },
  );
});
