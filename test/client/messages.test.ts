// Messages in the library, against a running daemon: sent once whatever happens to the connection, taken one by one, given back.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Client, ConnectOptions, TakenMessage } from '../../src/client/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { LostAnswers } from '../support/lost-answers.ts';
import { until } from '../support/until.ts';
import { clientOf, collect } from './support.ts';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-client-messages-'));
const network = new LostAnswers();
let daemon: TestDaemon;
const start = async (): Promise<void> => {
  const allowedHosts = [`127.0.0.1:${network.port}`];
  daemon = await startTestDaemon({ config: { home, store: true, allowedHosts } });
  network.target = daemon.port;
};
beforeAll(async () => {
  await network.start();
  await start();
});
afterEach(() => vi.unstubAllGlobals());
afterAll(async () => {
  await network.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

const restart = async (whileDown: () => Promise<unknown> = async () => {}): Promise<void> => {
  await daemon.daemon.stop();
  await whileDown();
  await start();
};

/** A client that finds the daemon wherever it is by now. */
const open = (options: Partial<ConnectOptions> = {}): Client =>
  clientOf(daemon, { url: () => `ws://127.0.0.1:${daemon.port}/ws`, ...options });

/** One with a token that was made for somebody. */
async function granted(fields: object): Promise<{ client: Client; revoke: () => Promise<Response> }> {
  const headers = { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' };
  const name = `t${Math.random().toString(36).slice(2)}`;
  const body = JSON.stringify({ name, ...fields });
  const made = await fetch(`${daemon.url}/api/tokens`, { method: 'POST', headers, body });
  const { token } = (await made.json()) as { token: string };
  return {
    client: open({ token }),
    revoke: () => fetch(`${daemon.url}/api/tokens/${name}`, { method: 'DELETE', headers }),
  };
}

/** As a page of another origin has it. */
const inForeignPage = (): unknown => vi.stubGlobal('location', { origin: 'http://localhost:5173' });

async function firstOf(messages: AsyncIterable<TakenMessage>): Promise<TakenMessage> {
  for await (const one of messages) return one;
  throw new Error('there was none');
}

describe('a message', () => {
  it('is sent, taken, acknowledged, and then delivered for its sender', async () => {
    const client = open();
    const sent = await client.send({ to: 'round', message: 'hello', from: 'ci', metadata: { ticket: '42' } });
    expect(sent).toMatchObject({ state: 'queued', duplicate: false, recipients: [{ name: 'round' }] });
    const delivered = client.message(sent.id, { wait: 'delivered' });
    for await (const { message, ack } of client.inbox('round')) {
      expect(message).toMatchObject({
        id: sent.id,
        from: 'ci',
        message: 'hello',
        metadata: { ticket: '42' },
      });
      await ack();
      await ack();
      break;
    }
    expect(await delivered).toMatchObject({ id: sent.id, state: 'delivered' });
    expect(await client.message(sent.id)).toMatchObject({ state: 'delivered' });
  });

  it('may be a payload', async () => {
    const client = open();
    await client.send({ to: 'payload', type: 'build', payload: { green: false }, priority: 'high' });
    expect((await firstOf(client.inbox('payload'))).message).toMatchObject({
      ...{ type: 'build', payload: { green: false }, priority: 'high' },
    });
  });

  it('is listed by whom it is for, and how it stands', async () => {
    const client = open();
    for (let n = 0; n < 3; n++) await client.send({ to: 'listed', message: `${n}` });
    const page = await client.messages({ to: 'listed', limit: 2 });
    expect([page.messages.map(({ message }) => message), page.hasMore]).toEqual([['2', '1'], true]);
    const { messages, hasMore } = await client.messages({ to: 'listed', before: page.messages[1]?.id ?? '' });
    expect([messages.map(({ message }) => message), hasMore]).toEqual([['0'], false]);
    expect((await client.messages({ to: 'listed', state: 'delivered' })).messages).toEqual([]);
  });

  it.each([
    ['over HTTP', () => {}, '"duplicate":'],
    ['over the WebSocket of a foreign page', inForeignPage, '"type":"message_sent"'],
  ])('goes again %s when its answer was lost, and is there once', async (how, where, answer) => {
    where();
    const to = `again-${how.length}`;
    const client = open({ url: `ws://127.0.0.1:${network.port}/ws` });
    network.losing = new RegExp(answer);
    network.times = 2;
    network.lost = 0;
    const sent = await client.send({ to, message: 'once' });
    expect([network.lost, sent.duplicate]).toEqual([2, true]);
    const { messages } = await open().messages({ to });
    expect(messages.map(({ id, via }) => [id, via])).toEqual([
      [sent.id, how === 'over HTTP' ? 'http' : 'ws'],
    ]);
    // Each has a key of its own: the same words again are another message.
    expect(await client.send({ to, message: 'once' })).toMatchObject({ duplicate: false });
  });

  it('under a key of its own is not sent twice, also after a restart', async () => {
    const client = open();
    const first = await client.send({ to: 'keyed', message: 'x', key: 'k' });
    const restarting = restart();
    const again = await client.send({ to: 'keyed', message: 'x', key: 'k' });
    await restarting;
    expect(again).toMatchObject({ id: first.id, duplicate: true });
    await expect(client.send({ to: 'keyed', message: 'y', key: 'k' })).rejects.toMatchObject({
      ...{ name: 'RequestError', code: 'conflict' },
    });
  });

  it('is waited for through a restart, and told as it stands when the time is up', async () => {
    const client = open();
    const { id } = await client.send({ to: 'patient', message: 'x' });
    const waiting = client.message(id, { wait: 'delivered' });
    expect(await client.message(id, { wait: 'delivered', timeoutMs: 20 })).toMatchObject({ state: 'queued' });
    await restart();
    await (await firstOf(client.inbox('patient'))).ack();
    expect(await waiting).toMatchObject({ state: 'delivered' });
    await expect(client.message('nothing', { wait: 'delivered' })).rejects.toMatchObject({
      code: 'not_found',
    });
    const stop = new AbortController();
    const { id: other } = await client.send({ to: 'nobody', message: 'x' });
    const given = client.message(other, { wait: 'delivered', signal: stop.signal });
    stop.abort(new Error('changed my mind'));
    await expect(given).rejects.toThrow('changed my mind');
  });
});

describe('an inbox', () => {
  it('goes on through a restart; what was taken and not acknowledged comes again', async () => {
    const client = open();
    await client.send({ to: 'through', message: 'first' });
    const seen: [string | undefined, number | undefined][] = [];
    for await (const { message, ack } of client.inbox('through', { leaseMs: 1000 })) {
      seen.push([message.message, message.recipients[0]?.tries]);
      if (seen.length === 1) await restart();
      else await ack();
      if (seen.length === 2)
        void restart(async () => {}).then(() => client.send({ to: 'through', message: 'second' }));
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([
      ['first', 1],
      ['first', 2],
      ['second', 1],
    ]);
  });

  it('hands out again what is given back, until it is dead', async () => {
    const client = open();
    const { id } = await client.send({ to: 'refusing', message: 'x' });
    const all = collect(
      (async function* () {
        for await (const one of client.inbox('refusing')) {
          await one.nack('cannot');
          await one.nack('said it already');
          yield one.message.recipients[0]?.tries;
        }
      })(),
    );
    const dead = await client.message(id, { wait: 'dead' });
    expect(dead.recipients).toMatchObject([{ state: 'dead', reason: 'cannot, 5 times' }]);
    await until('the last one was seen', () => all.seen.length === 5);
    client.close();
    await until('it ended', () => all.ended);
    expect([all.seen, all.error]).toEqual([[1, 2, 3, 4, 5], undefined]);
  });

  it('lets wait again what was not acknowledged in time, and says so to who is too late', async () => {
    const client = open();
    await client.send({ to: 'slow', message: 'x' });
    const late = await firstOf(client.inbox('slow', { leaseMs: 1000 }));
    const next = await firstOf(client.inbox('slow'));
    expect(next.message.id).toBe(late.message.id);
    await next.nack();
    await expect(late.ack()).rejects.toMatchObject({ name: 'RequestError', code: 'conflict' });
    await late.nack();
    await (await firstOf(client.inbox('slow'))).ack();
  });

  it('of a name that two take from gives each message to one of them', async () => {
    const [sender, ...takers] = [open(), open(), open()];
    const handled: string[][] = takers.map(() => []);
    const stop = new AbortController();
    const taking = takers.map(async (client, index) => {
      for await (const { message, ack } of client.inbox('shared', { max: 3, signal: stop.signal })) {
        handled[index]?.push(message.message ?? '');
        await ack();
      }
    });
    const texts = Array.from({ length: 30 }, (_, n) => `${n}`);
    for (const message of texts) await sender?.send({ to: 'shared', message });
    await until('all were handled', () => handled.flat().length >= texts.length);
    stop.abort();
    await Promise.all(taking);
    expect(handled.flat().sort()).toEqual([...texts].sort());
    const { messages } = await open().messages({ to: 'shared' });
    expect(new Set(messages.map(({ state }) => state))).toEqual(new Set(['delivered']));
  });

  it.each(['left', 'ended by its signal'])('that is %s gives back what it did not hand out', async how => {
    const to = `left-${how.length}`;
    const client = open();
    for (let n = 0; n < 3; n++) await client.send({ to, message: `${n}` });
    const stop = new AbortController();
    for await (const { message } of client.inbox(to, { max: 3, leaseMs: 3600_000, signal: stop.signal })) {
      expect(message.message).toBe('0');
      if (how === 'left') break;
      stop.abort();
    }
    const { messages } = await client.messages({ to });
    expect(messages.map(({ message, state }) => [message, state])).toEqual([
      ['2', 'queued'],
      ['1', 'queued'],
      ['0', 'accepted'],
    ]);
  });

  it('hands out nothing whose lease is over by then', async () => {
    const client = open();
    for (let n = 0; n < 2; n++) await client.send({ to: 'old', message: `${n}` });
    const seen: unknown[] = [];
    for await (const { message, ack } of client.inbox('old', { max: 2, leaseMs: 1000 })) {
      seen.push([message.message, message.recipients[0]?.tries]);
      await ack();
      if (seen.length === 2) break;
      const waits = async (): Promise<boolean> =>
        (await client.messages({ to: 'old', state: 'queued' })).messages.length === 1;
      await until('the lease of the other is over', waits);
    }
    expect(seen).toEqual([
      ['0', 1],
      ['1', 2],
    ]);
  });

  it('ends with its client and by its signal, also while it waits', async () => {
    const [client, stop] = [open(), new AbortController()];
    const ends = [collect(client.inbox('empty')), collect(open().inbox('empty', { signal: stop.signal }))];
    await until('both wait', () => daemon.sockets().length >= 2);
    client.close();
    stop.abort();
    await until('both ended', () => ends.every(({ ended }) => ended));
    expect(ends.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(() => client.inbox('empty')).toThrow('the client is closed');
  });
});

describe('what is refused', () => {
  it.each([
    ['too short a time', { ttlMs: 1 }, 'invalid_message', 'ttlMs: '],
    ['nobody who lives', { to: '*' }, 'not_found', 'means no session that lives'],
    ['a long text', { message: 'x'.repeat(64 * 1024 + 1) }, 'payload_too_large', 'put it into a file'],
  ])('a message with %s: in the words of the daemon', async (_, fields, code, words) => {
    const sent = open().send({ to: 'wrong', message: 'x', ...fields });
    await expect(sent).rejects.toMatchObject({
      name: 'RequestError',
      code,
      message: expect.stringContaining(words),
    });
  });

  it('a payload that is no JSON: at once', async () => {
    const payload: { self?: unknown } = {};
    payload.self = payload;
    await expect(open().send({ to: 'wrong', type: 'x', payload })).rejects.toThrow(TypeError);
  });

  it('a lease that is too short: the loop throws', async () => {
    await expect(firstOf(open().inbox('x', { leaseMs: 1 }))).rejects.toMatchObject({
      code: 'invalid_message',
    });
  });

  it('a token without the scope: that call, and the client lives on', async () => {
    const { client } = await granted({ scopes: ['read'] });
    const wrong = { name: 'RefusedError', code: 'forbidden_scope', status: 403 };
    await expect(client.send({ to: 'x', message: 'x' })).rejects.toMatchObject(wrong);
    await expect(firstOf(client.inbox('x'))).rejects.toMatchObject(wrong);
    expect((await client.messages({ to: 'x' })).messages).toEqual([]);
    await client.getSessions();
  });

  it('a token with the scope send alone: nothing of this but to read, and to whom it does not reach', async () => {
    const { client, revoke } = await granted({ scopes: ['send'], to: ['worker', 'boss'], from: 'worker' });
    await open().send({ to: 'worker', message: 'dig', from: 'boss' });
    const { message, ack } = await firstOf(client.inbox('worker'));
    await client.send({ to: message.from, message: 'dug', inReplyTo: message.id });
    await ack();
    const answer = await firstOf(open().inbox('boss'));
    expect(answer.message).toMatchObject({ from: 'worker', verified: true, inReplyTo: message.id });
    await expect(client.send({ to: 'backend', message: 'x' })).rejects.toMatchObject({
      ...{ name: 'RequestError', code: 'forbidden' },
    });
    await expect(firstOf(client.inbox('backend'))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(client.messages()).rejects.toMatchObject({ code: 'forbidden_scope' });
    const taking = collect(client.inbox('worker'));
    await revoke();
    await until('it ended', () => taking.ended);
    expect(taking.error).toMatchObject({ name: 'RefusedError', status: 401, code: 'unauthorized' });
  });

  it('a token that was replaced just now is asked for once more', async () => {
    let asked = 0;
    const client = open({ token: () => (++asked === 1 ? 'a'.repeat(64) : daemon.token) });
    await client.send({ to: 'fresh', message: 'x' });
    expect(asked).toBe(2);
    const wrong = open({ token: () => 'a'.repeat(64) });
    await expect(wrong.send({ to: 'fresh', message: 'x' })).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('a page of another origin takes nothing, and sends no more than a frame', async () => {
    inForeignPage();
    const client = open();
    await expect(firstOf(client.inbox('x'))).rejects.toMatchObject({ code: 'forbidden_origin' });
    const long = client.send({ to: 'x', message: 'é'.repeat(32 * 1024) });
    await expect(long).rejects.toMatchObject({ name: 'RequestError', code: 'payload_too_large' });
    const { id } = await client.send({ to: 'page', type: 'note', payload: { n: 1 } });
    expect(await client.message(id)).toMatchObject({ via: 'ws', type: 'note', payload: { n: 1 } });
    await expect(client.send({ to: '*', message: 'x' })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a daemon that is away', () => {
  const away = (options: Partial<ConnectOptions> = {}): Client =>
    clientOf({ port: 1, token: 'a'.repeat(64) }, options);

  it('is given up after a while, in words', async () => {
    const client = away({ timeoutMs: 50 });
    const words = 'had no answer within 50 ms: no daemon answers at http://127.0.0.1:1';
    await expect(client.send({ to: 'x', message: 'x' })).rejects.toMatchObject({
      ...{ name: 'TimeoutError', code: 'timeout', message: `POST /api/messages ${words}` },
    });
    await expect(client.messages({}, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'timeout' });
  });

  it('is not waited for any more once the signal fires, or the client is closed', async () => {
    const client = away();
    const stop = new AbortController();
    const asked = client.send({ to: 'x', message: 'x' }, { signal: stop.signal });
    stop.abort(new Error('changed my mind'));
    await expect(asked).rejects.toThrow('changed my mind');
    const waiting = client.send({ to: 'x', message: 'x' });
    const taking = collect(client.inbox('x'));
    client.close();
    await expect(waiting).rejects.toMatchObject({ code: 'closed' });
    await until('it ended', () => taking.ended);
    expect(taking.error).toBeUndefined();
    await expect(client.send({ to: 'x', message: 'x' })).rejects.toMatchObject({ code: 'closed' });
  });
});
