// A hub: many hooklines as one, through a real NATS server.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventEnvelope, NodeState, SessionState } from '../../src/protocol/index.ts';
import type { TestDaemon } from '../support/daemon.ts';
import { hasNatsServer } from '../support/nats-server.ts';
import { until } from '../support/until.ts';
import { ask, HubWorld } from './hub-world.ts';

const eventsOf = async (hub: TestDaemon, topic: string): Promise<EventEnvelope[]> =>
  (await ask<{ events: EventEnvelope[] }>(hub, 'GET', `/api/events?topics=${topic}&limit=1000`)).events;

describe.skipIf(!hasNatsServer())('a hub', () => {
  const world = new HubWorld();
  let laptop: TestDaemon;
  let desk: TestDaemon;
  let hub: TestDaemon;
  beforeAll(async () => {
    await world.server.start();
    laptop = await world.node('laptop');
    desk = await world.node('desk');
    hub = await world.hub();
  });
  afterAll(() => world.close());

  it('has what every machine tells, once and in its order, and says whose it is', async () => {
    await laptop.emit(50, { topic: 'test.l', sessionId: 'l1' });
    await desk.emit(50, { topic: 'test.d', sessionId: 'd1' });
    const events = await until('all are there', async () => {
      const all = [...(await eventsOf(hub, 'test.l')), ...(await eventsOf(hub, 'test.d'))];
      return all.length >= 100 ? all : undefined;
    });
    for (const [topic, name] of [
      ['test.l', 'laptop'],
      ['test.d', 'desk'],
    ] as const) {
      const some = events.filter(({ type }) => type === topic).sort((a, b) => a.seq - b.seq);
      expect(some.map(({ data }) => data['n'])).toEqual(Array.from({ length: 50 }, (_, n) => n));
      expect(some.every(({ data }) => (data['node'] as { name: string }).name === name)).toBe(true);
    }
  });

  it('shows their sessions, and on which machine each is', async () => {
    await laptop.hook('SessionStart', { session_id: 's-laptop', source: 'startup' });
    await desk.hook('SessionStart', { session_id: 's-desk', source: 'startup' });
    const sessions = await until('both are there', async () => {
      const all = await ask<{ sessions: SessionState[] }>(hub, 'GET', '/api/sessions');
      const two = all.sessions.filter(({ sessionId }) => sessionId.startsWith('s-'));
      return two.length === 2 ? two : undefined;
    });
    expect(sessions.map(({ sessionId, node }) => [sessionId, node]).sort()).toEqual([
      ['s-desk', 'desk'],
      ['s-laptop', 'laptop'],
    ]);
  });

  it('says which machines there are', async () => {
    await until('both are online', async () => {
      const { nodes } = await ask<{ nodes: NodeState[] }>(hub, 'GET', '/api/nodes');
      return nodes.filter(({ state }) => state === 'online').length === 2;
    });
    const { nodes } = await ask<{ nodes: NodeState[] }>(hub, 'GET', '/api/nodes');
    expect(nodes.map(({ node }) => node)).toEqual(['desk', 'laptop']);
    expect(nodes[0]).toMatchObject({ state: 'online', version: expect.any(String), sessions: 2 });
  });

  it('takes messages to their sessions, and hears what became of them', async () => {
    const { id } = await ask<{ id: string }>(hub, 'POST', '/api/messages', {
      to: 's-desk',
      message: 'Hello',
      from: 'cli',
    });
    const taken = await until('it is there', async () => {
      const { messages } = await ask<{ messages: { id: string; message: string; from: string }[] }>(
        ...([desk, 'POST', '/api/inbox/s-desk/take', { waitMs: 1000 }] as const),
      );
      return messages[0];
    });
    expect(taken).toMatchObject({ message: 'Hello', from: 'cli@nats' });
    await ask(desk, 'POST', `/api/messages/${taken.id}/ack`, { name: 's-desk' });
    const message = await ask<{ state: string }>(
      hub,
      'GET',
      `/api/messages/${id}?wait=delivered&timeoutMs=15000`,
    );
    expect(message.state).toBe('delivered');
  });

  it('takes no hooks, and says where they go', async () => {
    const answer = await hub.post({ hook_event_name: 'Stop', session_id: 's' });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toMatch(/hub.*own machine/);
  });
});
