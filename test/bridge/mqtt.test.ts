// MQTT 5 against a real Mosquitto.
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { BadNetwork } from '../support/bad-network.ts';
import { findBroker, unique } from '../support/brokers.ts';
import { chance } from '../support/random.ts';
import { until } from '../support/until.ts';
import { testBridge } from './bridge-conformance.ts';
import { type Peer, testDriver } from './conformance.ts';
import {
  leaveNothingBehind,
  saidBy,
  stranger,
  tidyMqtt,
  tidyUp,
  unacknowledged,
  world,
} from './mqtt-world.ts';

const found = await findBroker('mqtt');
const url = found ?? '';
leaveNothingBehind();

async function openPeer(): Promise<Peer> {
  const outside = await stranger(url);
  return {
    watch: async node => {
      await outside.client.subscribeAsync(`hookline/events/${node}/#`, { qos: 1 });
      return () =>
        outside.came.map(({ body, packet }) => ({
          id: String(packet.properties?.userProperties?.['id']),
          body,
        }));
    },
    put: async (name, raw) => {
      if (!(await outside.put(`hookline/in/${name}`, raw))) throw new Error('nobody is subscribed');
    },
    waiting: (name, node) => unacknowledged(url, name, node),
    close: () => outside.leave(),
  };
}

describe.skipIf(found === undefined)('a driver for', () => {
  testDriver('MQTT', { driver: tidyMqtt, url, openPeer, keeps: 'once-taken' });
});

describe.skipIf(found === undefined)('a bridge over MQTT:', () => {
  testBridge('Mosquitto', {
    ...{ kind: 'mqtt', url, openPeer, keeps: 'once-taken', uses: node => tidyUp(node, url) },
    foreign: ({ id, from, text }) => JSON.stringify({ id, from, message: text }),
  });
});

describe.skipIf(found === undefined)('at an MQTT broker', () => {
  const { open, meet, later } = world(url);
  const status = { online: true, epoch: 'epoch-1', seq: 7, version: '1.2.3' } as const;

  async function cuttable(): Promise<{ readonly network: BadNetwork; readonly through: URL }> {
    const network = await new BadNetwork(chance(1)).start();
    network.slicing = 0;
    network.target = Number(new URL(url).port);
    later(() => network.stop());
    return { network, through: new URL(`mqtt://127.0.0.1:${network.port}`) };
  }

  /** What somebody who comes now is told of a topic. */
  async function retained(topic: string): Promise<string[]> {
    const mark = unique('mark-');
    const late = await meet(topic, `hookline-test/${mark}`);
    await late.put(`hookline-test/${mark}`, mark);
    await until('the mark came', () => late.came.some(({ body }) => body === mark));
    return late.came.filter(({ body }) => body !== mark).map(({ body }) => body);
  }

  it('an event has a topic by its node, session and type', async () => {
    const { link, node } = await open();
    const outside = await meet(`hookline/events/${node}/#`);
    const event = { id: `${node}:e:1`, timestamp: 1, body: '{}' };
    await link.publish([
      { ...event, sessionId: 'abc-1', type: 'tool.started' },
      { ...event, sessionId: '', type: 'odd/+.#type..x' },
    ]);
    await until('both came', () => outside.came.length === 2);
    expect(outside.came.map(({ topic }) => topic)).toEqual([
      `hookline/events/${node}/abc-1/tool/started`,
      `hookline/events/${node}/_/odd__/_type/_/x`,
    ]);
  });

  it('a node stands retained as online, and as not online once its line was cut', async () => {
    const { network, through } = await cuttable();
    const { link, node } = await open({ url: through });
    const topic = `hookline/nodes/${node}/status`;
    const outside = await meet(topic);
    await link.board.announce(status);
    await until('it was told', () => outside.came.length === 1);
    expect(JSON.parse((await retained(topic))[0] ?? '')).toEqual(status);
    network.reset(1);
    await until('the last will was told', () => outside.came.length === 2);
    expect(outside.came[1]?.body).toBe('{"online":false}');
    expect(await retained(topic)).toEqual(['{"online":false}']);
  });

  it('a node that says goodbye stands as not online', async () => {
    const { link, node } = await open();
    await link.board.announce(status);
    await link.close();
    expect(await retained(`hookline/nodes/${node}/status`)).toEqual(['{"online":false}']);
  });

  it('a session stands retained until it is taken away, also by the next connection', async () => {
    const node = unique('node-');
    const before = await open({ node });
    for (const id of ['one', 'two', 'three']) await before.link.board.announceSession(id, `{"id":"${id}"}`);
    await before.link.board.announceSession('two', undefined);
    expect((await retained(`hookline/nodes/${node}/sessions/+`)).sort()).toEqual([
      '{"id":"one"}',
      '{"id":"three"}',
    ]);
    await before.link.close();
    const { link } = await open({ node });
    const left = await link.board.announcedSessions();
    expect([...left].sort()).toEqual(['one', 'three']);
    for (const id of left) await link.board.announceSession(id, undefined);
    expect(await link.board.announcedSessions()).toEqual([]);
    expect(await retained(`hookline/nodes/${node}/sessions/+`)).toEqual([]);
  });

  it('a device that asks with a response topic and correlation data is answered there, with the very same bytes', async () => {
    const name = unique('name');
    const { link, arrivals } = await open();
    await link.consume([name]);
    const responseTopic = `plant/${name}/answers`;
    const device = await meet(responseTopic);
    for (const correlationData of [Buffer.from('order 7'), Buffer.from([0, 255, 10, 200])]) {
      device.came.length = 0;
      arrivals.length = 0;
      await device.put(`hookline/in/${name}`, 'how many?', { responseTopic, correlationData });
      await until('it came', () => arrivals.length === 1);
      const [question] = arrivals.map(saidBy);
      expect(question).toMatchObject({ message: 'how many?', replyTo: `mqtt:${responseTopic}` });
      const answer = { id: 'id-9', from: 'backend', message: 'three', correlationId: 'some-id-of-ours' };
      await link.send(question?.replyTo ?? '', { ...answer, answersIn: question?.correlationId });
      await until('the answer came', () => device.came.length === 1);
      const { body, packet } = device.came[0] ?? {};
      expect(body).toBe('three');
      expect(packet?.properties?.contentType).toBe('text/plain');
      expect(packet?.properties?.correlationData).toEqual(correlationData);
      expect(packet?.properties?.responseTopic).toBe('hookline/in/backend');
      expect({ ...packet?.properties?.userProperties }).toMatchObject({ id: 'id-9', from: 'backend' });
    }
  });

  it('plain text of a device is the message, with what its properties say', async () => {
    const name = unique('name');
    const { link, arrivals } = await open();
    await link.consume([name]);
    const device = await meet();
    const userProperties = { id: 'd-1', from: 'press-7' };
    await device.put(`hookline/in/${name}`, 'Oil 80 °C', { userProperties, messageExpiryInterval: 90 });
    await device.put(`hookline/in/${name}`, '{"temperature": 80}');
    await device.put(`hookline/in/${name}`, '{"message": "as JSON", "from": "line", "priority": "high"}');
    await device.put(`hookline/in/${name}`, '{"message": 5}');
    await device.put(`hookline/in/${name}`, Buffer.from([0xff, 0xfe]));
    await until('all came', () => arrivals.length === 5);
    const [text, other, json, wrong, bytes] = arrivals.map(saidBy);
    expect(text).toMatchObject({ id: 'd-1', from: 'press-7', message: 'Oil 80 °C', ttlMs: 90_000 });
    expect(other).toMatchObject({ message: '{"temperature": 80}' });
    expect(json).toMatchObject({ from: 'line', message: 'as JSON', priority: 'high' });
    expect(wrong?.message).toMatch(/^malformed: message/);
    expect(bytes?.message).toMatch(/^malformed: .*UTF-8/);
  });

  it('a message whose time is up while its taker is away is never handed out', async () => {
    const [name, node] = [unique('name'), unique('node-')];
    const before = await open({ node });
    await before.link.consume([name]);
    await before.link.close();
    const { link: sender } = await open();
    await sender.send(name, { id: 'id-1', from: 'ci', message: 'soon stale', ttlMs: 1000 });
    await sender.send(name, { id: 'id-2', from: 'ci', message: 'lasting', ttlMs: 600_000 });
    // The broker counts in whole seconds.
    await delay(2500);
    const { arrivals } = await open({ node });
    await until('what lasts came', () => arrivals.length > 0);
    expect(arrivals.map(saidBy).map(({ message }) => message)).toEqual(['lasting']);
  });

  it('what a pattern catches comes once for each pattern, as text, with its real topic', async () => {
    const plant = unique('plant');
    const patterns = [`${plant}/+/alarm`, `${plant}/#`];
    const { arrivals } = await open({ patterns });
    const device = await meet();
    const userProperties = { id: 'a-1' };
    await device.put(`${plant}/press-7/alarm`, '{"message": "too hot"}', { userProperties });
    await device.put(`${plant}/press-7/temperature`, '80');
    await until('all came', () => arrivals.length === 3);
    const topic = `${plant}/press-7/alarm`;
    const alarm = { id: 'a-1', message: '{"message": "too hot"}', metadata: { topic } };
    const of = (pattern: string): object[] => arrivals.filter(({ name }) => name === pattern).map(saidBy);
    expect(of(patterns[0] ?? '')).toMatchObject([alarm]);
    expect(of(patterns[1] ?? '')).toMatchObject([alarm, { message: '80' }]);
  });

  it('what is retained at a pattern comes once, and not with every connection; an earlier pattern catches nothing', async () => {
    const [plant, node] = [unique('plant'), unique('node-')];
    const device = await meet();
    const retain = async (body: string): Promise<void> => {
      await device.client.publishAsync(`${plant}/state`, body, { qos: 1, retain: true });
    };
    await retain('stopped');
    later(() => retain(''));
    const first = await open({ node, patterns: [`${plant}/state`, `${plant}/old`] });
    await until('it came', () => first.arrivals.length === 1);
    await first.link.close();
    await device.put(`${plant}/old`, 'nobody wants it any more');
    const { arrivals } = await open({ node, patterns: [`${plant}/state`] });
    await device.put(`${plant}/state`, 'runs');
    await until('what is new came', () => arrivals.length > 0);
    expect(arrivals.map(saidBy).map(({ message }) => message)).toEqual(['runs']);
  });

  it('what the session kept for a name of before is taken in, and after that the name is given up', async () => {
    const [name, node] = [unique('name'), unique('node-')];
    const before = await open({ node });
    await before.link.consume([name]);
    await before.link.close();
    const { link: sender } = await open();
    await sender.send(name, { id: 'id-1', from: 'ci', message: 'kept' });
    let free = (): void => {};
    const held = new Promise<void>(resolve => {
      free = resolve;
    });
    const names: string[] = [];
    const { link } = await open({ node, take: arrival => held.then(() => void names.push(arrival.name)) });
    await link.consume([unique('other')]);
    free();
    await until('it was taken', () => names.length === 1);
    expect(names).toEqual([name]);
    const send = (n: number): Promise<string> =>
      sender.send(name, { id: `id-2-${n}`, from: 'ci', message: 'again' }).then(
        () => 'taken',
        () => 'refused',
      );
    let n = 0;
    await until('the name was given up', async () => (await send(n++)) === 'refused');
  });

  it('what is not taken in yet holds up no event, and no more of it comes than was asked for', async () => {
    const node = unique('node-');
    let free = (): void => {};
    const held = new Promise<void>(resolve => {
      free = resolve;
    });
    const begun: string[] = [];
    const names = Array.from({ length: 70 }, () => unique('name'));
    const { link } = await open({
      node,
      take: arrival => {
        begun.push(arrival.name);
        return held;
      },
    });
    await link.consume(names);
    const { link: sender } = await open();
    for (const name of names) await sender.send(name, { id: name, from: 'ci', message: 'hi' });
    await until('as many came as may', () => begun.length >= 50);
    // Confirmed over the same connection, after whatever the broker would have sent before.
    await link.publish([{ id: 'x', sessionId: '', type: 'tool.started', timestamp: 1, body: '{}' }]);
    expect(begun.length).toBe(50);
    free();
    await until('all came', () => begun.length === 70);
    expect(begun).toEqual(names);
  });

  it('an acknowledgement goes out in the order in which things came', async () => {
    const { network, through } = await cuttable();
    const [slow, quick, node] = [unique('name'), unique('name'), unique('node-')];
    const begun: string[] = [];
    const { link } = await open({
      ...{ url: through, node },
      take: arrival => {
        begun.push(arrival.name);
        return arrival.name === slow ? new Promise(() => {}) : Promise.resolve();
      },
    });
    await link.consume([slow, quick]);
    const { link: sender } = await open();
    await sender.send(slow, { id: 'id-1', from: 'ci', message: 'slow' });
    await sender.send(quick, { id: 'id-2', from: 'ci', message: 'quick' });
    await until('both came', () => begun.length === 2);
    network.reset(1);
    expect(await unacknowledged(url, quick, node)).toBe(1);
  });

  it('a hookline that comes as somebody who is there takes its place', async () => {
    const node = unique('node-');
    const { link } = await open({ node });
    await open({ node });
    expect(await link.lost).toMatch(/\S/);
  });

  it('a confirmed receipt for a node that was never there is forgotten, and holds up nothing', async () => {
    const { link } = await open();
    await link.tell(unique('node-'), { id: 'id-1', state: 'delivered' });
  });
});
