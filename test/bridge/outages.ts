// What a bridge promises while its broker is killed, away, slow or full: the same for every kind of broker, each a server of the test's own.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BrokerKind } from '../../src/config/index.ts';
import type { Message } from '../../src/protocol/index.ts';
import { unique } from '../support/brokers.ts';
import { type CliPlace, makePlace } from '../support/cli.ts';
import { type Daemon, hookline, startDaemon } from '../support/hookline.ts';
import { load } from '../support/load.ts';
import { type SlowProxy, startSlowProxy } from '../support/slow-proxy.ts';
import { until } from '../support/until.ts';

/** An event as a broker has it. */
export interface Kept {
  readonly id: string;
  readonly body: string;
}

/** A broker that belongs to the test. */
export interface OwnBroker {
  readonly url: string;
  /** By SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again, at the same port and with what it has kept. */
  restart(): Promise<void>;
  /** Has it keep all events of a node from now on; the result gives what it has kept so far, in its order. */
  keep(node: string): Promise<() => Promise<readonly Kept[]>>;
  /** Has it take nothing any more, as one that is full. */
  fill(): Promise<unknown>;
  /** Makes room again. */
  empty(): Promise<unknown>;
  remove(): Promise<unknown>;
  /** What it has, in its own words; for whoever has to find out what became of something. Default: nothing. */
  describe?(): Promise<string>;
}

export interface Outages {
  readonly kind: BrokerKind;
  readonly start: () => Promise<OwnBroker>;
  /** What is told of one that is full. */
  readonly full: RegExp;
  /** What becomes there of an event that comes twice: it is kept twice, or known and not kept again. Default: kept. */
  readonly repeats?: 'kept' | 'known';
}

interface Standing {
  readonly state: 'up' | 'down';
  readonly lastSeq: number;
  readonly behind: number;
  readonly reason?: string;
}

/** Bytes a second of a line that is slow. */
const SLOW = 8 * 1024;
/** Long enough for a hook that has to wait for nobody, on a machine that has other things to do; in milliseconds. */
const QUICK_MS = 5000;

/** A hookline in a process of its own that sends everything it has to a broker. */
export class Sender {
  readonly node = unique('node-');
  readonly place: CliPlace = { ...makePlace(), startMs: 90_000 };
  readonly #url: string;
  #daemon: Daemon | undefined;

  /** @param url undefined: to none */
  constructor(url?: string) {
    this.#url = url ?? '';
  }

  get daemon(): Daemon {
    if (this.#daemon === undefined) throw new Error('it was not started');
    return this.#daemon;
  }

  /** With everything that it had before. */
  async start(): Promise<this> {
    const brokers = [{ url: this.#url, label: 'broker', node: this.node, events: ['**'] }];
    fs.mkdirSync(this.place.hooklineHome, { recursive: true });
    const config = this.#url === '' ? {} : { brokers };
    fs.writeFileSync(path.join(this.place.hooklineHome, 'config.json'), JSON.stringify(config));
    this.#daemon = await startDaemon(this.place);
    return this;
  }

  async stop(signal?: NodeJS.Signals): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = undefined;
    await daemon?.stop(signal);
  }

  async ask<T>(target: string, body?: object): Promise<T> {
    const { url, token } = this.daemon;
    const ask = (): Promise<Response> =>
      fetch(`${url}${target}`, {
        method: body ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
    // The first may meet a connection that the daemon has just closed.
    return (await (await ask().catch(ask)).json()) as T;
  }

  /** As whoever may read is told. */
  async standing(): Promise<Standing> {
    const { brokers } = await this.ask<{ brokers: Standing[] }>('/api/brokers');
    return brokers[0] as Standing;
  }

  /** As everybody is told. */
  async health(): Promise<{ readonly seq: number; readonly brokers: readonly Standing[] }> {
    return this.ask('/health');
  }

  /** How the broker stands, and what the daemon told of itself; for whoever has to find out what became of something. */
  async story(): Promise<string> {
    const { events } = await this.ask<{ events: object[] }>('/api/events?topics=system.*&limit=100');
    return [await this.standing(), ...events].map(one => JSON.stringify(one)).join('\n');
  }

  isUp(): Promise<unknown> {
    return until('the broker is there', async () => (await this.standing()).state === 'up', 90_000);
  }

  /** Waits until everything went out; returns the newest event. */
  async isOut(timeoutMs = 90_000): Promise<number> {
    await until('everything went out', async () => (await this.standing()).behind === 0, timeoutMs);
    return (await this.health()).seq;
  }

  /** Posts hooks one after the other, each answered quickly. */
  async post(count: number, text = 'x'): Promise<void> {
    const { url, token } = this.daemon;
    for (let n = 0; n < count; n++) {
      const answer = await fetch(`${url}/hook`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ sessionId: 's1', type: 'test.tick', data: { n, text } }),
        signal: AbortSignal.timeout(QUICK_MS),
      });
      expect(answer.status).toBe(202);
    }
  }
}

const seqOf = ({ id }: Kept): number => Number(id.slice(id.lastIndexOf(':') + 1));

/** Holds what a broker has kept to what is promised: all up to an event, none out of order, whatever came twice the same. */
export function expectWhole(kept: readonly Kept[], last: number): void {
  const bodies = new Map<string, string>();
  const firsts: number[] = [];
  for (const event of kept) {
    const before = bodies.get(event.id);
    if (before === undefined) firsts.push(seqOf(event));
    else expect(event.body).toBe(before);
    bodies.set(event.id, event.body);
  }
  const [from = 0] = firsts;
  const wrong = firsts.findIndex((seq, at) => seq !== from + at);
  expect(wrong === -1 ? [] : firsts.slice(Math.max(0, wrong - 2), wrong + 3)).toEqual([]);
  expect(firsts.at(-1)).toBeGreaterThanOrEqual(last);
}

/** Fills a broker while a hookline sends to it, and makes room again: nothing is called accepted meanwhile, why is told, and all arrives. */
export async function expectPatience(
  from: Sender,
  broker: Pick<OwnBroker, 'keep' | 'fill' | 'empty'>,
  full: RegExp,
): Promise<void> {
  const all = await broker.keep(from.node);
  await from.isUp();
  await from.post(20);
  await from.isOut();
  await broker.fill();
  await from.post(20);
  const { id } = await from.ask<{ id: string }>('/api/messages', {
    ...{ to: `${unique('back')}@broker`, from: 'ci', message: 'when there is room' },
  });
  const standing = await until('why is told', async () => {
    const now = await from.standing();
    return now.state === 'down' && now.reason !== undefined ? now : undefined;
  });
  expect(standing.reason).toMatch(full);
  expect(standing.behind).toBeGreaterThan(0);
  expect((await from.health()).brokers).toMatchObject([{ state: 'down' }]);
  const told = await hookline(from.place, 'brokers');
  expect(told).toMatchObject({ code: 1, stdout: expect.stringMatching(full) });
  const events = await from.ask<{ events: { type: string; data: Standing }[] }>(
    '/api/events?topics=system.broker&limit=10',
  );
  expect(events.events.map(({ data }) => data.reason ?? '').join('\n')).toMatch(full);
  await from.post(20);
  expect((await from.ask<Message>(`/api/messages/${id}`)).state).toBe('queued');
  await broker.empty();
  await until(
    'the message went out',
    async () => (await from.ask<Message>(`/api/messages/${id}`)).state === 'accepted',
    60_000,
  );
  const last = await from.isOut();
  await until('nothing is refused', async () => (await from.standing()).reason === undefined);
  expectWhole(await all(), last);
}

/** @param count how many events flow while it is killed */
export function testKilledBroker(name: string, { start }: Outages, count: number): void {
  it(`${name} killed while ${count.toLocaleString('en')} events flow: every one is there in the end, in order`, async () => {
    const broker = await start();
    const sender = new Sender(broker.url);
    try {
      await sender.start();
      const all = await broker.keep(sender.node);
      await sender.isUp();
      const first = (await sender.health()).seq + 1;
      const posting = load(sender.daemon, count, 1500);
      const isThird = async (): Promise<boolean> => (await sender.standing()).lastSeq > first + count / 3;
      await until('a third went out', isThird, 180_000);
      await broker.kill();
      await until('it is told', async () => (await sender.standing()).state === 'down');
      await broker.restart();
      await posting;
      const last = await sender.isOut(180_000);
      const kept = await all();
      expect(kept.length).toBeGreaterThanOrEqual(count);
      expectWhole(kept, last);
      expect(Math.min(...kept.map(seqOf))).toBeLessThanOrEqual(first);
    } finally {
      await sender.stop();
      await broker.remove();
    }
  }, 400_000);
}

export function testOutages(name: string, outages: Outages): void {
  describe(`${name}, a server of its own,`, () => {
    let broker: OwnBroker;
    const closers: (() => Promise<unknown>)[] = [];
    beforeAll(async () => {
      broker = await outages.start();
    });
    afterEach(async () => {
      if (isFull) await empty();
      for (const close of closers.splice(0).reverse()) await close();
    });
    afterAll(() => broker?.remove());

    let isFull = false;
    async function fill(): Promise<void> {
      isFull = true;
      await broker.fill();
    }
    async function empty(): Promise<void> {
      await broker.empty();
      isFull = false;
    }

    async function sender(url = broker.url): Promise<Sender> {
      const started = new Sender(url);
      closers.push(() => started.stop());
      return started.start();
    }

    async function slowLine(): Promise<SlowProxy> {
      const line = await startSlowProxy(broker.url);
      closers.push(() => line.network.stop());
      return line;
    }

    it('at the end of a line that is slow, and then stands still: hooks are answered, and all arrives', async () => {
      const line = await slowLine();
      const from = await sender(line.url);
      const all = await broker.keep(from.node);
      await from.isUp();
      line.network.bytesPerSecond = SLOW;
      const text = 'x'.repeat(1000);
      await from.post(60, text);
      await until('some of it came', async () => (await all()).length > 20);
      line.network.bytesPerSecond = 0;
      const { id } = await from.ask<{ id: string }>('/api/messages', {
        ...{ to: `${unique('back')}@broker`, from: 'ci', message: 'while nothing moves' },
      });
      await from.post(60, text);
      expect((await from.standing()).behind).toBeGreaterThan(0);
      expect((await from.ask<Message>(`/api/messages/${id}`)).state).toBe('queued');
      line.network.bytesPerSecond = Number.POSITIVE_INFINITY;
      const last = await from.isOut();
      expectWhole(await all(), last);
    }, 180_000);

    it('is full: nothing is called accepted, why is told, and it goes on once there is room', async () => {
      await expectPatience(await sender(), { ...broker, fill, empty }, outages.full);
    }, 240_000);

    it('is full, and the daemon is stopped: that does not wait for it', async () => {
      const from = await sender();
      await from.isUp();
      await fill();
      await from.post(5);
      await until('it is told', async () => (await from.standing()).state === 'down');
      const before = performance.now();
      await from.stop();
      expect(performance.now() - before).toBeLessThan(9000);
    });

    it('has what it confirmed twice when the daemon died before that was noted, under the same id', async () => {
      const from = await sender();
      const all = await broker.keep(from.node);
      await from.isUp();
      await from.post(10);
      await from.isOut();
      const file = path.join(from.place.hooklineHome, 'bridges', 'broker.json');
      const noted = await until('it is noted', () => {
        const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
        return JSON.parse(text || '{}').events?.seq > 0 ? text : undefined;
      });
      const before = (await all()).length;
      await from.post(30);
      await from.isOut();
      await from.stop('SIGKILL');
      // As if it had been killed right after the broker's word.
      fs.writeFileSync(file, noted);
      await from.start();
      await from.post(10);
      const last = await from.isOut();
      const kept = await all();
      expectWhole(kept, last);
      const twice = kept.length - new Set(kept.map(({ id }) => id)).size;
      if (outages.repeats === 'known') return expect(twice).toBe(0);
      expect(twice).toBeGreaterThanOrEqual(30);
      expect(kept.length).toBeGreaterThan(before + 70);
    });
  });
}
