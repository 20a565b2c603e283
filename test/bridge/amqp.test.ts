// AMQP against a real RabbitMQ.
import { connect } from 'amqplib';
import { describe } from 'vitest';
import { amqp } from '../../src/bridge/amqp/driver.ts';
import { findBroker } from '../support/brokers.ts';
import { testBridge } from './bridge-conformance.ts';
import { type Peer, testDriver } from './conformance.ts';

const url = await findBroker('amqp');

/** A program that declares as cbroker does. */
const QUEUE = {
  durable: true,
  arguments: { 'x-message-ttl': 86_400_000, 'x-max-length': 1000, 'x-overflow': 'drop-head' },
};

async function openPeer(): Promise<Peer> {
  const connection = await connect(url ?? '');
  const channel = await connection.createConfirmChannel();
  const queues = new Set<string>();
  return {
    watch: async node => {
      const seen: { id: string; body: string }[] = [];
      await channel.assertExchange('hookline', 'topic', { durable: true });
      const { queue } = await channel.assertQueue('', { exclusive: true });
      await channel.bindQueue(queue, 'hookline', `events.${node}.*.#`);
      await channel.consume(
        queue,
        delivery =>
          delivery && seen.push({ id: delivery.properties.messageId, body: delivery.content.toString() }),
        { noAck: true },
      );
      return () => seen;
    },
    put: async (name, raw) => {
      await channel.assertExchange('claudeBroker', 'direct', { durable: true });
      await channel.assertQueue(name, QUEUE);
      await channel.bindQueue(name, 'claudeBroker', name);
      channel.publish('claudeBroker', name, Buffer.from(raw), {
        contentType: 'application/json',
        deliveryMode: 2,
      });
      await channel.waitForConfirms();
    },
    waiting: async name => {
      queues.add(name);
      return (await channel.checkQueue(name)).messageCount;
    },
    close: async () => {
      for (const queue of queues) await channel.deleteQueue(queue);
      await connection.close();
    },
  };
}

describe.skipIf(url === undefined)('a driver for', () => {
  testDriver('AMQP', { driver: amqp, url: url ?? '', openPeer });
});

describe.skipIf(url === undefined)('a bridge over AMQP:', () => {
  testBridge('RabbitMQ', {
    ...{ kind: 'amqp', url: url ?? '', openPeer },
    foreign: ({ id, from, to, text }) =>
      JSON.stringify({ id, from, to, ts: '2026-11-01T10:00:00Z', message: text }),
  });
});
