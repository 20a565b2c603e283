// NATS with JetStream against a real server: what every driver and every bridge promises, and what NATS shows of a hookline.
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nats } from '../../src/bridge/nats/driver.ts';
import { findBroker, unique } from '../support/brokers.ts';
import { startSlowProxy } from '../support/slow-proxy.ts';
import { until } from '../support/until.ts';
import { testBridge } from './bridge-conformance.ts';
import { testDriver } from './conformance.ts';
import { openPeer, world } from './nats-world.ts';

const found = await findBroker('nats');
const server = found ?? '';
const broker = { url: server, openPeer: () => openPeer(server) };

describe.skipIf(found === undefined)('NATS:', () => {
  const { open, outside, keep } = world();
  const slow: { bucket?: KV; node?: string; name?: string; tries: number } = { tries: 0 };
  const closers: (() => Promise<unknown>)[] = [];

  /** What takes a minute goes on while the other tests run. */
  beforeAll(async () => {
    const { connection } = await outside(server);
    slow.bucket = await new Kvm(jetstream(connection)).open('hookline_nodes');
    const { network, url: through } = await startSlowProxy(server);
    slow.node = unique('node-');
    const { link: dying } = await open(through, { node: slow.node });
    await dying.board?.announce({ online: true, epoch: 'e', seq: 7, version: '1' });
    const shown = (await slow.bucket.get(slow.node))?.json<{ until: number }>();
    expect(shown).toMatchObject({ online: true, epoch: 'e', seq: 7, version: '1' });
    expect(shown?.until).toBeLessThanOrEqual(Date.now() + 60_000);
    network.target = undefined;
    network.reset(1);

    slow.name = unique('name');
    const { link } = await open(server, {
      take: () => {
        slow.tries++;
        return new Promise(() => {});
      },
    });
    await link.consume([slow.name]);
    await link.send(slow.name, { id: 'id-1', from: 'ci', message: 'think' });
    await until('it is being taken', () => slow.tries === 1);
    closers.push(...keep(), () => network.stop());
  });

  afterAll(async () => {
    for (const close of closers.reverse()) await close();
    const connection = await connect({ servers: server });
    const manager = await jetstreamManager(connection);
    await manager.streams.purge('HOOKLINE_IN', { filter: `hookline.in.${slow.name}` });
    await connection.close();
  });

  describe('a driver for', () => {
    testDriver('NATS', { driver: nats, ...broker });
  });

  describe('a bridge:', () => {
    testBridge('NATS', {
      ...{ kind: 'nats', ...broker },
      foreign: ({ id, from, to, text }) => JSON.stringify({ id, from, to, message: text }),
    });
  });

  it('shows how a hookline and its sessions stand, and that it went', async () => {
    const node = unique('node-');
    const { link } = await open(server, { node });
    await link.board?.announce({ online: true, epoch: 'e', seq: 1, version: '1' });
    await link.board?.announceSession('s-1', '{"sessionId":"s-1"}');
    await link.board?.announceSession('s-2', '{"sessionId":"s-2"}');
    await link.board?.announceSession('s-1', undefined);
    expect(await link.board?.announcedSessions()).toEqual(['s-2']);
    expect((await slow.bucket?.get(`${node}.sessions.s-2`))?.json()).toEqual({ sessionId: 's-2' });
    await link.close();
    expect((await slow.bucket?.get(node))?.json()).toEqual({ online: false });
  });

  it('shows nothing of a hookline that was cut off, within a minute', async () => {
    const { bucket, node = '' } = slow;
    await until('it is gone', async () => (await bucket?.get(node)) === null, 75_000);
  });

  it('does not hand out again what is being taken, however long that takes', async () => {
    const { manager } = await outside(server);
    const { num_redelivered, num_ack_pending } = await manager.consumers.info(
      'HOOKLINE_IN',
      `hookline_${slow.name}`,
    );
    expect({ num_redelivered, num_ack_pending, tries: slow.tries }).toEqual({
      ...{ num_redelivered: 0, num_ack_pending: 1, tries: 1 },
    });
  });
});
