// A broker that is away for long: what is to go out waits in the log and nowhere else, and arrives in order once it is there.
import { expect, it } from 'vitest';
import { postMany } from '../support/many-hooks.ts';
import { until } from '../support/until.ts';
import { expectWhole, type Outages, Sender } from './outages.ts';

/** What a daemon has to hold a backlog in, beside what it needs anyway, in MiB: far less than the backlog. */
const HEAP_MIB = 64;
/** How many events the broker has before it goes. */
const EARLIER = 20;

/** @param count how many hooks come meanwhile, each an event or more */
export function testBacklog(name: string, { start }: Outages, count: number): void {
  it(`${name} away while ${count.toLocaleString('en')} hooks come: they are in no memory, and arrive in order once it is there`, async () => {
    const broker = await start();
    const sender = new Sender(broker.url);
    const { env } = sender.place;
    sender.place.env = { ...env, NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}` };
    try {
      await sender.start();
      const all = await broker.keep(sender.node);
      await sender.isUp();
      const first = (await sender.health()).seq + 1;
      await sender.post(EARLIER);
      await sender.isOut();
      await until('those are kept', async () => (await all()).length >= EARLIER);
      await broker.kill();
      await until('it is told', async () => (await sender.standing()).state === 'down');
      const times = await postMany(sender.daemon, count);
      // Nobody waits for a broker, whatever else this machine has to do.
      expect(times.sort((a, b) => a - b)[Math.floor(count * 0.99)]).toBeLessThan(5000);
      const { behind } = await sender.standing();
      expect(behind).toBeGreaterThanOrEqual(count);
      await broker.restart();
      const last = await sender.isOut(240_000);
      const kept = await all();
      if (kept.length < EARLIER + behind)
        expect.fail(
          `of ${EARLIER + behind} events ${kept.length} came\n${await sender.story()}\n${await broker.describe?.()}`,
        );
      expectWhole(kept, last);
      expect(Number(kept[0]?.id.split(':').at(-1))).toBeLessThanOrEqual(first);
    } finally {
      await sender.stop();
      await broker.remove();
    }
  }, 600_000);
}
