// Printing what waits: once, in order, acknowledged when it is out, and no faster than there is room.
import { expect, it } from 'vitest';
import type { Message } from '../../src/protocol/index.ts';
import { Pace, printEvents } from '../../src/relay/index.ts';

const message = (id: string): Message => ({
  ...{ id, from: 'http', to: 'bridge', createdAt: 0, expiresAt: 1, priority: 'normal', type: 'x' },
  ...{ state: 'accepted', via: 'http', verified: true, recipients: [] },
});

/** Hands out these, one lot after the other, and notes what is done in which order. */
async function print(lots: string[][], fail?: string): Promise<string[]> {
  const done: string[] = [];
  const rest = [...lots];
  await printEvents({
    pace: new Pace({ lines: 100 }),
    take: async () => (rest.shift() ?? []).map(message),
    ack: async ({ id }) => void done.push(`ack ${id}`),
    lineOf: ({ id }) => id,
    print: async lines => {
      if (lines.includes(fail ?? '')) throw new Error('nobody reads');
      done.push(`print ${lines.join(',')}`);
    },
    signal: new AbortController().signal,
  }).catch(error => void done.push((error as Error).message));
  return done;
}

it('prints what came together in one go, and acknowledges each of it then', async () => {
  expect(await print([['a', 'b'], ['c']])).toEqual(['print a,b', 'ack a', 'ack b', 'print c', 'ack c']);
});

it('what comes again is acknowledged, and not printed again', async () => {
  expect(await print([['a'], ['a', 'b'], ['a']])).toEqual([
    'print a',
    'ack a',
    'print b',
    'ack a',
    'ack b',
    'ack a',
  ]);
});

it('what could not be printed is not acknowledged', async () => {
  expect(await print([['a'], ['b']], 'b')).toEqual(['print a', 'ack a', 'nobody reads']);
});

it('asks for no more than may be printed', async () => {
  const asked: number[] = [];
  let now = 0;
  const pace = new Pace({ lines: 3, now: () => now });
  const lots = [['a'], ['b', 'c'], ['d']];
  await printEvents({
    pace,
    take: async most => {
      asked.push(most);
      return (lots.shift() ?? []).map(message);
    },
    ack: async () => {
      if (pace.room === 0) now += 2_000;
    },
    lineOf: ({ id }) => id,
    print: async () => {},
    signal: new AbortController().signal,
  });
  expect(asked).toEqual([3, 2, 3, 2]);
});
