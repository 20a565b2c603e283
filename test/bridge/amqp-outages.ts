// A RabbitMQ for the tests of outages: what it has kept, and how it is full.
import { type Channel, connect } from 'amqplib';
import { startRabbitmq } from '../support/rabbitmq.ts';
import { until } from '../support/until.ts';
import type { Kept, Outages, OwnBroker } from './outages.ts';

async function startOwnRabbitmq(): Promise<OwnBroker> {
  const { url, server, ctl, remove } = await startRabbitmq();
  /** Does something over a connection of its own: one that is kept is lost with the server. */
  async function ask<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    const connection = await connect(url);
    connection.on('error', () => {});
    try {
      return await work(await connection.createChannel());
    } finally {
      await connection.close();
    }
  }
  return {
    url,
    kill: () => server.kill(),
    restart: () => server.start(),
    keep: async node => {
      await ask(async channel => {
        await channel.assertExchange('hookline', 'topic', { durable: true });
        await channel.assertQueue(node, { durable: true });
        await channel.bindQueue(node, 'hookline', `events.${node}.#`);
      });
      // One that was killed a moment later was up again with the queue and without the binding (3.10.8, one of eight on a busy machine), and
      // confirmed what it had nobody for: it is to write it where it keeps its tables first.
      await ctl('eval', 'mnesia:sync_log(), mnesia:dump_log().');
      return () =>
        ask(async channel => {
          const { messageCount } = await channel.checkQueue(node);
          const kept: Kept[] = [];
          // What is not acknowledged goes back to where it was, once the connection is closed.
          await channel.consume(
            node,
            delivery =>
              delivery && kept.push({ id: delivery.properties.messageId, body: delivery.content.toString() }),
          );
          await until('all came', () => kept.length >= messageCount);
          return kept.slice(0, messageCount);
        });
    },
    // As a disk that has less room than it is told to leave.
    fill: () => ctl('set_disk_free_limit', '100000GB'),
    empty: () => ctl('set_disk_free_limit', '1MB'),
    describe: async () =>
      [await ctl('list_queues'), await ctl('list_bindings')].map(one => JSON.stringify(one)).join('\n'),
    remove,
  };
}

export const OWN_RABBITMQ: Outages = { kind: 'amqp', start: startOwnRabbitmq, full: /low on disk/ };
