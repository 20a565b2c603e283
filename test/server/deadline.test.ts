// Work with a deadline ends when its time is up, whatever the collector of garbage does meanwhile.
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { withDeadline } from '../../src/deadline.ts';
import { collectGarbage } from '../support/memory.ts';

/** Resolves with the reason once the signal fires; nothing but the signal keeps it. */
const reasonOf = (signal: AbortSignal): Promise<unknown> =>
  new Promise(resolve => signal.addEventListener('abort', () => resolve(signal.reason)));

it('ends in time, though garbage is collected while it waits', async () => {
  const ended = withDeadline(200, [new AbortController().signal], reasonOf);
  for (let round = 0; round < 3; round++) {
    collectGarbage();
    await delay(10);
  }
  expect(await ended).toMatchObject({ name: 'TimeoutError' });
});

it.each([
  { ms: 60_000, when: 'before its time' },
  { ms: undefined, when: 'where it has none' },
])('ends with another signal $when, for the reason of that one', async ({ ms }) => {
  const stop = new AbortController();
  const ended = withDeadline(ms, [undefined, stop.signal], reasonOf);
  stop.abort('enough');
  expect(await ended).toBe('enough');
});

it('is ended from the start where a signal has fired already', async () => {
  expect(await withDeadline(60_000, [AbortSignal.abort('gone')], async ({ reason }) => reason)).toBe('gone');
});

it('leaves nothing behind: no timer, no listener', async () => {
  const stop = new AbortController();
  const removed: string[] = [];
  const remove = stop.signal.removeEventListener.bind(stop.signal);
  stop.signal.removeEventListener = ((...of: Parameters<typeof remove>) => {
    removed.push(of[0]);
    remove(...of);
  }) as typeof remove;
  const timers = (): number => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
  const before = timers();
  await expect(
    withDeadline(60_000, [stop.signal], () => Promise.reject(new Error('failed'))),
  ).rejects.toThrow('failed');
  expect([removed, timers()]).toEqual([['abort'], before]);
});
