// The client's small parts: backoff, queue, topics.
import { describe, expect, it } from 'vitest';
import { fullJitter } from '../../src/client/backoff.ts';
import { connect } from '../../src/client/index.ts';
import { Queue } from '../../src/client/queue.ts';

describe('full jitter', () => {
  it('spreads from nothing up to a bound that doubles and then stays', () => {
    expect([0, 1, 2, 3, 10, 1000].map(n => fullJitter(n, 200, 5_000, () => 0.999_999))).toEqual([
      200, 400, 800, 1600, 5000, 5000,
    ]);
    expect(fullJitter(7, 200, 5_000, () => 0)).toBe(0);
  });
});

describe('the queue', () => {
  it('keeps order whether items or readers come first', async () => {
    const queue = new Queue<number>(10);
    const early = queue.take();
    expect(queue.awaited).toBe(true);
    for (let n = 0; n < 5000; n++) queue.push(n);
    expect(await early).toBe(0);
    expect([queue.full, queue.roomy, queue.awaited]).toEqual([true, false, false]);
    for (let n = 1; n < 5000; n++) expect(await queue.take()).toBe(n);
    expect([queue.size, queue.full, queue.roomy]).toEqual([0, false, true]);
  });

  it('gives what waits before its error, and the error once', async () => {
    const queue = new Queue<number>(10);
    queue.push(1);
    queue.end({ cause: new Error('over') });
    expect(await queue.take()).toBe(1);
    await expect(queue.take()).rejects.toThrow('over');
    expect(await queue.take()).toBeUndefined();
  });
});

describe('a runtime without WebSocket', () => {
  it('is told to pass one', () => {
    const own = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
    Object.defineProperty(globalThis, 'WebSocket', { value: undefined, configurable: true });
    try {
      expect(() => connect({ url: 'ws://127.0.0.1:1/ws' })).toThrow('pass one as the option `WebSocket`');
    } finally {
      if (own) Object.defineProperty(globalThis, 'WebSocket', own);
      else Reflect.deleteProperty(globalThis, 'WebSocket');
    }
  });
});
