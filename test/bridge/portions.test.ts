// Events on their way to a broker that takes few at a time, or refuses one of many: what it confirmed is not sent again.
import { afterEach, expect, it } from 'vitest';
import type { Driver, Link, OutgoingEvent } from '../../src/bridge/driver.ts';
import { Portion } from '../../src/bridge/portion.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

const daemons: TestDaemon[] = [];
afterEach(async () => {
  for (const daemon of daemons.splice(0)) await daemon.stop();
});

/** A daemon whose broker does with events what it is told. */
async function daemonWith(publish: Link['publish']): Promise<TestDaemon> {
  const driver: Driver = {
    via: 'nats',
    whyNoName: () => undefined,
    connect: async () => ({
      ...{ lost: new Promise<string>(() => {}), publish, consume: async () => {}, close: async () => {} },
      ...{ send: async () => {}, tell: async () => {} },
    }),
  };
  const broker = { url: 'nats://nowhere', kind: 'nats', label: 'broker', node: 'n', in: [] } as const;
  const daemon = await startTestDaemon({ brokers: [{ broker: { ...broker, events: ['test.*'] }, driver }] });
  daemons.push(daemon);
  return daemon;
}

const numberOf = ({ body }: OutgoingEvent): number => (JSON.parse(body) as { data: { n: number } }).data.n;
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

it('as many are sent at a time as are confirmed quickly, and one after something failed', () => {
  const portion = new Portion();
  const sizes = [portion.size];
  for (const ms of [10, 10, 500, 1500, 10, 10, 10, 10, 10]) {
    portion.confirmed(ms);
    sizes.push(portion.size);
  }
  portion.failed();
  sizes.push(portion.size);
  portion.confirmed(5000);
  expect([...sizes, portion.size]).toEqual([16, 32, 64, 64, 32, 64, 128, 256, 256, 256, 1, 1]);
});

it('one that is refused holds up those after it, and what was confirmed before it is not sent again and again', async () => {
  const taken: number[] = [];
  let tries = 0;
  let isFull = true;
  const daemon = await daemonWith(async events => {
    for (const event of events) {
      const n = numberOf(event);
      if (n === 40 && isFull) {
        tries++;
        throw new Error('no room for it');
      }
      taken.push(n);
    }
  });
  await daemon.emit(100);
  await until('it was tried again', () => tries > 2);
  expect([...new Set(taken)]).toEqual(upTo(40));
  // At most what was under way together with it, each time it failed: 31, and then nothing.
  expect(taken.length).toBeLessThan(40 + 32 + 16);
  const { brokers } = (await (await daemon.get('/api/brokers')).json()) as { brokers: object[] };
  expect(brokers).toMatchObject([{ reason: expect.stringContaining('no room for it') }]);
  isFull = false;
  await until('all were taken', () => taken.includes(99));
  expect([...new Set(taken)]).toEqual(upTo(100));
});

it('what was confirmed counts at once, before those that were read together with it', async () => {
  const opened: (() => void)[] = [];
  const gates = [0, 40].map(from => ({ from, open: new Promise<void>(resolve => opened.push(resolve)) }));
  const taken: number[] = [];
  const daemon = await daemonWith(async events => {
    for (const { from, open } of gates) if (taken.length >= from) await open;
    taken.push(...events.map(numberOf));
  });
  await daemon.emit(300);
  // All but the first are read together now.
  opened[0]?.();
  const behind = async (): Promise<number> =>
    ((await (await daemon.get('/health')).json()) as { brokers: [{ behind: number }] }).brokers[0].behind;
  await until('it is stuck', async () => taken.length >= 40 && (await behind()) < 300 - 30);
  opened[1]?.();
  await until('all were taken', () => taken.length === 300);
  expect(taken).toEqual(upTo(300));
});
