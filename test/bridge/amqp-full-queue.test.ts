// A queue that refuses what it has no room for (x-overflow reject-publish): nothing is lost, and nothing overtakes what was refused.
import { type Channel, type ChannelModel, connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrokerConfig } from '../../src/config/index.ts';
import type { Message } from '../../src/protocol/index.ts';
import { findBroker, unique } from '../support/brokers.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { expectWhole, type Kept } from './outages.ts';

const url = await findBroker('amqp');
const MOST = 5;
const COUNT = 60;
const SMALL = { durable: true, arguments: { 'x-max-length': MOST, 'x-overflow': 'reject-publish' } };

describe.skipIf(url === undefined)('a queue that is full and refuses', () => {
  const [queue, to, node] = [unique('small'), unique('back'), unique('node-')];
  let connection: ChannelModel;
  let channel: Channel;
  let daemon: TestDaemon;

  beforeAll(async () => {
    connection = await connect(url ?? '');
    channel = await connection.createChannel();
    await channel.assertExchange('hookline', 'topic', { durable: true });
    for (const name of [queue, to]) await channel.assertQueue(name, SMALL);
    await channel.bindQueue(queue, 'hookline', `events.${node}.#`);
    const broker: BrokerConfig = {
      ...{ url: url ?? '', kind: 'amqp', label: 'amqp', node, events: ['**'], in: [], names: [] },
    };
    daemon = await startTestDaemon({ config: { store: true, brokers: [broker] } });
  });
  afterAll(async () => {
    await daemon?.stop();
    for (const name of [queue, to]) await channel?.deleteQueue(name);
    await connection?.close();
  });

  const standing = async (): Promise<{ state: string; behind: number; reason?: string }> =>
    (await daemon.ask<{ brokers: { state: string; behind: number }[] }>('/api/brokers')).brokers[0] ?? {
      ...{ state: 'unknown', behind: 0 },
    };

  it('gets every event in the end, in order, and the daemon says meanwhile that it refuses', async () => {
    await daemon.emit(COUNT);
    const { reason } = await until('it is told', async () => {
      const now = await standing();
      return now.state === 'down' && now.reason?.includes('refuses events') ? now : undefined;
    });
    expect(reason).toMatch(/did not take it.*full.*x-overflow/);
    // Somebody begins to read, at the pace of people.
    const kept: Kept[] = [];
    const seen = new Set<number>();
    await until(
      'all came',
      async () => {
        const delivery = await channel.get(queue, { noAck: true });
        if (delivery === false) return seen.size === COUNT;
        const body = delivery.content.toString();
        kept.push({ id: delivery.properties.messageId, body });
        const { n } = (JSON.parse(body) as { data: { n?: number } }).data;
        if (n !== undefined) seen.add(n);
        return false;
      },
      120_000,
    );
    expect([...seen]).toEqual(Array.from({ length: COUNT }, (_, n) => n));
    expectWhole(kept, 0);
    await channel.deleteQueue(queue);
    await until('nothing is refused', async () => (await standing()).state === 'up');
  }, 200_000);

  it('keeps a message waiting here, which is taken once there is room', async () => {
    for (let n = 0; n < MOST; n++) channel.sendToQueue(to, Buffer.from('{}'), { persistent: true });
    await until('it is full', async () => (await channel.checkQueue(to)).messageCount === MOST);
    const { id } = await daemon.ask<{ id: string }>('/api/messages', {
      to: `${to}@amqp`,
      from: 'ci',
      message: 'x',
    });
    await until('it is told', async () => /refuses messages/.test((await standing()).reason ?? ''));
    expect((await daemon.ask<Message>(`/api/messages/${id}`)).state).toBe('queued');
    await channel.purgeQueue(to);
    await until(
      'it is taken',
      async () => (await daemon.ask<Message>(`/api/messages/${id}`)).state === 'accepted',
    );
    expect((await channel.checkQueue(to)).messageCount).toBe(1);
    await until('nothing is refused', async () => (await standing()).reason === undefined);
  });
});
