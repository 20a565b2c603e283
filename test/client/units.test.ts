// The client's small parts: backoff, queue, and that the room stands on its own.
import fs from 'node:fs';
import path from 'node:path';
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
    const queue = new Queue<number>(
      () => {},
      () => {},
    );
    const early = queue.next();
    for (let n = 0; n < 5000; n++) queue.push(n);
    expect(await early).toEqual({ done: false, value: 0 });
    for (let n = 1; n < 5000; n++) expect((await queue.next()).value).toBe(n);
    expect(queue.size).toBe(0);
  });

  it('gives what waits before its error, and the error once', async () => {
    const queue = new Queue<number>(
      () => {},
      () => {},
    );
    queue.push(1);
    queue.end({ cause: new Error('over') });
    expect((await queue.next()).value).toBe(1);
    await expect(queue.next()).rejects.toThrow('over');
    expect((await queue.next()).done).toBe(true);
  });
});

describe('a runtime without WebSocket', () => {
  it('is told to pass one', () => {
    const own = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
    Object.defineProperty(globalThis, 'WebSocket', { value: undefined, configurable: true });
    try {
      expect(() => connect({ url: 'ws://127.0.0.1:1/ws', topics: ['**'] })).toThrow(
        'pass one as the option `WebSocket`',
      );
    } finally {
      if (own) Object.defineProperty(globalThis, 'WebSocket', own);
      else Reflect.deleteProperty(globalThis, 'WebSocket');
    }
  });
});

describe('the room', () => {
  it('imports nothing but its own files, protocol types and constants that need no library', () => {
    const room = path.resolve('src/client');
    for (const file of fs.readdirSync(room)) {
      const imports = fs
        .readFileSync(path.join(room, file), 'utf8')
        .matchAll(/^(?:import|export)\b[^;]*?from '(.*)';/gm);
      for (const [line, from] of imports) {
        if (from?.startsWith('./')) continue;
        const isType = /^(?:import|export) type /.test(line) && from === '../protocol/index.ts';
        expect(
          isType || from === '../protocol/limits.ts' || from === '../protocol/codes.ts',
          `${file}: ${line}`,
        ).toBe(true);
      }
    }
  });
});
