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
    const left = Number(properties.headers?.['x-hookline-expires']) - sentAt;
    expect(Math.abs(left - 60_000)).toBeLessThan(5000);
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

  it('is told how to answer by who takes in what comes for them, and by nobody else', async () => {
    received.length = 0;
    for (const from of [here, unique('passer')])
      await ask('POST', '/api/messages', { to: `${peerName}@amqp`, from, message: `${from} asks` });
    await until('both came', () => received.length === 2);
    const bodies = received.map(({ content }) => JSON.parse(content.toString()) as { reply_to?: string });
    expect(bodies.map(one => one.reply_to)).toEqual([queue, undefined]);
    expect(received.map(({ properties }) => properties.replyTo)).toEqual([queue, undefined]);
  });

  it('is answered by the id that a message has here, given where cbroker has it given', async () => {
    await write(queue, { id: 'peer-8', from: peerName, to: queue, ts: 'now', message: 'and which host?' });
    const message = await take(here);
    received.length = 0;
    const answer = { to: message.from, from: here, message: 'localhost', correlationId: message.id };
    const { id } = await ask<{ id: string }>('POST', '/api/messages', answer);
    await until('the answer came', () => received.length === 1);
    expect(JSON.parse(received[0]?.content.toString() ?? '')).toMatchObject({ correlation_id: 'peer-8' });
    expect(await ask<Message>('GET', `/api/messages/${id}`)).toMatchObject({ inReplyTo: message.id });
    // The other way round it is the same.
    await write(queue, { id: 'peer-9', from: peerName, to: queue, message: 'thanks', correlation_id: id });
    expect(await take(here)).toMatchObject({ message: 'thanks', inReplyTo: id });
  });

  it.each([
    ['a priority that is none', { priority: 'urgent' }, { priority: 'normal' }],
    ['a priority in numbers', { priority: 9 }, { priority: 'normal' }],
    ['metadata in a list', { metadata: ['a', 1] }, { metadata: { metadata: '["a",1]' } }],
    ['metadata in a text', { metadata: 'plain' }, { metadata: { metadata: 'plain' } }],
    ['deep metadata', { metadata: { a: { b: [null] } } }, { metadata: { a: '{"b":[null]}' } }],
    ['nothing to answer to', { reply_to: '', correlation_id: '' }, { message: 'take me' }],
    ['numbers for words', { reply_to: 7, correlation_id: 12, ts: 5 }, { message: 'take me' }],
    ['names with blanks', { from: 'Dev Ops', reply_to: 'ops room' }, { replyTo: 'opsRoom@amqp' }],
    ['a name of other letters', { from: 'büro 7' }, { from: 'bro7@amqp' }],
  ])('may say %s: what cbroker takes is taken', async (_, odd, expected) => {
    // A sender each: they would be too many of one.
    const body = { id: unique('odd-'), from: unique('odd'), to: queue, ts: '2026-11-01T10:00:00Z' };
    await write(queue, { ...body, message: 'take me', ...odd });
    const message = await take(here);
    expect(message).toMatchObject({ via: 'amqp', key: body.id, ...expected });
    if ('reply_to' in odd && typeof odd.reply_to === 'number') expect(message).not.toHaveProperty('replyTo');
  });

  it('gets a dead letter for what cbroker would not take either, and the queue goes on', async () => {
    const whole = { id: 'x', from: peerName, to: queue, ts: 'now', message: 'x' };
    const bodies = [{ ...whole, message: '' }, { ...whole, from: 5 }, { ...whole, files: 'a' }, ['x'], null];
    for (const body of bodies) await write(queue, body as object);
    await write(queue, { ...whole, id: unique('after-'), from: unique('after'), message: 'goes on' });
    expect(await take(here)).toMatchObject({ message: 'goes on' });
    const { messages } = await ask<{ messages: Message[] }>('GET', `/api/messages?to=${here}&state=dead`);
    expect(messages.map(one => one.message).sort()).toEqual(bodies.map(body => JSON.stringify(body)).sort());
  });

  it('may spell a name in any way that leads to its queue: it comes to who is called so here', async () => {
    const base = unique('spelt');
    const [first, second, there] = [`${base}_end`, `${base}-end`, `${base}End`];
    const other = await startTestDaemon({
      config: { store: true, brokers: [broker({ names: [first, second] })] },
    });
    await isUp(other);
    // Whom messages wait for has the name before any session has.
    await ask('POST', '/api/messages', { to: first, message: 'waits' }, other);
    const { error } = await ask<{ error: { code: string; message: string } }>(
      ...(['POST', '/api/messages', { to: second, message: 'is refused' }, other] as const),
    );
    expect(error).toMatchObject({ code: 'conflict', message: expect.stringContaining(`use ${first}`) });
    await write(there, { id: unique('id-'), from: unique('peer'), message: 'comes as well' });
    await until('it came', async () => {
      const inbox = await ask<{ messages: Message[] }>('GET', `/api/inbox/${first}`, undefined, other);
      return inbox.messages.length === 2;
    });
    await other.stop();
    await channel.deleteQueue(there);
  });

  it('may have let what a hookline sent wait in its queue: there is no more time for it than there was', async () => {
    await channel.assertQueue(queue, QUEUE);
    const expires = Date.now() + 60_000;
    const body = {
      id: unique('id-'),
      from: unique('waited'),
      to: queue,
      ts: 'now',
      message: 'still in time',
    };
    channel.publish(EXCHANGE, queue, Buffer.from(JSON.stringify(body)), {
      ...{ expiration: '600000', headers: { 'x-hookline-node': 'away', 'x-hookline-expires': expires } },
    });
    const { expiresAt } = await take(here);
    expect(Math.abs(expiresAt - expires)).toBeLessThan(5000);
  });

  it('may use a vhost: one that is not there is told as that', async () => {
    const wrong = new URL(url ?? '');
    wrong.pathname = `/${unique('nowhere')}`;
    const other = await startTestDaemon({ config: { store: true, brokers: [broker({ url: wrong.href })] } });
    await until('it is told', () =>
      other.logged.some(line => line.includes(`does not let us into the vhost ${wrong.pathname.slice(1)}`)),
    );
    await other.stop();
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
