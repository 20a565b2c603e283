// The MUSTs of a driver, against its real broker: every driver passes them.
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type {
  Arrival,
  ConnectOptions,
  Driver,
  Link,
  OutgoingEvent,
  WireMessage,
  WireReceipt,
} from '../../src/bridge/driver.ts';
import { BadNetwork } from '../support/bad-network.ts';
import { unique } from '../support/brokers.ts';
import { startMute } from '../support/mute.ts';
import { chance } from '../support/random.ts';
import { until } from '../support/until.ts';

/** What somebody else sees at the broker: a program that has nothing to do with hookline. */
export interface Peer {
  /** Events of a node from now on, as they are published. */
  watch(node: string): Promise<() => readonly { readonly id: string; readonly body: string }[]>;
  /** Puts a body for a name there that is nothing a hookline would write. @throws when the broker has nobody to keep it for */
  put(name: string, raw: string): Promise<void>;
  /** How many messages wait for a name there, or are handed out to a node and not acknowledged. */
  waiting(name: string, node: string): Promise<number>;
  /** Takes away whatever the test made, and goes. */
  close(): Promise<void>;
}

export interface DriverUnderTest {
  readonly driver: Driver;
  readonly url: string;
  readonly openPeer: () => Promise<Peer>;
  /**
   * From when on the broker keeps what is sent to a name: always, or only once somebody takes it in, also one that is away by now. Who
   * sends before that is refused. Default: always.
   */
  readonly keeps?: 'always' | 'once-taken';
}

interface Open {
  readonly link: Link;
  readonly arrivals: Arrival[];
  readonly receipts: WireReceipt[];
}

const textOf = ({ message }: Arrival): string | undefined =>
  'malformed' in message ? `malformed: ${message.malformed}` : message.message;

export function testDriver(name: string, { driver, url, openPeer, keeps = 'always' }: DriverUnderTest): void {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function open(options: Partial<ConnectOptions> = {}): Promise<Open> {
    const arrivals: Arrival[] = [];
    const receipts: WireReceipt[] = [];
    const link = await driver.connect({
      url: new URL(url),
      node: unique('node-'),
      patterns: [],
      signal: new AbortController().signal,
      take: async arrival => void arrivals.push(arrival),
      hear: receipt => receipts.push(receipt),
      ...options,
    });
    closers.push(() => link.close());
    return { link, arrivals, receipts };
  }

  async function peer(): Promise<Peer> {
    const opened = await openPeer();
    closers.push(() => opened.close());
    return opened;
  }

  /** A connection through something that can be cut. */
  async function proxied(): Promise<{ readonly network: BadNetwork; readonly url: URL }> {
    const network = await new BadNetwork(chance(1)).start();
    network.slicing = 0;
    const through = new URL(url);
    network.target = Number(through.port);
    through.port = String(network.port);
    closers.push(() => network.stop());
    return { network, url: through };
  }

  const messages = (count: number): WireMessage[] =>
    Array.from({ length: count }, (_, n) => ({ id: `id-${n}`, from: 'ci', message: `message ${n}` }));

  const events = (node: string, from: number, to: number): OutgoingEvent[] =>
    Array.from({ length: to - from + 1 }, (_, n) => ({
      id: `${node}:epoch:${from + n}`,
      sessionId: n % 2 === 0 ? '' : 'a session.with *> /odd+# signs',
      type: 'tool.started',
      timestamp: 1_700_000_000_000 + n,
      body: JSON.stringify({ type: 'tool.started', seq: from + n }),
    }));

  describe(`${name}: events`, () => {
    it('are confirmed, in order, each with its id', async () => {
      const node = unique('node-');
      const seen = await (await peer()).watch(node);
      const { link } = await open({ node });
      await link.publish(events(node, 1, 20));
      await link.publish(events(node, 21, 300));
      await until('all are there', () => seen().length >= 300);
      expect(seen().map(({ id }) => id)).toEqual(events(node, 1, 300).map(({ id }) => id));
      expect(seen().map(({ body }) => JSON.parse(body).seq)).toEqual(
        Array.from({ length: 300 }, (_, n) => n + 1),
      );
    });

    it('are not confirmed where the line is cut, and the link says that it is lost', async () => {
      const { network, url: through } = await proxied();
      const node = unique('node-');
      const { link } = await open({ node, url: through });
      await link.publish(events(node, 1, 1));
      network.reset(1);
      const failed = link.publish(events(node, 2, 50)).then(
        () => 'confirmed',
        () => 'failed',
      );
      expect(await Promise.race([failed, delay(10_000, 'neither')])).toBe('failed');
      expect(await link.lost).toMatch(/\S/);
    });
  });

  describe(`${name}: messages`, () => {
    it('cross whole, and in order', async () => {
      const to = unique('name');
      const { link: sender } = await open();
      const { link: taker, arrivals } = await open();
      await taker.consume([to]);
      const whole: WireMessage = {
        ...{ id: 'id-whole', from: 'frontend', message: 'Grüße\n\t"und" \u{1F600} \\x' },
        ...{ createdAt: 1_700_000_000_000, ttlMs: 600_000, priority: 'high' },
        ...{ files: ['/home/dev/a b.txt'], metadata: { ticket: 'A-1' } },
        ...{ replyTo: 'ops', correlationId: 'talk-1', node: 'node-x' },
      };
      const payload = { id: 'id-payload', from: 'ci', type: 'build', payload: { ok: true, n: [1, null] } };
      for (const message of [whole, payload, ...messages(50)]) await sender.send(to, message);
      await until('all are there', () => arrivals.length >= 52);
      expect(arrivals.map(arrival => arrival.name)).toEqual(Array(52).fill(to));
      const [{ message } = { message: {} }] = arrivals;
      const { ttlMs, ...first } = message as WireMessage;
      const { ttlMs: sent, ...rest } = whole;
      expect(first).toMatchObject(rest);
      expect(ttlMs).toBeGreaterThan((sent ?? 0) - 60_000);
      expect(ttlMs).toBeLessThanOrEqual(sent ?? 0);
      expect(arrivals[1]?.message).toMatchObject(payload);
      expect(arrivals.slice(2).map(textOf)).toEqual(messages(50).map(({ message }) => message));
    });

    it.runIf(keeps === 'once-taken')('are refused for a name that nobody ever took', async () => {
      const to = unique('name');
      const { link } = await open();
      await expect(link.send(to, { id: 'id-1', from: 'ci', message: 'hello?' })).rejects.toThrow(to);
    });

    it('wait for somebody who is away, and are there once he is back', async () => {
      const [to, node] = [unique('name'), unique('node-')];
      const before = await open({ node });
      await before.link.consume([to]);
      await before.link.close();
      const { link } = await open();
      for (const message of messages(3)) await link.send(to, message);
      const { link: taker, arrivals } = await open({ node });
      await taker.consume([to]);
      await until('all are there', () => arrivals.length === 3);
      expect(arrivals.map(textOf)).toEqual(messages(3).map(({ message }) => message));
    });

    it.runIf(keeps === 'always')(
      'wait for a name that nobody takes, and are there once somebody does',
      async () => {
        const to = unique('name');
        const { link } = await open();
        for (const message of messages(3)) await link.send(to, message);
        const { link: taker, arrivals } = await open();
        await taker.consume([to]);
        await until('all are there', () => arrivals.length === 3);
        expect(arrivals.map(textOf)).toEqual(messages(3).map(({ message }) => message));
      },
    );

    it('are acknowledged only once they were taken: whoever dies before and comes back gets them again', async () => {
      const [to, node] = [unique('name'), unique('node-')];
      const { network, url: through } = await proxied();
      const { link: sender } = await open();
      const begun: Arrival[] = [];
      const dying = await open({
        node,
        url: through,
        take: arrival => {
          begun.push(arrival);
          return new Promise(() => {});
        },
      });
      await dying.link.consume([to]);
      await sender.send(to, { id: 'id-1', from: 'ci', message: 'keep me' });
      await until('it came', () => begun.length === 1);
      network.reset(1);
      const { link, arrivals } = await open({ node });
      await link.consume([to]);
      await until('it came again', () => arrivals.length === 1, 90_000);
      expect(arrivals.map(textOf)).toEqual(['keep me']);
      const outside = await peer();
      await until('nothing waits any more', async () => (await outside.waiting(to, node)) === 0);
    });

    it('that cannot be taken now come again, before those after them', async () => {
      const to = unique('name');
      const { link: sender } = await open();
      const tries: (string | undefined)[] = [];
      const { link } = await open({
        take: async arrival => {
          tries.push(textOf(arrival));
          if (tries.length <= 2) throw new Error('not now');
        },
      });
      await link.consume([to]);
      for (const message of messages(3)) await sender.send(to, message);
      await until('all were taken', () => tries.includes('message 2'));
      const taken = tries.filter((text, n) => tries.indexOf(text, n + 1) === -1);
      expect(taken).toEqual(['message 0', 'message 1', 'message 2']);
      expect(tries.filter(text => text === 'message 0').length).toBeGreaterThan(1);
    });

    it('are taken for the names that are wanted by now, and for no others', async () => {
      const [one, other] = [unique('name'), unique('name')];
      const { link: sender } = await open();
      const { link, arrivals } = await open();
      await link.consume([one]);
      await link.consume([other]);
      const forOne = { id: 'id-1', from: 'ci', message: 'for one' };
      const sent = sender.send(one, forOne);
      if (keeps === 'once-taken') await expect(sent).rejects.toThrow(one);
      else await sent;
      await sender.send(other, { id: 'id-2', from: 'ci', message: 'for the other' });
      await until('the other came', () => arrivals.length === 1);
      expect(arrivals.map(textOf)).toEqual(['for the other']);
      await link.consume([one, other]);
      if (keeps === 'once-taken') await sender.send(one, forOne);
      await until('the one came too', () => arrivals.length === 2);
      expect(arrivals.map(textOf)).toEqual(['for the other', 'for one']);
    });

    it('of a stranger that say nothing are told as they are, and gone once they were taken', async () => {
      const [to, node] = [unique('name'), unique('node-')];
      const outside = await peer();
      const { link, arrivals } = await open({ node });
      await link.consume([to]);
      const raw = '{"message": 5';
      await outside.put(to, raw);
      await until('it came', () => arrivals.length === 1);
      expect(arrivals[0]?.raw).toContain(raw);
      await until('nothing waits any more', async () => (await outside.waiting(to, node)) === 0);
    });
  });

  it(`${name}: receipts reach the node they are for, also one that was away`, async () => {
    const node = unique('node-');
    const before = await open({ node });
    await before.link.close();
    const { link } = await open();
    await link.tell(node, { id: 'id-1', state: 'delivered' });
    await link.tell(node, { id: 'id-2', state: 'dead', reason: 'refused' });
    const { receipts } = await open({ node });
    await until('both came', () => receipts.length === 2);
    expect(receipts).toEqual([
      { id: 'id-1', state: 'delivered' },
      { id: 'id-2', state: 'dead', reason: 'refused' },
    ]);
  });

  it(`${name}: who takes the connection and says nothing is given up in time, and nothing is left of it`, async () => {
    const mute = await startMute();
    closers.push(() => mute.stop());
    const time = new AbortController();
    const opening = open({ url: mute.through(url), signal: time.signal }).catch((failure: Error) => failure);
    await until('it is called', () => mute.open() > 0);
    time.abort(new Error('its time is up'));
    const error = await opening;
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toMatch(/^\S[^\n]*$/);
    await until('nothing is left', () => mute.open() === 0);
  });

  it(`${name}: a broker that is not there is told in words, without the password`, async () => {
    const { network, url: through } = await proxied();
    network.target = undefined;
    through.username = 'somebody';
    through.password = 'pa55w0rd';
    const error = await open({ url: through }).catch((failure: Error) => failure);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).not.toContain('pa55w0rd');
  });
}
