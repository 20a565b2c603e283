// What a page asks for again: rarely, but never without what came last.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { atMostEvery } from '../../public/live/at-most-every.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('is done at once, then no sooner than after a while, once for all that was asked for meanwhile', () => {
  const task = vi.fn();
  const ask = atMostEvery(1000, task, new AbortController().signal);
  ask();
  vi.advanceTimersByTime(0);
  expect(task).toHaveBeenCalledTimes(1);
  for (let times = 0; times < 3; times++) ask();
  vi.advanceTimersByTime(999);
  expect(task).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(task).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(5000);
  expect(task).toHaveBeenCalledTimes(2);
  ask();
  vi.advanceTimersByTime(0);
  expect(task).toHaveBeenCalledTimes(3);
});

it('is not done any more once nobody wants it', () => {
  const task = vi.fn();
  const over = new AbortController();
  const ask = atMostEvery(1000, task, over.signal);
  ask();
  over.abort();
  ask();
  vi.advanceTimersByTime(5000);
  expect(task).not.toHaveBeenCalled();
});
