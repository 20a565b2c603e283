// A whole hookline at an MQTT broker: what a device asks and is told, what everybody sees of it, and brokers that refuse or die.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { BrokerConfig } from '../../src/config/index.ts';
import type { Message } from '../../src/protocol/index.ts';
import { BadNetwork } from '../support/bad-network.ts';
import { findBroker, unique } from '../support/brokers.ts';
import { hasOpenssl, makeCertificates } from '../support/certificates.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { hasMosquitto, type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { serverFolder } from '../support/own-server.ts';
import { chance } from '../support/random.ts';
import { until } from '../support/until.ts';
import { leaveNothingBehind, stranger, tidyUp, world } from './mqtt-world.ts';

const found = await findBroker('mqtt');
const shared = found ?? '';
leaveNothingBehind();

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function hookline(
  url: string,
  options: Partial<BrokerConfig> = {},
): Promise<{ daemon: TestDaemon; node: string }> {
  const node = unique('node-');
  if (url === shared) tidyUp(node, url);
  const broker: BrokerConfig = { url, kind: 'mqtt', label: 'mqtt', node, events: [], in: [], ...options };
  const daemon = await startTestDaemon({ config: { brokers: [broker] } });
  closers.push(() => daemon.stop());
  return { daemon, node };
}

async function own(options: Parameters<typeof startMosquitto>[0] = {}): Promise<Mosquitto> {
  const broker = await startMosquitto(options);
  closers.push(() => broker.remove());
  return broker;
}

async function ask<T>(daemon: TestDaemon, target: string, body?: object): Promise<T> {
  const answer = await fetch(`${daemon.url}${target}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as T;
}
const send = (daemon: TestDaemon, message: object): Promise<{ id: string }> =>
  ask(daemon, '/api/messages', message);
const stateOf = async (daemon: TestDaemon, id: string): Promise<string> =>
  (await ask<Message>(daemon, `/api/messages/${id}`)).state;
const isUp = async (daemon: TestDaemon): Promise<boolean> =>
  (await ask<{ brokers: { state: string }[] }>(daemon, '/health')).brokers[0]?.state === 'up';
/** Why the broker is away, once that has this word. */
const reasonOf = (daemon: TestDaemon, word: string): Promise<string> =>
  until(`it is told (${word})`, async () => {
    const { brokers } = await ask<{ brokers: { reason?: string }[] }>(daemon, '/api/brokers');
    const reason = brokers[0]?.reason ?? '';
    return !reason.includes('not reached yet') && reason.includes(word) ? reason : undefined;
  });
const up = (daemon: TestDaemon): Promise<boolean> => until('the broker is reached', () => isUp(daemon));
async function take(daemon: TestDaemon, name: string): Promise<Message> {
  const { messages } = await ask<{ messages: Message[] }>(daemon, `/api/inbox/${name}/take`, {
    waitMs: 20_000,
  });
  const [message] = messages;
  if (message === undefined) throw new Error(`nothing came for ${name}`);
  return message;
}

describe.skipIf(found === undefined)('a hookline at an MQTT broker', () => {
  const { meet } = world(shared);

  it('answers a device where it asked to be answered, with its correlation data', async () => {
    const name = unique('press');
    const { daemon } = await hookline(shared, { names: [name] });
    const device = await meet(`plant/${name}/answers`);
    await until('the name is taken in', async () => {
      await device.put(`hookline/in/${name}`, 'how many?', {
        responseTopic: `plant/${name}/answers`,
        correlationData: Buffer.from([7, 0, 255]),
        userProperties: { id: 'q-1', from: 'panel' },
      });
      return (await ask<{ messages: Message[] }>(daemon, `/api/inbox/${name}`)).messages.length > 0;
    });
    const question = await take(daemon, name);
    expect(question).toMatchObject({ message: 'how many?', key: 'q-1', from: 'panel@mqtt', via: 'mqtt' });
    expect(question).toMatchObject({ verified: false, replyTo: `mqtt:plant/${name}/answers@mqtt` });
    const { id } = await send(daemon, {
      ...{ to: question.replyTo, from: name, message: 'three', inReplyTo: question.id },
    });
    await until('the answer came', () => device.came.length > 0);
    expect(device.came[0]?.body).toBe('three');
    expect(device.came[0]?.packet.properties?.correlationData).toEqual(Buffer.from([7, 0, 255]));
    await until('the broker has it', async () => (await stateOf(daemon, id)) === 'accepted');
  });

  it('keeps a message until somebody takes its name in, and hears that it was delivered', async () => {
    const name = unique('backend');
    const { daemon: here } = await hookline(shared);
    await up(here);
    const { id } = await send(here, { to: `${name}@mqtt`, from: 'ci', message: 'are you there?' });
    await until('it was refused', () => here.logged.some(line => line.includes('nobody is subscribed')));
    expect(await stateOf(here, id)).toBe('queued');
    const { daemon: there } = await hookline(shared, { names: [name] });
    const taken = await take(there, name);
    expect(taken).toMatchObject({ message: 'are you there?', from: 'ci@mqtt', key: id });
    await ask(there, `/api/messages/${taken.id}/ack`, { name });
    await until('the receipt came', async () => (await stateOf(here, id)) === 'delivered');
    const reply = { to: taken.replyTo ?? taken.from, from: name, message: 'yes', inReplyTo: taken.id };
    await send(there, reply);
    // Whoever waits for a name takes it in.
    const answer = await take(here, 'ci');
    expect(answer).toMatchObject({ message: 'yes', inReplyTo: id });
  });

  it('shows how it stands, and its sessions as long as they live', async () => {
    const { daemon, node } = await hookline(shared, { events: ['session.*'] });
    const outside = await meet(`hookline/nodes/${node}/#`);
    const last = (topic: string): string | undefined =>
      outside.came.filter(one => one.topic === `hookline/nodes/${node}/${topic}`).at(-1)?.body;
    await daemon.hook('SessionStart', { session_id: 'sess-1', source: 'startup' });
    await until('the session stands there', () => last('sessions/sess-1'));
    expect(JSON.parse(last('sessions/sess-1') ?? '')).toMatchObject({ sessionId: 'sess-1', state: 'idle' });
    await daemon.hook('UserPromptSubmit', { session_id: 'sess-1', prompt: 'go' });
    await until('it stands at work', () => JSON.parse(last('sessions/sess-1') ?? '{}').state === 'working');
    const { epoch, seq } = await ask<{ epoch: string; seq: number }>(daemon, '/health');
    await until('it is told how far it is', () => JSON.parse(last('status') ?? '{}').seq >= seq);
    expect(JSON.parse(last('status') ?? '')).toMatchObject({
      online: true,
      epoch,
      version: expect.any(String),
    });
    await daemon.hook('SessionEnd', { session_id: 'sess-1', reason: 'other' });
    await until('it stands there no more', () => last('sessions/sess-1') === '');
    await daemon.stop();
    await until('the node is gone', () => last('status') === '{"online":false}');
  });

  it('shows nothing of sessions where no events go, and takes away what was shown before', async () => {
    const node = unique('node-');
    const before = await meet();
    const topic = `hookline/nodes/${node}/sessions/old`;
    await before.client.publishAsync(topic, '{}', { qos: 1, retain: true });
    const outside = await meet(`hookline/nodes/${node}/#`);
    const { daemon } = await hookline(shared, { node });
    tidyUp(node, shared);
    await daemon.hook('SessionStart', { session_id: 'secret-1', source: 'startup' });
    await until('what was shown is gone', () =>
      outside.came.some(one => one.topic === topic && one.body === ''),
    );
    const seq = await daemon.emit(1);
    const isTold = ({ topic: at, body }: { topic: string; body: string }): boolean =>
      at.endsWith('/status') && JSON.parse(body).seq >= seq;
    await until('it told how far it is', () => outside.came.some(isTold));
    expect(outside.came.filter(one => one.topic.includes('secret-1'))).toEqual([]);
  });
});

describe.skipIf(!hasMosquitto())('a hookline and an MQTT broker of its own', () => {
  it('says in words that a password is wrong, never which one; a right one lets it in', async () => {
    const broker = await own({ user: { name: 'press', password: 'r1ght-one' } });
    const withUser = (password: string): string => broker.url.replace('://', `://press:${password}@`);
    const { daemon } = await hookline(withUser('wr0ng-one'));
    const said = await reasonOf(daemon, 'refused');
    expect(said).toMatch(/refused.*(user name|not authorized).*see the user and the password/i);
    expect(said + daemon.logged.join('')).not.toContain('wr0ng-one');
    const passwordFile = path.join(broker.folder, 'password');
    fs.writeFileSync(passwordFile, 'r1ght-one\n');
    const { daemon: other } = await hookline(withUser('wr0ng-one'), { passwordFile });
    await up(other);
  });

  it.runIf(hasOpenssl())('speaks over TLS to whom it trusts, and shows who it is', async () => {
    const folder = serverFolder('tls');
    closers.push(async () => fs.rmSync(folder, { recursive: true }));
    const [mine, other] = [makeCertificates(folder, 'own'), makeCertificates(folder, 'other')];
    const { ca, cert, key } = mine;
    const files = [`certfile ${cert}`, `keyfile ${key}`, `cafile ${ca}`];
    const open = await own({ lines: files });
    const strict = await own({ lines: [...files, 'require_certificate true'] });
    const secure = ({ url }: Mosquitto): string => url.replace('mqtt:', 'mqtts:');
    await up((await hookline(secure(open), { ca })).daemon);
    await up((await hookline(secure(strict), { ca, cert, key })).daemon);
    for (const wrong of [{}, { ca: other.ca }]) {
      const { daemon } = await hookline(secure(open), wrong);
      expect(await reasonOf(daemon, 'certificate')).toMatch(/does not know who signed .*"ca"/);
    }
    // It says why, and ends the connection: the other end may only see that.
    const refused = /"cert"|ECONNRESET|EPIPE|closed the connection/;
    for (const wrong of [{}, { cert: other.cert, key: other.key }]) {
      const { daemon } = await hookline(secure(strict), { ca, ...wrong });
      expect(await reasonOf(daemon, '')).toMatch(refused);
    }
  });

  it('keeps what is too large for the broker from it, as a dead letter that says why, and goes on', async () => {
    const broker = await own({ lines: ['max_packet_size 20000'] });
    const { daemon } = await hookline(broker.url, { names: ['backend'] });
    await up(daemon);
    const { id } = await send(daemon, { to: 'backend@mqtt', from: 'ci', message: 'x'.repeat(30_000) });
    await until('it was given up', async () => (await stateOf(daemon, id)) === 'dead');
    const { recipients } = await ask<Message>(daemon, `/api/messages/${id}`);
    expect(recipients[0]?.reason).toMatch(/at most 20000 bytes/);
    expect(await isUp(daemon)).toBe(true);
  });

  it('tells an event that is too large for the broker as a gap, and goes on', async () => {
    const broker = await own({ lines: ['max_packet_size 20000'] });
    const { daemon, node } = await hookline(broker.url, { events: ['test.*'] });
    await up(daemon);
    const outside = await stranger(broker.url, {}, `hookline/events/${node}/#`);
    const first = await daemon.emit(1);
    await daemon.emit(1, { data: { pad: 'x'.repeat(30_000) } });
    const last = await daemon.emit(1);
    const came = (): { type: string; seq: number; data: object }[] =>
      outside.came.map(({ body }) => JSON.parse(body));
    await until('the last one came', () => came().some(({ seq, type }) => seq === last && type !== 'gap'));
    expect(came().map(({ type, seq }) => [type, seq])).toEqual([
      ['test.tick', first],
      ['gap', last - 1],
      ['test.tick', last],
    ]);
    expect(came()[1]?.data).toEqual({ from: last - 1, to: last - 1, reason: 'too_large' });
    expect(await isUp(daemon)).toBe(true);
  });

  it('loses no event and no message when the broker is killed and comes back, and tells them in order', async () => {
    const broker = await own({ lines: ['max_queued_messages 0'] });
    const network = await new BadNetwork(chance(1)).start();
    closers.push(() => network.stop());
    network.slicing = 0;
    network.target = broker.port;
    const url = `mqtt://127.0.0.1:${network.port}`;
    const { daemon, node } = await hookline(url, { events: ['test.*'] });
    const ids: string[] = [];
    const numbers: number[] = [];
    const watch = async (): Promise<void> => {
      const outside = await stranger(broker.url, {}, `hookline/events/${node}/#`);
      const { came } = outside;
      came.push = packet => {
        const id = String(packet.packet.properties?.userProperties?.['id']);
        if (!ids.includes(id)) numbers.push(JSON.parse(packet.body).data.n);
        ids.push(id);
        return ids.length;
      };
      outside.client.on('error', () => {});
    };
    await watch();
    await up(daemon);
    await daemon.emit(200);
    await until('some came', () => numbers.length > 50);
    await broker.kill();
    network.target = undefined;
    const { id } = await send(daemon, { to: 'mqtt:plant/orders@mqtt', from: 'ci', message: 'order 7' });
    await daemon.emit(300, { data: { part: 2 } });
    expect(await isUp(daemon)).toBe(false);
    expect(await stateOf(daemon, id)).toBe('queued');
    await broker.start();
    await watch();
    const plant = await stranger(broker.url, {}, 'plant/orders');
    closers.push(() => plant.leave());
    network.target = broker.port;
    await until('all came', () => numbers.length >= 500, 60_000);
    expect(numbers).toEqual([...Array(200).keys(), ...Array(300).keys()]);
    await until('the message came', () => plant.came.length > 0);
    await until('it counts as sent on', async () => (await stateOf(daemon, id)) === 'accepted');
  });
});
