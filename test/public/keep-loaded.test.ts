// What is loaded again with every change: never two questions at once, and never older than the last change.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiError } from '../../public/live/api.ts';
import { keepLoaded } from '../../public/live/keep-loaded.ts';
import { fakeLive } from './fake-live.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A page whose connection tells what the test tells it. */
function lab() {
  const live = fakeLive();
  const stop = new AbortController();
  const asked: { answer: () => void; fail: (error: ApiError) => void }[] = [];
  const failed: string[] = [];
  const again = keepLoaded({
    live,
    signal: stop.signal,
    isMovedBy: ({ type }) => type === 'inbox.queued',
    load: () => new Promise((resolve, reject) => asked.push({ answer: resolve, fail: reject })),
    failed: ({ message }) => failed.push(message),
  });
  const tell = (type: string): boolean =>
    live.dispatchEvent(new CustomEvent('events', { detail: [{ type }] }));
  return { live, stop, asked, failed, again, tell };
}

it('asks at once, and once more for all that came while it was answered', async () => {
  const { asked, tell } = lab();
  expect(asked).toHaveLength(1);
  for (let n = 0; n < 5; n++) tell('inbox.queued');
  await vi.advanceTimersByTimeAsync(5000);
  expect(asked).toHaveLength(1);
  asked[0]?.answer();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked).toHaveLength(2);
  asked[1]?.answer();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(2);
  tell('tool.use');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(2);
  tell('inbox.queued');
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toHaveLength(3);
});

it('asks again when the daemon is back, and not at all once nobody looks any more', async () => {
  const { live, stop, asked, failed, again } = lab();
  asked[0]?.fail(new ApiError(0, 'hookline does not answer'));
  await vi.advanceTimersByTimeAsync(10_000);
  expect([asked.length, failed]).toEqual([1, ['hookline does not answer']]);
  live.dispatchEvent(new Event('phase'));
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toHaveLength(2);
  stop.abort();
  again();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toHaveLength(2);
});
