// A NATS server that refuses, is otherwise set up, or forgets: nothing is missing, nothing is out of order, and it is told in words.
import { describe, expect, it } from 'vitest';
import { NotCarriedError } from '../../src/inbox/index.ts';
import { unique } from '../support/brokers.ts';
import { hasNatsServer } from '../support/nats-server.ts';
import { until } from '../support/until.ts';
import { events, storedIds, textOf, world } from './nats-world.ts';

describe.skipIf(!hasNatsServer())('a NATS server of its own', () => {
  const { start, open, outside, tried } = world();

  it('that is killed and started again has kept everything', async () => {
    const server = await start();
    const node = unique('node-');
    const to = unique('name');
    const { link } = await open(server.url, { node });
    await link.publish(events(node, 100));
    await link.send(to, { id: 'id-1', from: 'ci', message: 'before' });
    await link.tell(node, { id: 'id-9', state: 'delivered' });
    await server.kill();
    expect(await link.lost).toMatch(/\S/);
    await expect(link.publish(events(node, 1))).rejects.toThrow();
    await server.start();
    const again = await open(server.url, { node });
    await again.link.consume([to]);
    await again.link.publish(events(node, 120));
    await again.link.send(to, { id: 'id-2', from: 'ci', message: 'after' });
    await until('both came', () => again.arrivals.length === 2);
    expect(again.arrivals.map(textOf)).toEqual(['before', 'after']);
    const { connection } = await outside(server.url);
    expect(await storedIds(connection, node)).toEqual(events(node, 120).map(({ id }) => id));
  });

  it('that refuses an event in the middle gets none of those after it, and all of them later, in order', async () => {
    const { url: at } = await start();
    const { connection, manager } = await outside(at);
    await manager.streams.add({ name: 'HOOKLINE', subjects: ['hookline.events.>'], max_msg_size: 1000 });
    const node = unique('node-');
    const sent = events(node, 20, n => `{"seq":${n},"text":"${'x'.repeat(n === 11 ? 2000 : 10)}"}`);
    const { link } = await open(at, { node });
    await expect(link.publish(sent)).rejects.toThrow(/was not confirmed: .*size/);
    expect((await manager.streams.info('HOOKLINE')).state.messages).toBe(10);
    await manager.streams.update('HOOKLINE', { max_msg_size: 10_000 });
    await link.publish(sent);
    expect(await storedIds(connection, node)).toEqual(sent.map(({ id }) => id));
  });

  it('that takes no messages of a size gets what comes before, and is told of what never can be', async () => {
    const { url: at } = await start({ lines: ['max_payload: 20000'] });
    const { connection } = await outside(at);
    const node = unique('node-');
    const sent = events(node, 20, n => `{"seq":${n},"text":"${'x'.repeat(n === 11 ? 19_500 : 10)}"}`);
    const { link } = await open(at, { node });
    await expect(link.publish(sent)).rejects.toThrow(NotCarriedError);
    expect(await storedIds(connection, node)).toEqual(sent.slice(0, 10).map(({ id }) => id));
    const message = { id: 'id-1', from: 'ci', message: 'x'.repeat(20_000) };
    await expect(link.send(unique('name'), message)).rejects.toThrow(/at most 20000 bytes/);
    await link.publish(sent.slice(11));
  });

  it('whose streams are there with another configuration is used as it is', async () => {
    const { url: at } = await start();
    const { manager } = await outside(at);
    await manager.streams.add({ name: 'HOOKLINE', subjects: ['hookline.>'], max_msgs: 50 });
    expect(await tried(at)).toMatch(/HOOKLINE_RECEIPTS cannot be made: .*overlap.*Make it yourself/);
    await manager.streams.update('HOOKLINE', { subjects: ['hookline.events.>'] });
    await manager.streams.add({
      name: 'HOOKLINE_IN',
      subjects: ['hookline.in.>'],
      max_msgs: 2,
      discard: 'new' as never,
    });
    const node = unique('node-');
    const to = unique('name');
    const { link, arrivals } = await open(at, { node });
    await link.publish(events(node, 80));
    expect((await manager.streams.info('HOOKLINE')).config).toMatchObject({ max_msgs: 50 });
    for (const n of [1, 2]) await link.send(to, { id: `id-${n}`, from: 'ci', message: `message ${n}` });
    await expect(link.send(to, { id: 'id-3', from: 'ci', message: 'message 3' })).rejects.toThrow(
      `hookline.in.${to} was not confirmed: maximum messages exceeded`,
    );
    await link.consume([to]);
    await until('both came', () => arrivals.length === 2);
  });

  it('whose stream is taken away gets it again', async () => {
    const { url: at } = await start();
    const { manager } = await outside(at);
    const node = unique('node-');
    const to = unique('name');
    const { link } = await open(at, { node });
    await link.publish(events(node, 1));
    await manager.streams.delete('HOOKLINE');
    await expect(link.publish(events(node, 2))).rejects.toThrow(/nobody there takes it/);
    await link.publish(events(node, 2));
    await link.consume([to]);
    await manager.streams.delete('HOOKLINE_IN');
    expect(await link.lost).toMatch(/HOOKLINE_IN/);
  });
});
