// NATS that is killed while many events flow, away while more come, and on a disk that is full.
import { describe, expect, it } from 'vitest';
import { testBacklog } from '../bridge/backlog.ts';
import { OWN_NATS } from '../bridge/nats-outages.ts';
import { events, storedIds, world } from '../bridge/nats-world.ts';
import { testKilledBroker } from '../bridge/outages.ts';
import { unique } from '../support/brokers.ts';
import { canMount, mountMemory, unmountAll } from '../support/mounts.ts';
import { hasNatsServer } from '../support/nats-server.ts';
import { serverFolder } from '../support/own-server.ts';

describe.skipIf(!hasNatsServer())('outages:', () => {
  const { start, open, outside, later } = world();

  testKilledBroker('NATS', OWN_NATS, 10_000);
  testBacklog('NATS', OWN_NATS, 20_000);

  it.runIf(canMount())(
    'NATS whose disk is full confirms nothing, and goes on in order once it was started again with room',
    async () => {
      const disk = mountMemory(serverFolder('disk'), '24m');
      later(async () => unmountAll());
      const server = await start({ store: disk.folder, jetstream: ['max_file_store: 1GB'] });
      const { manager } = await outside(server.url);
      for (const [name, part] of [
        ['HOOKLINE', 'events'],
        ['HOOKLINE_RECEIPTS', 'receipts'],
      ] as const)
        await manager.streams.add({ name, subjects: [`hookline.${part}.>`] });
      const node = unique('node-');
      const sent = events(node, 400, n => JSON.stringify({ seq: n, text: 'x'.repeat(4000) }));
      const { link } = await open(server.url, { node });
      await link.publish(sent.slice(0, 50));
      disk.fill();
      // The server says nothing any more, or that JetStream is off.
      await expect(link.publish(sent)).rejects.toThrow(/was not confirmed/);
      disk.empty();
      await server.kill();
      await server.start();
      const again = await open(server.url, { node });
      await again.link.publish(sent);
      const { connection } = await outside(server.url);
      expect(await storedIds(connection, node)).toEqual(sent.map(({ id }) => id));
    },
    120_000,
  );
});
