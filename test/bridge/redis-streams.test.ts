// What is special about Redis: entries that somebody else left behind, streams of others, its passwords, and what it shows of a node.
import { createClient } from '@redis/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BrokerConfig } from '../../src/config/index.ts';
import type { Message } from '../../src/protocol/index.ts';
import { findBroker, unique } from '../support/brokers.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

const url = await findBroker('redis');

describe.skipIf(url === undefined)('Redis', () => {
  const client = createClient({ url: url ?? '' });
  const keys: string[] = [];
  const daemons: TestDaemon[] = [];

  beforeAll(() => client.connect());
  afterEach(async () => {
    for (const one of daemons.splice(0)) await one.stop();
  });
  afterAll(async () => {
    if (keys.length > 0) await client.del(keys);
    client.destroy();
  });

  async function hookline(options: Partial<BrokerConfig> = {}): Promise<TestDaemon> {
    const broker: BrokerConfig = {
      ...{ url: url ?? '', kind: 'redis', label: 'redis', node: unique('node-'), events: [], in: [] },
      ...options,
    };
    const daemon = await startTestDaemon({ config: { store: true, brokers: [broker] } });
    daemons.push(daemon);
    return daemon;
  }
  const ask = async <T>(daemon: TestDaemon, target: string, body?: object): Promise<T> => {
    const response = await fetch(`${daemon.url}${target}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await response.json()) as T;
  };
  const take = (daemon: TestDaemon, to: string): Promise<Message[]> =>
    until(`something came for ${to}`, async () => {
      const { messages } = await ask<{ messages: Message[] }>(daemon, `/api/inbox/${to}/take`, {
        waitMs: 500,
      });
      return messages.length > 0 ? messages : undefined;
    });
  const keyOf = (kind: string, name: string): string => {
    const key = `hookline:${kind}:${name}`;
    keys.push(key);
    return key;
  };

  it('what another hookline was handed and never acknowledged is taken over after a minute', async () => {
    const to = unique('back');
    const key = keyOf('in', to);
    await client.xGroupCreate(key, 'hookline', '0', { MKSTREAM: true });
    const id = await client.xAdd(key, '*', { from: 'ci', message: 'left behind' });
    await client.xReadGroup('hookline', 'who-died', { key, id: '>' });
    // As if it were a minute ago.
    await client.xClaim(key, 'hookline', 'who-died', 0, id, { IDLE: 61_000 });
    const daemon = await hookline({ names: [to] });
    expect(await take(daemon, to)).toMatchObject([
      { message: 'left behind', from: 'ci@redis', via: 'redis' },
    ]);
    await until('it is gone there', async () => (await client.xLen(key)) === 0);
  });

  it('a stream of others is read by a group of its own, and stays for them', async () => {
    const [stream, to, node] = [unique('jobs-'), unique('ops'), unique('node-')];
    keys.push(stream);
    await client.xAdd(stream, '*', { job: '7', state: 'failed' });
    const daemon = await hookline({ node, names: [], in: [{ from: stream, to }] });
    const [message] = await take(daemon, to);
    expect(JSON.parse(message?.message ?? '')).toEqual({ job: '7', state: 'failed' });
    expect(message?.metadata).toEqual({ topic: stream });
    await until('it is acknowledged', async () => {
      const [group] = (await client.xInfoGroups(stream)) as unknown as { name: string; pending: number }[];
      return group?.name === `hookline-${node}` && group.pending === 0;
    });
    expect(await client.xLen(stream)).toBe(1);
  });

  it('a wrong password is told as that, and shown to nobody', async () => {
    const user = unique('user');
    await client.aclSetUser(user, ['on', '>the-right-one', '~*', '+@all']);
    const at = new URL(url ?? '');
    at.username = user;
    at.password = 'n0t-this-one';
    const daemon = await hookline({ url: at.href });
    const reason = await until('it is told', async () => {
      const { brokers } = await ask<{ brokers: { reason?: string }[] }>(daemon, '/api/brokers');
      return /WRONGPASS/.test(brokers[0]?.reason ?? '') && brokers[0]?.reason;
    });
    const log = (await (await daemon.get('/api/events?limit=100')).text()) + daemon.logged.join('\n');
    expect(log + reason).not.toContain('n0t-this-one');
    await client.aclDelUser(user);
  });

  it('shows the node and until when that holds, and offline once it has gone', async () => {
    const node = unique('node-');
    const daemon = await hookline({ node, events: ['**'] });
    const shown = async (): Promise<{ online?: boolean; until?: number; seq?: number }> =>
      JSON.parse((await client.hGet('hookline:nodes', node)) ?? '{}');
    const status = await until('it is shown', async () => {
      const now = await shown();
      return now.online === true ? now : undefined;
    });
    expect(status).toMatchObject({ online: true, epoch: expect.any(String), version: expect.any(String) });
    expect(status.until).toBeGreaterThan(Date.now());
    expect(status.until).toBeLessThanOrEqual(Date.now() + 60_000);
    await daemon.stop();
    expect(await shown()).toEqual({ online: false });
    await client.hDel('hookline:nodes', node);
    keyOf('events', node);
    keyOf('sessions', node);
  });
});
