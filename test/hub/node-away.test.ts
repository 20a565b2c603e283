// A machine that leaves and comes back: it is shown as away meanwhile, and what it did then comes without a hole.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventEnvelope, NodeState } from '../../src/protocol/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { hasNatsServer } from '../support/nats-server.ts';
import { until } from '../support/until.ts';
import { ask, HubWorld } from './hub-world.ts';

describe.skipIf(!hasNatsServer())('a machine that is away', () => {
  const world = new HubWorld();
  let hub: TestDaemon;
  beforeAll(async () => {
    await world.server.start();
    hub = await world.hub();
  });
  afterAll(() => world.close());

  const eventsOf = async (one: TestDaemon, topic: string): Promise<EventEnvelope[]> =>
    (await ask<{ events: EventEnvelope[] }>(one, 'GET', `/api/events?topics=${topic}&limit=1000`)).events;

  // A clean stop is seen at once; only silence takes most of a minute.
  const isSeenAs = (state: NodeState['state']): Promise<NodeState> =>
    until(`it is ${state}`, async () => {
      const { nodes } = await ask<{ nodes: NodeState[] }>(hub, 'GET', '/api/nodes');
      return nodes.find(one => one.node === 'pad' && one.state === state);
    });

  it('is shown as away, and all that it did meanwhile comes once it is back', async () => {
    const before = await world.node('pad');
    await before.emit(5, { topic: 'test.pad' });
    await until('they came', async () => (await eventsOf(hub, 'test.pad')).length === 5);
    await isSeenAs('online');
    await before.stop();
    await isSeenAs('away');
    const alone = await startTestDaemon({ config: { home: world.home('pad'), store: true } });
    await alone.emit(20, { topic: 'test.pad' });
    await alone.stop();
    expect(await eventsOf(hub, 'test.pad')).toHaveLength(5);
    const after = await world.node('pad');
    await after.emit(5, { topic: 'test.pad' });
    const { epoch } = await isSeenAs('online');
    const all = await eventsOf(after, 'test.pad');
    expect(all).toHaveLength(30);
    const heard = await until('all came', async () => {
      const events = await eventsOf(hub, 'test.pad');
      return events.length >= 30 ? events : undefined;
    });
    expect(heard.map(({ data }) => data['node'])).toEqual(
      all.map(({ seq }) => ({ name: 'pad', epoch, seq })),
    );
    const turns = (await eventsOf(hub, 'system.node')).map(({ data }) => data['state']);
    expect(turns).toEqual(['online', 'away', 'online']);
  });
});
