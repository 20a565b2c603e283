// Signals of the program: one may end any number of consumers and requests, and nothing hangs on it when they are over.
import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import WebSocket from 'ws';
import { onAbort } from '../../src/client/signals.ts';
import { startTestDaemon } from '../support/daemon.ts';
import { ScriptedDaemon } from '../support/scripted-daemon.ts';
import { until } from '../support/until.ts';
import { clientOf, collect, foreign } from './support.ts';

it('one signal for many consumers and requests is listened to once, and not at all when they are over', async () => {
  const daemon = await new ScriptedDaemon().start();
  const { signal } = new AbortController();
  const client = clientOf({ port: Number(new URL(daemon.url).port), token: daemon.token }, { signal });
  const consumers = Array.from({ length: 30 }, () => client.events(foreign('a'), { signal }));
  const asked = Array.from({ length: 30 }, () => client.getSessions({ signal }).catch(() => 'closed'));
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  for (const consumer of consumers) consumer.close();
  client.close();
  expect(new Set(await Promise.all(asked))).toEqual(new Set(['closed']));
  await client.closed;
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  await daemon.stop();
});

it('a signal ends all who wait for it, but nobody who has gone', async () => {
  const stop = new AbortController();
  const called: string[] = [];
  const forget = onAbort(stop.signal, () => called.push('gone'));
  forget();
  for (const name of ['a', 'b']) onAbort(stop.signal, () => called.push(name));
  forget();
  onAbort(stop.signal, () => called.push('c'));
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
  stop.abort();
  expect(called).toEqual(['a', 'b', 'c']);
});

it('pauses of a slow consumer leave nothing on the signal of its stream', async () => {
  // Without pause() the link is closed when the consumer is full, and the stream waits for room before it comes back.
  class NoPause extends WebSocket {
    override pause = undefined as never;
    override resume = undefined as never;
  }
  let most = 0;
  const own = AbortSignal.prototype.addEventListener;
  AbortSignal.prototype.addEventListener = function (this: AbortSignal, ...args: Parameters<typeof own>) {
    own.apply(this, args);
    most = Math.max(most, getEventListeners(this, 'abort').length);
  };
  try {
    const daemon = await startTestDaemon();
    await daemon.emit(60, { data: { fill: 'x'.repeat(20_000) } });
    const client = clientOf(daemon, { WebSocket: NoPause, buffer: 5 });
    const read = collect(client.replay(foreign('test.*')));
    await until('all of it came', () => read.ended);
    expect(read.seen).toHaveLength(60);
  } finally {
    AbortSignal.prototype.addEventListener = own;
  }
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(4);
});
