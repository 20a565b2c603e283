// A broker that does not let a hookline have one of its names: the others are taken in all the same, and it is told which one it is.
import { afterEach, describe, expect, it } from 'vitest';
import type { BrokerConfig, BrokerKind } from '../../src/config/index.ts';
import type { Message } from '../../src/protocol/index.ts';
import { unique } from '../support/brokers.ts';
import { startTestDaemon } from '../support/daemon.ts';
import { dynamicSecurity, hasMosquitto, startMosquitto } from '../support/mosquitto.ts';
import { hasNatsServer, NatsServer } from '../support/nats-server.ts';
import { hasRabbitmq, startRabbitmq } from '../support/rabbitmq.ts';
import { hasRedisServer, startRedis } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A broker that refuses what belongs to the name `refused`. Returns its URL. */
const BROKERS: readonly {
  readonly kind: BrokerKind;
  readonly isHere: boolean;
  readonly start: () => Promise<string>;
}[] = [
  {
    ...{ kind: 'amqp', isHere: hasRabbitmq() },
    start: async () => {
      const { url, remove, ctl } = await startRabbitmq();
      closers.push(remove);
      await ctl('set_permissions', 'guest', '^(?!.*refused).*$', '.*', '.*');
      return url;
    },
  },
  {
    ...{ kind: 'mqtt', isHere: hasMosquitto() && dynamicSecurity() !== undefined },
    start: async () => {
      const broker = await startMosquitto({ refused: 'hookline/in/refused' });
      closers.push(() => broker.remove());
      return broker.url;
    },
  },
  {
    ...{ kind: 'nats', isHere: hasNatsServer() },
    start: async () => {
      const deny = '$JS.API.CONSUMER.INFO.HOOKLINE_IN.hookline_refused';
      const server = new NatsServer({
        lines: [
          `authorization { users = [{ user: u, password: p, permissions: { publish: { deny: ["${deny}"] } } }] }`,
          'no_auth_user: u',
        ],
      });
      closers.push(() => server.remove());
      return (await server.start()).url;
    },
  },
  {
    ...{ kind: 'redis', isHere: hasRedisServer() },
    start: async () => {
      const keys = [
        '~hookline:events*',
        '~hookline:receipts*',
        '~hookline:nodes*',
        '~hookline:sessions*',
        '~hookline:in:welcome',
      ];
      const { url, server } = await startRedis({
        flags: ['--user', 'default', 'on', 'nopass', '+@all', '&*', ...keys],
      });
      closers.push(() => server.remove());
      return url;
    },
  },
];

describe.each(BROKERS)('$kind', ({ kind, isHere, start }) => {
  it.skipIf(!isHere)('one name that is refused keeps no other out, and is told', async () => {
    const url = await start();
    const broker: BrokerConfig = {
      ...{ url, kind, label: 'there', node: unique('node-'), events: [], in: [] },
      names: ['refused', 'welcome'],
    };
    const daemon = await startTestDaemon({ config: { store: true, brokers: [broker] } });
    closers.push(() => daemon.stop());
    await daemon.ask('/api/messages', { to: 'welcome@there', from: 'ci', message: 'hello' });
    const taken = await until('it came', async () => {
      const target = '/api/inbox/welcome/take';
      const { messages } = await daemon.ask<{ messages: Message[] }>(target, { waitMs: 500 });
      return messages[0];
    });
    expect(taken.message).toBe('hello');
    const reason = await until('it is told', async () => {
      type Told = { state: string; reason?: string };
      const { brokers } = await daemon.ask<{ brokers: Told[] }>('/api/brokers');
      return brokers[0]?.state === 'up' ? brokers[0].reason : undefined;
    });
    expect(reason).toMatch(/^it refuses names: \S*refused: .*\S/);
    expect(daemon.logged.filter(line => line.includes('refuses names'))).toHaveLength(1);
  });
});
