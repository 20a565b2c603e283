// Events in a stream of NATS: each once, and each node's in order.
import { describe, expect, it } from 'vitest';
import { findBroker, unique } from '../support/brokers.ts';
import { events, storedIds, world } from './nats-world.ts';

const found = await findBroker('nats');
const server = found ?? '';

describe.skipIf(found === undefined)('a stream of events', () => {
  const { open, outside } = world();

  it('keeps an event that was sent twice once', async () => {
    const node = unique('node-');
    const { link } = await open(server, { node });
    await link.publish(events(node, 20));
    await link.publish(events(node, 30));
    const { connection } = await outside(server);
    expect(await storedIds(connection, node)).toEqual(events(node, 30).map(({ id }) => id));
  });

  it('keeps the order of each node, also when several publish at once', async () => {
    const nodes = [unique('node-'), unique('node-'), unique('node-')];
    const links = await Promise.all(nodes.map(node => open(server, { node })));
    await Promise.all(links.map(({ link }, at) => link.publish(events(nodes[at] ?? '', 500))));
    const { connection } = await outside(server);
    for (const node of nodes)
      expect(await storedIds(connection, node)).toEqual(events(node, 500).map(({ id }) => id));
  });
});
