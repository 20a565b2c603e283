// A RabbitMQ whose users may make nothing: what its admin has made is used as it is, and what is not there is told by its name.
import { connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrokerConfig } from '../../src/config/index.ts';
import type { Message } from '../../src/protocol/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { hasRabbitmq, type Rabbitmq, startRabbitmq } from '../support/rabbitmq.ts';
import { until } from '../support/until.ts';

// As docs/amqp.md has them, and for the test to look into the queue of events.
const WRITE = '^(hookline|claudeBroker|amq\\.default)$';
const READ = '^(hookline-receipts-known|welcome|events)$';

describe.skipIf(!hasRabbitmq())('a RabbitMQ whose users may make nothing', () => {
  let broker: Rabbitmq;
  let daemon: TestDaemon;

  beforeAll(async () => {
    broker = await startRabbitmq();
    const connection = await connect(broker.url);
    const channel = await connection.createChannel();
    await channel.assertExchange('hookline', 'topic');
    await channel.assertExchange('claudeBroker', 'direct');
    for (const queue of ['hookline-receipts-known', 'events', 'welcome']) await channel.assertQueue(queue);
    await channel.bindQueue('events', 'hookline', 'events.#');
    await channel.bindQueue('welcome', 'claudeBroker', 'welcome');
    await connection.close();
    await broker.ctl('set_permissions', 'guest', '^$', WRITE, READ);
    await broker.ctl('add_vhost', 'odd');
    await broker.ctl('set_permissions', '-p', 'odd', 'guest', '.*', '.*', '.*');
    const odd = await connect(`${broker.url}/odd`);
    await (await odd.createChannel()).assertExchange('hookline', 'fanout');
    await odd.close();
    const one = (node: string, url = broker.url): BrokerConfig => ({
      ...{ url, kind: 'amqp', label: node, node, events: ['**'], in: [] },
      names: ['welcome', 'nowhere'],
    });
    daemon = await startTestDaemon({
      config: { store: true, brokers: [one('known'), one('unknown'), one('odd', `${broker.url}/odd`)] },
    });
  });
  afterAll(async () => {
    await daemon?.stop();
    await broker?.remove();
  });

  const reasonOf = (node: string, wanted: string): Promise<string> =>
    until(`why ${node} is told`, async () => {
      type Told = { label: string; state: string; reason?: string };
      const { brokers } = await daemon.ask<{ brokers: Told[] }>('/api/brokers');
      const { state, reason } = brokers.find(({ label }) => label === node) ?? {};
      return state === wanted && !reason?.includes('not reached yet') ? reason : undefined;
    });

  it('takes events, and messages in both directions, by what is there', async () => {
    const { id } = await daemon.ask<{ id: string }>('/api/messages', {
      to: 'welcome@known',
      from: 'ci',
      message: 'hi',
    });
    const taken = await until('it came', async () => {
      const { messages } = await daemon.ask<{ messages: Message[] }>('/api/inbox/welcome/take', {
        waitMs: 500,
      });
      return messages[0];
    });
    expect(taken.message).toBe('hi');
    expect((await daemon.ask<Message>(`/api/messages/${id}`)).state).not.toBe('dead');
    const connection = await connect(broker.url);
    const channel = await connection.createChannel();
    await daemon.emit(5);
    await until('events came', async () => (await channel.checkQueue('events')).messageCount >= 5);
    await connection.close();
  });

  it('is told what it does not have, and does not let be made', async () => {
    expect(await reasonOf('known', 'up')).toMatch(/refuses names: nowhere: .*ACCESS_REFUSED.*'nowhere'/);
    expect(await reasonOf('odd', 'down')).toMatch(/PRECONDITION_FAILED.*'hookline'/);
    expect(await reasonOf('unknown', 'down')).toMatch(/ACCESS_REFUSED.*'hookline-receipts-unknown'/);
  });
});
