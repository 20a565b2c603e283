// cbroker's wire to the letter: what a program that speaks it sees of a hookline, and what a hookline makes of what that writes.
import { type Channel, type ChannelModel, type ConsumeMessage, connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrokerConfig } from '../../src/config/index.ts';
import type { Message } from '../../src/protocol/index.ts';
import { findBroker, unique } from '../support/brokers.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

const url = await findBroker('amqp');
const EXCHANGE = 'claudeBroker';
const QUEUE = {
  durable: true,
  arguments: { 'x-message-ttl': 86_400_000, 'x-max-length': 1000, 'x-overflow': 'drop-head' },
};

describe.skipIf(url === undefined)('a peer that speaks as cbroker does', () => {
  /** `back-end` there is `backEnd`. */
  const here = `${unique('back')}-end`;
  const queue = here.replace('-end', 'End');
  const peerName = unique('peer');
  let connection: ChannelModel;
  let channel: Channel;
  let daemon: TestDaemon;
  const received: ConsumeMessage[] = [];

  const broker = (options: Partial<BrokerConfig> = {}): BrokerConfig => ({
    ...{
      url: url ?? '',
      kind: 'amqp',
      label: 'amqp',
      node: unique('node-'),
      events: [],
      in: [],
      names: [here],
    },
    ...options,
  });
  const ask = async <T>(method: string, target: string, body?: object, of = daemon): Promise<T> => {
    const response = await fetch(`${of.url}${target}`, {
      method,
      headers: { authorization: `Bearer ${of.token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await response.json()) as T;
  };
  const take = async (to: string, of = daemon): Promise<Message> => {
    const taken: Message[] = [];
    await until(`something came for ${to}`, async () => {
      taken.push(
        ...(await ask<{ messages: Message[] }>('POST', `/api/inbox/${to}/take`, { waitMs: 500 }, of))
          .messages,
      );
      return taken.length > 0;
    });
    return taken[0] as Message;
  };
  /** Sends as cbroker does: whoever sends declares the queue of whom it is for. */
  const write = async (to: string, body: object): Promise<void> => {
    await channel.assertQueue(to, QUEUE);
    await channel.bindQueue(to, EXCHANGE, to);
    channel.publish(EXCHANGE, to, Buffer.from(JSON.stringify(body)), {
      contentType: 'application/json',
      deliveryMode: 2,
    });
  };
  const isUp = (of = daemon): Promise<unknown> =>
    until(
      'the broker is there',
      async () =>
        (await ask<{ brokers: { state: string }[] }>('GET', '/health', undefined, of)).brokers[0]?.state ===
        'up',
    );

  beforeAll(async () => {
    connection = await connect(url ?? '');
    channel = await connection.createChannel();
    await channel.assertExchange(EXCHANGE, 'direct', { durable: true });
    await channel.assertQueue(peerName, QUEUE);
    await channel.bindQueue(peerName, EXCHANGE, peerName);
    await channel.consume(peerName, delivery => delivery && received.push(delivery), { noAck: true });
    daemon = await startTestDaemon({ config: { store: true, brokers: [broker()] } });
    await isUp();
  });
  afterAll(async () => {
    for (const name of [peerName, queue]) await channel?.deleteQueue(name);
    await connection?.close();
  });

  it('gets a body and properties as it writes them itself', async () => {
    const { id } = await ask<{ id: string }>('POST', '/api/messages', {
      ...{ to: `${peerName}@amqp`, from: here, message: 'look at this', priority: 'high', ttlMs: 60_000 },
      ...{
        files: ['/home/dev/shop/api.ts'],
        metadata: { ticket: 'A-1' },
        correlationId: 'talk-1',
        replyTo: 'ops-room',
      },
    });
    await until('it came', () => received.length === 1);
    const [{ content, properties } = {} as ConsumeMessage] = received;
    const body = JSON.parse(content.toString()) as { ts: string };
    expect(body).toEqual({
      ...{ id, from: queue, to: peerName, ts: expect.any(String), message: 'look at this' },
      ...{ files: ['/home/dev/shop/api.ts'], reply_to: 'opsRoom', correlation_id: 'talk-1' },
      ...{ priority: 'high', metadata: { ticket: 'A-1' } },
    });
    const sentAt = Date.parse(body.ts);
    expect(new Date(sentAt).toISOString()).toBe(body.ts);
    expect(properties).toMatchObject({
      ...{ contentType: 'application/json', deliveryMode: 2, messageId: id, correlationId: 'talk-1' },
      ...{ replyTo: 'opsRoom', priority: 9, timestamp: Math.floor(sentAt / 1000) },
    });
    expect(Number(properties.expiration)).toBeLessThanOrEqual(60_000);
    expect(Number(properties.expiration)).toBeGreaterThan(30_000);
  });

  it('is understood, whatever it leaves out, and answered under the id it gave', async () => {
    await write(queue, {
      ...{ id: 'peer-7', from: peerName, to: queue, ts: '2026-11-01T10:00:00Z', message: 'which port?' },
      ...{ priority: 'low', metadata: { n: 3 }, files: null, reply_to: null },
    });
    const message = await take(here);
    expect(message).toMatchObject({
      ...{ from: `${peerName}@amqp`, to: here, message: 'which port?', key: 'peer-7', priority: 'low' },
      ...{ metadata: { n: '3' }, via: 'amqp', verified: false },
    });
    received.length = 0;
    await ask('POST', '/api/messages', {
      to: message.from,
      from: here,
      message: '3838',
      inReplyTo: message.id,
    });
    await until('the answer came', () => received.length === 1);
    expect(JSON.parse(received[0]?.content.toString() ?? '')).toMatchObject({
      message: '3838',
      correlation_id: 'peer-7',
    });
    expect(received[0]?.properties.correlationId).toBe('peer-7');
  });

  it('may have declared a queue in its own way: it is used as it is', async () => {
    const own = unique('own');
    await channel.assertQueue(own, { durable: true, arguments: { 'x-max-length': 5 } });
    const other = await startTestDaemon({ config: { store: true, brokers: [broker({ names: [own] })] } });
    await isUp(other);
    await until('it listens there', async () => (await channel.checkQueue(own)).consumerCount === 1);
    channel.sendToQueue(
      own,
      Buffer.from(JSON.stringify({ id: 'own-1', from: peerName, message: 'over my queue' })),
    );
    expect(await take(own, other)).toMatchObject({ message: 'over my queue', key: 'own-1' });
    const { id } = await ask<{ id: string }>(
      'POST',
      '/api/messages',
      { to: `${own}@amqp`, message: 'there' },
      daemon,
    );
    await until(
      'it is taken',
      async () => (await ask<Message>('GET', `/api/messages/${id}`)).state === 'accepted',
    );
    await other.stop();
    await channel.deleteQueue(own);
  });

  it('may write to a queue that is taken in by a rule, in its own words', async () => {
    const jobs = unique('jobs');
    const other = await startTestDaemon({
      config: { store: true, brokers: [broker({ names: [], in: [{ from: jobs, to: 'ops' }] })] },
    });
    await isUp(other);
    channel.sendToQueue(jobs, Buffer.from('build 7 failed'));
    expect(await take('ops', other)).toMatchObject({ message: 'build 7 failed', metadata: { topic: jobs } });
    await other.stop();
    await channel.deleteQueue(jobs);
  });

  it('is told nothing of a password that is wrong, and neither is anybody else', async () => {
    const wrong = new URL(url ?? '');
    wrong.username = 'guest';
    wrong.password = 'n0t-this-one';
    const other = await startTestDaemon({ config: { store: true, brokers: [broker({ url: wrong.href })] } });
    const reason = await until('it is told', async () => {
      const { brokers } = await ask<{ brokers: { reason?: string }[] }>(
        'GET',
        '/api/brokers',
        undefined,
        other,
      );
      return /ACCESS.REFUSED|403/i.test(brokers[0]?.reason ?? '') ? brokers[0]?.reason : undefined;
    });
    await other.hook('UserPromptSubmit', { prompt: 'hooks come in all the same' });
    const log = (await (await other.get('/api/events?limit=100')).text()) + other.logged.join('\n');
    expect(log + reason).not.toContain('n0t-this-one');
  });
});
