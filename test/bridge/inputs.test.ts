// What is read at brokers by `in` of the configuration: with the real brokers, and somebody there who knows nothing of hookline.
import fs from 'node:fs';
import path from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect as connectNats } from '@nats-io/transport-node';
import { createClient } from '@redis/client';
import { connect as connectAmqp } from 'amqplib';
import { connectAsync as connectMqtt } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BrokerKind, loadConfig } from '../../src/config/index.ts';
import type { Message } from '../../src/protocol/index.ts';
import { findBroker, unique } from '../support/brokers.ts';
import { makePlace } from '../support/cli.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

/** Somebody at a broker. */
interface Stranger {
  /** What the configuration reads there, and where something is put that it catches. */
  readonly pattern: string;
  readonly topic: string;
  put(body: string): Promise<unknown>;
  /** How much was not acknowledged by anybody; undefined where a broker does not tell. */
  waiting?(): Promise<number>;
  /** Takes away whatever was made. */
  leave(): Promise<unknown>;
}

const STRANGERS: Readonly<Record<BrokerKind, (url: string, node: string) => Promise<Stranger>>> = {
  amqp: async url => {
    const connection = await connectAmqp(url);
    const channel = await connection.createConfirmChannel();
    const queue = unique('alarms.');
    await channel.assertQueue(queue, { durable: true });
    return {
      ...{ pattern: queue, topic: queue },
      put: body => {
        channel.sendToQueue(queue, Buffer.from(body));
        return channel.waitForConfirms();
      },
      waiting: async () => (await channel.checkQueue(queue)).messageCount,
      leave: async () => {
        await channel.deleteQueue(queue);
        await connection.close();
      },
    };
  },
  mqtt: async url => {
    const client = await connectMqtt(url, { protocolVersion: 5 });
    const plant = unique('plant');
    const topic = `${plant}/press-7/alarm`;
    return {
      ...{ pattern: `${plant}/+/alarm`, topic },
      put: body => client.publishAsync(topic, body, { qos: 1 }),
      leave: () => client.endAsync(),
    };
  },
  redis: async (url, node) => {
    const client = createClient({ url });
    await client.connect();
    const key = unique('alarms:');
    return {
      ...{ pattern: key, topic: key },
      put: body => client.xAdd(key, '*', { message: body }),
      waiting: async () => (await client.xPending(key, `hookline-${node}`)).pending,
      leave: async () => {
        await client.del(key);
        await client.close();
      },
    };
  },
  nats: async url => {
    const connection = await connectNats({ servers: url });
    const manager = await jetstreamManager(connection);
    const plant = unique('plant');
    await manager.streams.add({ name: plant, subjects: [`${plant}.>`] });
    return {
      ...{ pattern: `${plant}.*.alarm`, topic: `${plant}.press-7.alarm` },
      put: body => manager.jetstream().publish(`${plant}.press-7.alarm`, body),
      waiting: async () => {
        const [consumer] = await manager.consumers.list(plant).next();
        return (consumer?.num_pending ?? 1) + (consumer?.num_ack_pending ?? 1);
      },
      leave: async () => {
        await manager.streams.delete(plant);
        await connection.close();
      },
    };
  },
};

const KINDS = ['amqp', 'mqtt', 'redis', 'nats'] as const;
const urls = new Map<BrokerKind, string | undefined>();
for (const kind of KINDS) urls.set(kind, await findBroker(kind));

for (const kind of KINDS)
  describe.skipIf(urls.get(kind) === undefined)(`what comes over ${kind}`, () => {
    const url = urls.get(kind) ?? '';
    const node = unique('node-');
    const to = unique('ops');
    let stranger: Stranger;
    let daemon: TestDaemon;

    async function ask<T>(method: string, target: string, body?: object): Promise<T> {
      const response = await fetch(`${daemon.url}${target}`, {
        method,
        headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      return (await response.json()) as T;
    }

    /** A daemon with this in its config.json, and that broker connected to. */
    async function start(written: object): Promise<void> {
      const { home, hooklineHome } = makePlace();
      fs.mkdirSync(hooklineHome, { recursive: true });
      fs.writeFileSync(path.join(hooklineHome, 'config.json'), JSON.stringify(written));
      const { brokers } = loadConfig({ env: { HOOKLINE_HOME: hooklineHome }, homedir: home });
      const named = brokers.map(broker => ({ ...broker, node }));
      daemon = await startTestDaemon({ config: { store: true, brokers: named } });
      await until('the broker is there', async () => {
        const { brokers: all } = await ask<{ brokers: { state: string }[] }>('GET', '/health');
        return all[0]?.state === 'up';
      });
    }

    /** What waits for `to`, the oldest first. */
    async function waits(count: number): Promise<Message[]> {
      const found = async (): Promise<Message[]> =>
        (await ask<{ messages: Message[] }>('GET', `/api/inbox/${to}`)).messages;
      await until(`${count} came`, async () => (await found()).length >= count);
      return found();
    }

    async function dead(count: number): Promise<Message[]> {
      const found = async (): Promise<Message[]> =>
        (await ask<{ messages: Message[] }>('GET', `/api/messages?to=${to}&state=dead`)).messages;
      await until(`${count} were kept`, async () => (await found()).length >= count);
      return found();
    }

    beforeAll(async () => {
      stranger = await STRANGERS[kind](url, node);
    });
    afterEach(() => daemon?.stop());
    afterAll(() => stranger?.leave());

    it('is a message as text, or as JSON that is one, and other JSON by the template', async () => {
      await start({
        brokers: [{ url, label: 'plant', names: [] }],
        in: [
          {
            ...{ [kind]: `${stranger.pattern}@plant`, to, from: 'press', priority: 'high', ttlMs: 60_000 },
            template: '{{name}} has {{values.0}} bar',
          },
        ],
      });
      const own = {
        ...{ id: 'alarm-1', from: 'valve', to: 'somebody-else', message: 'open', priority: 'low' },
        metadata: { line: 4 },
      };
      for (const body of [
        'it leaks',
        JSON.stringify(own),
        JSON.stringify(own),
        JSON.stringify({ name: 'pump', values: [3] }),
        JSON.stringify({ type: 'alarm', payload: { level: 2 } }),
      ])
        await stranger.put(body);
      const metadata = { topic: stranger.topic };
      const [text, filled, payload, said] = await waits(4);
      const common = { to, via: kind, verified: false, from: 'press', priority: 'high', metadata };
      expect(text).toMatchObject({ ...common, message: 'it leaks' });
      expect((text?.expiresAt ?? 0) - (text?.createdAt ?? 0)).toBe(60_000);
      expect(filled).toMatchObject({ ...common, message: 'pump has 3 bar' });
      expect(payload).toMatchObject({ ...common, type: 'alarm', payload: { level: 2 } });
      expect(said).toMatchObject({
        ...{ ...common, from: 'valve@plant', message: 'open', priority: 'low', key: 'alarm-1' },
        metadata: { ...metadata, line: '4' },
      });
      expect(await waits(4)).toHaveLength(4);
    });

    it('is a dead letter when it says nothing, and no more of the broker, which only the URL names', async () => {
      await start({ in: [{ [kind]: `${url}/${stranger.pattern}`, to, template: '{{name}}' }] });
      const wrong = '{"message": 5}';
      const large = `{"name": "${'x'.repeat(64 * 1024)}"}`;
      for (const body of [wrong, '{"other": 1}', large, '{"name": "and then"}']) await stranger.put(body);
      expect(await waits(1)).toMatchObject([{ message: 'and then', from: kind, priority: 'normal' }]);
      const letters = await dead(3);
      expect(letters.map(one => one.recipients[0]?.reason).sort()).toEqual([
        expect.stringMatching(/^malformed: it is larger than 65536 bytes/),
        expect.stringMatching(/^malformed: message: /),
        expect.stringMatching(/^malformed: the template found nothing in it/),
      ]);
      expect(letters.map(one => one.message)).toContain(wrong);
      await until('nothing waits there', async () => ((await stranger.waiting?.()) ?? 0) === 0);
    });
  });
