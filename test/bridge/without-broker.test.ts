// Parts of a bridge that need no broker: how long it waits, what it remembers, and what becomes of what comes in.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { backoffMs } from '../../src/bridge/backoff.ts';
import { Connection } from '../../src/bridge/connection.ts';
import type { Link } from '../../src/bridge/driver.ts';
import { InTurn } from '../../src/bridge/in-turn.ts';
import { MessagesIn } from '../../src/bridge/messages-in.ts';
import { PositionFile } from '../../src/bridge/position-file.ts';
import { InboxError, type Origin } from '../../src/inbox/index.ts';
import { MESSAGE_LIMITS, type NewMessage } from '../../src/protocol/index.ts';
import { until } from '../support/until.ts';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-bridge-'));
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

it('a broker is tried again after a time at random, from half a second up to half a minute', () => {
  expect([1, 2, 3, 7, 1000].map(failures => backoffMs(failures, 0))).toEqual([500, 500, 500, 500, 500]);
  expect([1, 2, 3, 7, 1000].map(failures => backoffMs(failures, 1))).toEqual([
    1000, 2000, 4000, 30_000, 30_000,
  ]);
  const all = Array.from({ length: 200 }, () => backoffMs(9));
  expect(new Set(all).size).toBeGreaterThan(50);
});

describe('a connection', () => {
  it('is tried again for ever, tells each reason once, and goes when it is stopped', async () => {
    const told: string[] = [];
    const waits: number[] = [];
    let tries = 0;
    let lose = (_: string): void => {};
    let closed = 0;
    const connection = new Connection({
      connect: async () => {
        tries += 1;
        if (tries !== 4) throw new Error('nobody is there');
        const lost = new Promise<string>(resolve => {
          lose = resolve;
        });
        return { lost, close: async () => void closed++ } as unknown as Link;
      },
      up: () => told.push('up'),
      down: reason => told.push(reason),
      waitMs: failures => {
        waits.push(failures);
        return 1;
      },
    });
    connection.start();
    await until('it is there', () => connection.link !== undefined);
    expect([told, waits, connection.problem]).toEqual([['nobody is there', 'up'], [1, 2, 3], undefined]);
    lose('the line was cut');
    await until('it is tried again', () => tries > 6);
    expect(told).toEqual(['nobody is there', 'up', 'the line was cut', 'nobody is there']);
    expect(connection.problem).toBe('nobody is there');
    await connection.stop();
    const before = tries;
    await new Promise(resolve => setTimeout(resolve, 20));
    expect([tries, closed]).toEqual([before, 1]);
  });
});

describe('a connection that comes and goes', () => {
  it('leaves nothing behind', async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error): void => void warnings.push(warning);
    process.on('warning', hear);
    let times = 0;
    const connection = new Connection({
      connect: async () => ({ lost: Promise.resolve('gone'), close: async () => {} }) as unknown as Link,
      up: () => {
        times += 1;
      },
      down: () => {},
      waitMs: () => 1,
    });
    connection.start();
    await until('it came and went often', () => times > 20);
    await connection.stop();
    process.off('warning', hear);
    expect(warnings).toEqual([]);
  });
});

describe('how far it got', () => {
  it('is there again after a restart, and nothing else is', async () => {
    const failed: unknown[] = [];
    const file = new PositionFile(home, 'team', error => failed.push(error));
    expect(file.load('events')).toBeUndefined();
    file.save('events', { epoch: 'e', seq: 7 });
    file.save('events', { epoch: 'e', seq: 9 });
    await file.flush();
    const again = new PositionFile(home, 'team', error => failed.push(error));
    expect([again.load('events'), again.load('receipts'), failed]).toEqual([
      { epoch: 'e', seq: 9 },
      undefined,
      [],
    ]);
    expect(fs.statSync(path.join(home, 'bridges/team.json')).mode & 0o777).toBe(0o600);
  });

  it('is refused in words where the file says something else, and is not written over', () => {
    const file = path.join(home, 'bridges/broken.json');
    fs.writeFileSync(file, '{"events": {"epoch": 5}}');
    expect(() => new PositionFile(home, 'broken', () => {})).toThrow(
      /broken\.json does not say how far.*remove it/s,
    );
    expect(fs.readFileSync(file, 'utf8')).toBe('{"events": {"epoch": 5}}');
  });
});

it('what cannot be done now is done before what came after it; other queues go on', async () => {
  const done: string[] = [];
  let fails = 2;
  const turns = new InTurn(new Promise(() => {}));
  turns.add('a', async () => {
    if (fails-- > 0) throw new Error('not now');
    done.push('a1');
  });
  turns.add('a', async () => void done.push('a2'));
  turns.add('b', async () => void done.push('b1'));
  await until('all are done', () => done.length === 3);
  expect(done).toEqual(['b1', 'a1', 'a2']);
});

describe('what comes in', () => {
  interface Taken {
    readonly sent: { readonly message: NewMessage; readonly origin: Origin }[];
    readonly buried: { readonly message: NewMessage; readonly reason: string }[];
    readonly refused: string[];
  }
  function intake(refusal?: InboxError, keeps = true): Taken & { readonly taker: MessagesIn } {
    const all: Taken = { sent: [], buried: [], refused: [] };
    const taker = new MessagesIn({
      ...{ label: 'team', via: 'amqp', inputs: new Map([['jobs', { from: 'jobs', to: 'ops' }]]) },
      ...{ ownQueue: undefined, calledLike: name => name },
      send: async (message, origin) => {
        if (refusal) throw refusal;
        all.sent.push({ message, origin });
      },
      bury: async (message, _, reason) => {
        all.buried.push({ message, reason });
        return keeps ? 'id' : undefined;
      },
      refused: words => all.refused.push(words),
    });
    return { ...all, taker };
  }
  const whole = { id: 'k', from: 'peer', message: 'hello', node: 'box' };

  it('is from somebody there, unverified', async () => {
    const { taker, sent } = intake();
    await taker.take({ name: 'backend', raw: '', message: { ...whole, replyTo: 'ops' } });
    await taker.take({ name: 'backend', raw: '', message: { ...whole, correlationId: 'theirs', ttlMs: 1 } });
    expect(sent).toMatchObject([
      {
        message: { to: 'backend', from: 'peer@team', key: 'k', replyTo: 'ops@team' },
        origin: { via: 'amqp', verified: false, keyDecides: true, receiptsTo: 'box@team' },
      },
      { message: { correlationId: 'theirs', ttlMs: MESSAGE_LIMITS.ttlMs.least } },
    ]);
  });

  it('by a pattern is for whom the pattern says', async () => {
    const { taker, sent } = intake();
    await taker.take({ name: 'jobs', raw: 'x', message: { message: 'x' } });
    expect(sent).toMatchObject([{ message: { to: 'ops', from: 'amqp', message: 'x' } }]);
  });

  it.each([
    ['not from a name', { ...whole, from: 'a b' }, /^malformed: from/],
    ['of a file that is not absolute', { ...whole, files: ['x'] }, /^malformed: files/],
    ['with too much metadata', { ...whole, metadata: { k: 'x'.repeat(2000) } }, /^malformed: metadata/],
    ['that says nothing', { malformed: 'its body is no JSON' }, /^malformed: its body is no JSON$/],
  ])('%s is a dead letter with all of its text', async (_, message, reason) => {
    const { taker, sent, buried } = intake();
    await taker.take({ name: 'backend', raw: 'the raw text', message });
    expect(sent).toEqual([]);
    expect(buried).toMatchObject([{ message: { to: 'backend', message: 'the raw text' } }]);
    expect(buried[0]?.reason).toMatch(reason);
  });

  it('is kept as far as a message may be long, and one of nothing too', async () => {
    const { taker, buried } = intake();
    await taker.take({ name: 'b', raw: 'ü'.repeat(MESSAGE_LIMITS.bytes), message: { malformed: 'x' } });
    await taker.take({ name: 'b', raw: ' ', message: { malformed: 'x' } });
    const [long, empty] = buried.map(({ message }) => message.message ?? '');
    expect(Buffer.byteLength(long ?? '')).toBeLessThanOrEqual(MESSAGE_LIMITS.bytes);
    expect(long).toMatch(/^ü+$/);
    expect(empty).toBe('(nothing)');
  });

  it('is dead where it is refused for good, and stays there where it is not', async () => {
    const limited = intake(new InboxError('rate_limited', 'too fast'));
    await limited.taker.take({ name: 'b', raw: '', message: whole });
    expect(limited.buried).toMatchObject([
      { message: { message: 'hello', key: 'k' }, reason: 'rate_limited' },
    ]);
    const full = intake(new InboxError('inbox_full', 'no room'));
    await expect(full.taker.take({ name: 'b', raw: '', message: whole })).rejects.toThrow('no room');
    expect(full.buried).toEqual([]);
    const lost = intake(new InboxError('forbidden', 'by a rule'), false);
    await lost.taker.take({ name: 'b', raw: '', message: whole });
    expect(lost.refused).toEqual([expect.stringContaining('forbidden')]);
  });
});
