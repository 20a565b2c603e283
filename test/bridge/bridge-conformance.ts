// What a bridge promises between two hooklines and their broker: the same for every kind of broker, against a real one.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { BrokerConfig, BrokerKind } from '../../src/config/index.ts';
import type { Message } from '../../src/protocol/index.ts';
import { BadNetwork } from '../support/bad-network.ts';
import { unique } from '../support/brokers.ts';
import { makePlace } from '../support/cli.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { startDaemon as startProcess } from '../support/hookline.ts';
import { chance } from '../support/random.ts';
import { until } from '../support/until.ts';
import type { DriverUnderTest, Peer } from './conformance.ts';

export interface BridgeUnderTest {
  readonly kind: BrokerKind;
  readonly url: string;
  readonly openPeer: () => Promise<Peer>;
  /** A message as a stranger writes it there. */
  readonly foreign: (message: { id: string; from: string; to: string; text: string }) => string;
  readonly keeps?: DriverUnderTest['keeps'];
  /** Is told of every node that is used, so that nothing of it need be left there. */
  readonly uses?: (node: string) => void;
}

interface Health {
  readonly brokers: readonly { readonly state: string; readonly behind: number; readonly lastSeq: number }[];
}

export function testBridge(
  name: string,
  { kind, url, openPeer, foreign, keeps = 'always', uses = () => {} }: BridgeUnderTest,
): void {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  function newNode(): string {
    const node = unique('node-');
    uses(node);
    return node;
  }

  const broker = (options: Partial<BrokerConfig> = {}): BrokerConfig => ({
    ...{ url, kind, label: 'broker', node: options.node ?? newNode(), events: [], in: [] },
    ...options,
  });

  async function hookline(options: Partial<BrokerConfig> = {}, home?: string): Promise<TestDaemon> {
    const brokers = [broker(options)];
    const started = await startTestDaemon({ config: { store: true, brokers, ...(home && { home }) } });
    closers.push(() => started.stop());
    return started;
  }

  const place = (): string => fs.mkdtempSync(path.join(makePlace().home, 'hookline-'));

  async function ask<T>(daemon: TestDaemon, method: string, target: string, body?: object): Promise<T> {
    const response = await fetch(`${daemon.url}${target}`, {
      method,
      headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await response.json()) as T;
  }

  const send = (daemon: TestDaemon, message: object): Promise<{ id: string }> =>
    ask(daemon, 'POST', '/api/messages', message);
  const stateOf = (daemon: TestDaemon, id: string): Promise<Message> =>
    ask(daemon, 'GET', `/api/messages/${id}`);
  /** Takes what comes for a name, as a program that waits for it. */
  async function take(daemon: TestDaemon, to: string, count = 1): Promise<Message[]> {
    const taken: Message[] = [];
    await until(`${count} came for ${to}`, async () => {
      const { messages } = await ask<{ messages: Message[] }>(daemon, 'POST', `/api/inbox/${to}/take`, {
        waitMs: 500,
      });
      taken.push(...messages);
      return taken.length >= count;
    });
    return taken;
  }
  const health = (daemon: TestDaemon): Promise<Health> => ask(daemon, 'GET', '/health');
  const isUp = (daemon: TestDaemon): Promise<unknown> =>
    until('the broker is there', async () => (await health(daemon)).brokers[0]?.state === 'up', 60_000);

  async function peer(): Promise<Peer> {
    const opened = await openPeer();
    closers.push(() => opened.close());
    return opened;
  }

  async function cuttable(): Promise<{ readonly network: BadNetwork; readonly through: string }> {
    const network = await new BadNetwork(chance(2)).start();
    network.slicing = 0;
    const through = new URL(url);
    network.target = Number(through.port);
    through.port = String(network.port);
    closers.push(() => network.stop());
    return { network, through: through.href };
  }

  const numbersOf = (seen: readonly { readonly body: string }[]): number[] =>
    seen.map(({ body }) => (JSON.parse(body) as { data: { n?: number } }).data.n ?? -1).filter(n => n >= 0);
  /** Each as it came first. */
  const firsts = (seen: readonly { readonly id: string; readonly body: string }[]) =>
    seen.filter(({ id }, at) => seen.findIndex(one => one.id === id) === at);
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

  describe(`two hooklines with ${name} between them`, () => {
    it('hand over a message, its receipt, and the answer to it', async () => {
      const [front, back] = [unique('front'), unique('back')];
      const a = await hookline();
      const b = await hookline();
      await Promise.all([isUp(a), isUp(b)]);
      const taking = take(b, back);
      const sent = await send(a, {
        to: `${back}@broker`,
        from: front,
        message: 'the API has changed',
        priority: 'high',
      });
      const [message] = await taking;
      expect(message).toMatchObject({
        ...{ to: back, from: `${front}@broker`, message: 'the API has changed', priority: 'high' },
        ...{ via: kind, verified: false, key: sent.id },
      });
      expect(await stateOf(a, sent.id)).toMatchObject({
        state: 'accepted',
        recipients: [{ name: `${back}@broker`, path: 'broker' }],
      });
      await ask(b, 'POST', `/api/messages/${message?.id}/ack`, { name: back });
      await until('the receipt came', async () => (await stateOf(a, sent.id)).state === 'delivered');
      const answering = take(a, front);
      await send(b, { to: message?.from, from: back, message: 'seen', inReplyTo: message?.id });
      expect(await answering).toMatchObject([
        { from: `${back}@broker`, message: 'seen', inReplyTo: sent.id, via: kind },
      ]);
    });

    it('lose nothing while one of them is away, nor the receipt while the other is', async () => {
      const to = unique('back');
      const [homeA, homeB] = [place(), place()];
      const [nodeA, nodeB] = [newNode(), newNode()];
      const b = await hookline({ node: nodeB, names: [to] }, homeB);
      await isUp(b);
      await b.stop();
      const a = await hookline({ node: nodeA }, homeA);
      await isUp(a);
      const sent = await send(a, { to: `${to}@broker`, from: 'ci', message: 'while you were away' });
      await until('the broker has it', async () => (await stateOf(a, sent.id)).state === 'accepted');
      await a.stop();
      const returned = await hookline({ node: nodeB, names: [to] }, homeB);
      const [message] = await take(returned, to);
      await ask(returned, 'POST', `/api/messages/${message?.id}/ack`, { name: to });
      await until('the receipt is out', async () => {
        const { receipts, epoch, seq } = {
          ...positions(homeB),
          ...(await ask<{ epoch: string; seq: number }>(returned, 'GET', '/health')),
        };
        return receipts?.epoch === epoch && receipts.seq > 0 && seq > 0;
      });
      const again = await hookline({ node: nodeA }, homeA);
      await until('the receipt came', async () => (await stateOf(again, sent.id)).state === 'delivered');
    });
  });

  describe(`a hookline beside ${name}`, () => {
    it('takes in what a stranger writes, once for each id, and keeps what says nothing as a dead letter', async () => {
      const [to, node] = [unique('back'), newNode()];
      const outside = await peer();
      const daemon = await hookline({ node, names: [to] });
      await isUp(daemon);
      const twice = foreign({ id: 'their-1', from: 'stranger', to, text: 'hello' });
      const putOnce = (): Promise<boolean> =>
        outside.put(to, twice).then(
          () => true,
          () => false,
        );
      await until('it takes in what is for the name', putOnce);
      for (const raw of [
        twice,
        '{"message": 5}',
        foreign({ id: 'their-2', from: 'stranger', to, text: 'bye' }),
      ])
        await outside.put(to, raw);
      const taken = await take(daemon, to, 2);
      expect(taken.map(({ message, from, key }) => ({ message, from, key }))).toEqual([
        { message: 'hello', from: 'stranger@broker', key: 'their-1' },
        { message: 'bye', from: 'stranger@broker', key: 'their-2' },
      ]);
      const { messages } = await ask<{ messages: Message[] }>(
        daemon,
        'GET',
        `/api/messages?to=${to}&state=dead`,
      );
      expect(messages).toMatchObject([{ message: '{"message": 5}', via: kind }]);
      expect(messages[0]?.recipients[0]?.reason).toMatch(/^malformed: /);
      await until('nothing is left there', async () => (await outside.waiting(to, node)) === 0);
    });

    it('sends every event out once it is there again, in order, whatever was cut', async () => {
      const { network, through } = await cuttable();
      const node = newNode();
      const seen = await (await peer()).watch(node);
      const daemon = await hookline({ url: through, node, events: ['test.*'] });
      await isUp(daemon);
      const { port } = new URL(url);
      const count = 600;
      for (let n = 0; n < count; n += 100) {
        const posting = daemon.emit(100, { data: {} });
        if (n === 200) network.reset(1);
        if (n === 300) {
          network.target = undefined;
          network.reset(1);
        }
        await posting;
        network.target = Number(port);
      }
      await until('all went out', () => numbersOf(firsts(seen())).length === count, 90_000);
      const expected = Array.from({ length: count }, (_, at) => at % 100);
      expect(numbersOf(firsts(seen()))).toEqual(expected);
      const [standing] = (await health(daemon)).brokers;
      expect(standing).toMatchObject({ state: 'up' });
    }, 180_000);

    it('goes on where the broker confirmed it after kill -9, without a hole', async () => {
      const cli = makePlace();
      const node = newNode();
      fs.mkdirSync(cli.hooklineHome, { recursive: true });
      fs.writeFileSync(
        path.join(cli.hooklineHome, 'config.json'),
        JSON.stringify({ brokers: [{ url, label: 'broker', node, events: ['test.*'] }] }),
      );
      const seen = await (await peer()).watch(node);
      let next = 0;
      for (let life = 0; life < 3; life++) {
        const process = await startProcess(cli);
        const hookToken = fs.readFileSync(path.join(cli.hooklineHome, 'hook-token'), 'utf8').trim();
        for (const last = next + 150; next < last; next++) {
          const answer = await fetch(`${process.url}/hook`, {
            method: 'POST',
            headers: { authorization: `Bearer ${hookToken}`, 'content-type': 'application/json' },
            body: JSON.stringify({ sessionId: 's1', type: 'test.tick', data: { n: next } }),
          });
          expect(answer.status).toBe(202);
        }
        // The last life comes to its end; the others are killed while they send.
        if (life < 2) await process.stop('SIGKILL');
        else closers.push(() => process.stop());
      }
      await until('all went out', () => firsts(seen()).length === next, 60_000);
      expect(numbersOf(firsts(seen()))).toEqual(upTo(next));
    }, 180_000);

    it('starts and takes hooks in while the broker is away, says so, and sends when it comes', async () => {
      const { network, through } = await cuttable();
      network.target = undefined;
      const [node, to] = [newNode(), unique('back')];
      const seen = await (await peer()).watch(node);
      if (keeps === 'once-taken') await isUp(await hookline({ names: [to] }));
      const daemon = await hookline({ url: through, node, events: ['test.*'] });
      await daemon.emit(20);
      const { id } = await send(daemon, { to: `${to}@broker`, from: 'ci', message: 'later' });
      await until('it is told', async () => (await health(daemon)).brokers[0]?.state === 'down');
      const { brokers } = await ask<{ brokers: { reason?: string }[] }>(daemon, 'GET', '/api/brokers');
      expect(brokers[0]?.reason).toMatch(/^\S[^\n]*$/);
      expect(await stateOf(daemon, id)).toMatchObject({ state: 'queued', recipients: [{ tries: 0 }] });
      network.target = Number(new URL(url).port);
      await isUp(daemon);
      await until('the message went out', async () => (await stateOf(daemon, id)).state === 'accepted');
      await until('the events went out', () => numbersOf(firsts(seen())).length === 20);
      expect(numbersOf(firsts(seen()))).toEqual(upTo(20));
      await (await peer()).waiting(to, node);
    });

    it('refuses an address that cannot be there, and names the brokers there are', async () => {
      const daemon = await hookline();
      const refusal = await ask<{ error: { code: string; message: string } }>(
        daemon,
        'POST',
        '/api/messages',
        {
          ...{ to: 'backend@nowhere', message: 'x' },
        },
      );
      expect(refusal.error).toMatchObject({ code: 'not_found', message: expect.stringMatching(/broker/) });
    });
  });

  interface Positions {
    readonly receipts?: { readonly epoch: string; readonly seq: number };
  }

  function positions(home: string): Positions {
    return JSON.parse(fs.readFileSync(path.join(home, 'bridges', 'broker.json'), 'utf8')) as Positions;
  }
}
