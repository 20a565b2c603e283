// MQTT brokers that refuse: some of what is sent, for a while or for good. Nothing overtakes what was refused, and it is told in words.
import { describe, expect, it } from 'vitest';
import type { OutgoingEvent } from '../../src/bridge/driver.ts';
import { mqtt } from '../../src/bridge/mqtt/driver.ts';
import { hasMosquitto, type Mosquitto, type MosquittoOptions, startMosquitto } from '../support/mosquitto.ts';
import { until } from '../support/until.ts';
import { stranger, world } from './mqtt-world.ts';

const event = (node: string, n: number, type = 'test.tick'): OutgoingEvent => ({
  ...{ id: `${node}:e:${n}`, sessionId: 's', type, timestamp: n, body: `{"n":${n}}` },
});

const reasonOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'it was taken',
    (error: unknown) => error,
  );

describe.skipIf(!hasMosquitto())('a Mosquitto of its own', () => {
  const { open, later } = world('', mqtt);

  async function start(options: MosquittoOptions): Promise<Mosquitto> {
    const broker = await startMosquitto(options);
    later(() => broker.remove());
    return broker;
  }

  it('that lets one kind of event not in the middle has none of those after it, and all of them later, in order', async () => {
    const all = 'topic readwrite #';
    const broker = await start({ rights: [all, 'topic deny hookline/events/+/+/secret/#'] });
    const url = new URL(broker.url);
    const { link, node } = await open({ url });
    const seen = await stranger(broker.url, {}, `hookline/events/${node}/#`);
    later(() => seen.leave());
    const events = Array.from({ length: 30 }, (_, n) =>
      event(node, n, n === 12 ? 'secret.word' : 'test.tick'),
    );
    const refusal = await reasonOf(link.publish(events));
    expect(refusal).toMatchObject({ message: expect.stringMatching(/secret\/word.*Not authorized/) });
    // Confirmed after whatever was sent before it.
    await link.publish([event(node, 100)]);
    await until('it came', () => seen.came.length >= 13);
    expect(seen.came.map(({ body }) => JSON.parse(body).n)).toEqual([...Array(12).keys(), 100]);
    broker.allow(all);
    broker.signal('SIGHUP');
    await until(
      'it is let in',
      async () => (await reasonOf(link.publish([event(node, 12, 'secret.word')]))) === 'it was taken',
    );
  });

  it('that takes nothing so large, and did not say so before, is asked again, and what is to be done is told', async () => {
    const broker = await start({ lines: ['message_size_limit 20000'] });
    const url = new URL(broker.url);
    const { link, node } = await open({ url });
    const large = { ...event(node, 1), body: 'x'.repeat(30_000) };
    expect(await reasonOf(link.publish([large, event(node, 2)]))).toBeInstanceOf(Error);
    expect(await link.lost).toContain('max_packet_size');
    const again = await open({ url, node });
    await again.link.publish([event(node, 3)]);
  });

  it('that takes no packet so large has none of the events after it', async () => {
    const broker = await start({ lines: ['max_packet_size 20000'] });
    const { link, node } = await open({ url: new URL(broker.url) });
    const seen = await stranger(broker.url, {}, `hookline/events/${node}/#`);
    later(() => seen.leave());
    const large = { ...event(node, 2), body: 'x'.repeat(30_000) };
    const refusal = await reasonOf(link.publish([event(node, 1), large, event(node, 3)]));
    expect(refusal).toMatchObject({ message: expect.stringMatching(/at most 20000 bytes/) });
    await link.publish([event(node, 4)]);
    await until('the last came', () => seen.came.length > 1);
    expect(seen.came.map(({ body }) => JSON.parse(body).n)).toEqual([1, 4]);
  });
});
