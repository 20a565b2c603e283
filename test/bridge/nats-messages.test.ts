// Messages in a stream of NATS: what strangers write, who gets it, and what patterns catch.
import { headers } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import type { Arrival } from '../../src/bridge/driver.ts';
import { findBroker, unique } from '../support/brokers.ts';
import { until } from '../support/until.ts';
import { textOf, waitingAt, world } from './nats-world.ts';

const found = await findBroker('nats');
const server = found ?? '';

describe.skipIf(found === undefined)('a stream of messages', () => {
  const { open, outside, later } = world();

  it('takes a plain text of a stranger as the message, and what its headers say', async () => {
    const to = unique('name');
    const { link, arrivals } = await open(server);
    await link.consume([to]);
    const { connection } = await outside(server);
    connection.publish(`hookline.in.${to}`, 'just "text", 5 > 4');
    const said = headers();
    for (const [name, value] of Object.entries({
      ...{ 'Hookline-From': 'ci', 'Hookline-Reply-To': 'ops', 'Hookline-Priority': 'high' },
      ...{ 'Hookline-Correlation-Id': 'talk-1', 'Hookline-TTL-Ms': '60000', 'Nats-Msg-Id': unique('id-') },
    }))
      said.set(name, value);
    connection.publish(`hookline.in.${to}`, 'with headers', { headers: said });
    connection.publish(`hookline.in.${to}`, '');
    await until('all came', () => arrivals.length === 3);
    expect(arrivals.map(textOf)).toEqual(['just "text", 5 > 4', 'with headers', 'malformed: it is empty']);
    expect(arrivals[0]?.message).toMatchObject({ id: expect.stringContaining('HOOKLINE_IN:') });
    expect(arrivals[1]?.message).toMatchObject({
      ...{ id: said.get('Nats-Msg-Id'), from: 'ci', replyTo: 'ops', priority: 'high' },
      correlationId: 'talk-1',
    });
  });

  it('hands a message out to one of those who share a name, in order over all of them', async () => {
    const to = `${unique('name')}.with-dots`;
    const seen: (string | undefined)[] = [];
    const take = async (arrival: Arrival): Promise<void> => void seen.push(textOf(arrival));
    const [one, other] = [await open(server, { take }), await open(server, { take })];
    await one.link.consume([to]);
    await other.link.consume([to]);
    const texts = Array.from({ length: 100 }, (_, n) => `message ${n}`);
    for (const [n, message] of texts.entries())
      await one.link.send(to, { id: `id-${n}`, from: 'ci', message });
    await until('all came', () => seen.length >= texts.length);
    const { manager } = await outside(server);
    await until('nothing waits', async () => (await waitingAt(manager, `hookline.in.${to}`)) === 0);
    expect(seen).toEqual(texts);
  });

  it('gives back at once what was not taken when a hookline goes', async () => {
    const to = unique('name');
    const begun: Arrival[] = [];
    const going = await open(server, {
      take: arrival => {
        begun.push(arrival);
        return new Promise(() => {});
      },
    });
    await going.link.consume([to]);
    await going.link.send(to, { id: 'id-1', from: 'ci', message: 'for the next one' });
    await until('it came', () => begun.length === 1);
    await going.link.close();
    const { link, arrivals } = await open(server);
    await link.consume([to]);
    await until('it came again', () => arrivals.length === 1);
    expect(arrivals.map(textOf)).toEqual(['for the next one']);
  });

  it('does not hand over what has expired, and says so to its sender', async () => {
    const to = unique('name');
    const node = unique('node-');
    const { link: sender, receipts } = await open(server, { node });
    await sender.send(to, { id: 'id-late', from: 'ci', message: 'too late', ttlMs: 1, node });
    await sender.send(to, { id: 'id-2', from: 'ci', message: 'in time', ttlMs: 60_000, node });
    const { link, arrivals } = await open(server);
    await link.consume([to]);
    await until('the other came', () => arrivals.length > 0);
    expect(arrivals.map(textOf)).toEqual(['in time']);
    await until('the sender knows', () => receipts.length === 1);
    expect(receipts).toEqual([{ id: 'id-late', state: 'expired' }]);
  });

  it('takes what a pattern catches from the stream that holds it, also what came while nobody was there', async () => {
    const root = unique('plant');
    const node = unique('node-');
    const { connection, manager } = await outside(server);
    await manager.streams.add({ name: root, subjects: [`${root}.>`] });
    later(() => manager.streams.delete(root));
    const options = { node, patterns: [`${root}.*.alarm`] };
    const first = await open(server, options);
    connection.publish(`${root}.press.alarm`, 'hot');
    connection.publish(`${root}.press.status`, 'fine');
    await until('it came', () => first.arrivals.length === 1);
    await first.link.close();
    connection.publish(`${root}.oven.alarm`, 'cold');
    await connection.flush();
    const { arrivals } = await open(server, options);
    await until('the other came', () => arrivals.length === 1);
    const [pattern] = options.patterns;
    expect([...first.arrivals, ...arrivals]).toMatchObject([
      {
        name: pattern,
        raw: 'hot',
        message: { message: 'hot', metadata: { topic: `${root}.press.alarm` } },
      },
      {
        name: pattern,
        raw: 'cold',
        message: { message: 'cold', metadata: { topic: `${root}.oven.alarm` } },
      },
    ]);
  });

  it('takes what no stream holds as it flies by', async () => {
    const root = unique('plant');
    const { arrivals } = await open(server, { patterns: [`${root}.>`] });
    const { connection } = await outside(server);
    connection.publish(`${root}.press.alarm`, 'hot');
    await until('it came', () => arrivals.length === 1);
    expect(arrivals).toMatchObject([
      { name: `${root}.>`, message: { message: 'hot', metadata: { topic: `${root}.press.alarm` } } },
    ]);
  });
});
