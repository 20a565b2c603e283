// A client lives through restarts: nothing missing, nothing twice, and what cannot be had is said.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import {
  type Connection,
  type ConnectOptions,
  connect,
  type Item,
  type Status,
} from '../../src/client/index.ts';
import { ScriptedDaemon } from '../support/scripted-daemon.ts';
import { until } from '../support/until.ts';

let daemon: ScriptedDaemon;
let connection: Connection;
let items: Item[];
let statuses: Status[];
let outcome: Promise<unknown>;

beforeEach(async () => {
  daemon = await new ScriptedDaemon().start();
});
afterEach(async () => {
  connection.close();
  await daemon.stop();
});

function follow(options: Partial<ConnectOptions> = {}): void {
  items = [];
  statuses = [];
  connection = connect({
    url: daemon.url,
    token: () => daemon.token,
    topics: ['**'],
    WebSocket,
    retryBaseMs: 5,
    retryCapMs: 20,
    onStatus: status => statuses.push(status),
    ...options,
  });
  outcome = (async () => {
    for await (const item of connection) items.push(item);
  })().catch((error: unknown) => error);
}

const seqs = (): number[] => items.flatMap(item => (item.kind === 'event' ? [item.event.seq] : []));
const kinds = (): string[] => items.map(item => item.kind);
const live = (): Promise<unknown> => until('the client is live', () => connection.status.state === 'live');
const seen = (count: number): Promise<unknown> => until(`${count} events came`, () => seqs().length >= count);

describe('a first connection', () => {
  it('gives the snapshot and then what comes after it', async () => {
    daemon.publish('tool.use');
    follow();
    await live();
    daemon.publish('tool.result');
    await seen(1);
    expect(kinds()).toEqual(['snapshot', 'event']);
    expect(items[0]).toMatchObject({ snapshot: { seq: 1 } });
    expect(seqs()).toEqual([2]);
    expect(connection.position).toEqual({ epoch: 'e1', seq: 2 });
    expect(daemon.received[0]).toEqual({ type: 'subscribe', topics: ['**'], batch: true });
  });

  it('goes on after `since` without a snapshot', async () => {
    for (let n = 0; n < 5; n++) daemon.publish('tool.use');
    follow({ since: { epoch: 'e1', seq: 3 }, sessionId: ['s1'] });
    await seen(2);
    expect(seqs()).toEqual([4, 5]);
    expect(kinds()).toEqual(['event', 'event']);
    expect(daemon.received[0]).toMatchObject({ sessionId: ['s1'], since: { epoch: 'e1', seq: 3 } });
  });

  it('waits for a daemon that is not there yet', async () => {
    await daemon.stop();
    follow();
    await until('a try failed', () => statuses.some(status => status.state === 'waiting'));
    expect(statuses.find(status => status.state === 'waiting')?.reason).toContain(
      'no daemon answers at ws://',
    );
    await daemon.start();
    await live();
  });

  it('asks a url function again until it knows the address', async () => {
    let asked = 0;
    follow({
      url: () => {
        asked++;
        if (asked < 3) throw new Error('hookline is not running');
        return daemon.url;
      },
    });
    await live();
    expect(asked).toBe(3);
    expect(statuses[1]).toMatchObject({ state: 'waiting', reason: 'hookline is not running' });
  });
});

describe('a restart', () => {
  it.each([1001, 4408, 4410, undefined])('after close code %s resumes where it was', async code => {
    follow();
    await live();
    daemon.publish('tool.use');
    await seen(1);
    if (code === undefined) daemon.drop();
    else daemon.drop(code);
    daemon.publish('tool.result');
    daemon.publish('turn.completed');
    await seen(3);
    expect(seqs()).toEqual([1, 2, 3]);
    expect(kinds()).toEqual(['snapshot', 'event', 'event', 'event']);
  });

  it('five in a row under load lose and repeat nothing', async () => {
    follow();
    await live();
    for (let round = 0; round < 5; round++) {
      for (let n = 0; n < 50; n++) daemon.publish('tool.use');
      await daemon.stop();
      for (let n = 0; n < 50; n++) daemon.publish('tool.result');
      await daemon.start();
      await live();
    }
    await seen(500);
    expect(seqs()).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
  });

  it('a quiet position is resumed too', async () => {
    follow();
    await live();
    daemon.publish('tool.use', {}, true);
    daemon.skipAhead();
    daemon.send({ type: 'position', seq: 1 });
    await until('the position moved', () => connection.position?.seq === 1);
    daemon.drop();
    daemon.publish('tool.result');
    await seen(1);
    expect(seqs()).toEqual([2]);
  });
});

describe('loss', () => {
  it('a batch that does not continue from the position leads to a resume, not to a hole', async () => {
    follow();
    await live();
    daemon.publish('a', {}, true);
    daemon.skipAhead();
    daemon.publish('b');
    await seen(2);
    expect(seqs()).toEqual([1, 2]);
    expect(statuses.map(status => status.reason ?? '').join()).toContain(
      'continues from seq 1, but this client stands at 0',
    );
  });

  it('a gap is handed over, and the next batch may count from either side of it', async () => {
    follow();
    await live();
    daemon.publish('a', {}, true);
    daemon.send({ type: 'gap', from: 1, to: 1, reason: 'evicted' });
    daemon.skipAhead();
    daemon.publish('b');
    await seen(1);
    expect(items.slice(1)).toMatchObject([
      { kind: 'gap', from: 1, to: 1, reason: 'evicted' },
      { kind: 'event' },
    ]);
    expect(daemon.received).toHaveLength(1);
  });

  it('a new epoch is told as a reset with a fresh snapshot', async () => {
    follow();
    await live();
    daemon.publish('a');
    await seen(1);
    await daemon.stop();
    daemon.newEpoch('e2');
    daemon.publish('b');
    await daemon.start();
    await until('the reset came', () => kinds().filter(kind => kind === 'snapshot').length === 2);
    daemon.publish('c');
    await seen(2);
    expect(kinds()).toEqual(['snapshot', 'event', 'reset', 'snapshot', 'event']);
    expect(items[2]).toEqual({
      kind: 'reset',
      reason: 'epoch_changed',
      from: { epoch: 'e1', seq: 1 },
      to: { epoch: 'e2', seq: 1 },
    });
    expect(seqs()).toEqual([1, 2]);
  });

  it('onReset may choose where to go on', async () => {
    follow({ onReset: ({ snapshot }) => ({ epoch: snapshot.epoch, seq: 0 }) });
    await live();
    daemon.publish('a');
    await seen(1);
    await daemon.stop();
    daemon.newEpoch('e2');
    daemon.publish('b');
    await daemon.start();
    await seen(2);
    expect(kinds()).toEqual(['snapshot', 'event', 'reset', 'event']);
    expect(seqs()).toEqual([1, 1]);
  });

  it('an onReset that fails is asked again', async () => {
    let asked = 0;
    for (let n = 0; n < 3; n++) daemon.publish('a');
    follow({
      since: { epoch: 'e0', seq: 7 },
      onReset: ({ snapshot }) => {
        if (++asked === 1) throw new Error('not now');
        return { epoch: snapshot.epoch, seq: 1 };
      },
    });
    await seen(2);
    expect(kinds()).toEqual(['reset', 'event', 'event']);
    expect(statuses.map(status => status.reason)).toContain('onReset failed: not now');
  });

  it('events that are gone for good are a reset', async () => {
    for (let n = 0; n < 9; n++) daemon.publish('a');
    daemon.oldestSeq = 5;
    follow({ since: { epoch: 'e1', seq: 1 } });
    await until('the snapshot came', () => kinds().includes('snapshot'));
    expect(items[0]).toMatchObject({ kind: 'reset', reason: 'evicted', from: { seq: 1 }, to: { seq: 9 } });
  });

  it('a daemon that says recovered:false is asked for a snapshot', async () => {
    daemon.publish('a');
    daemon.onSubscribe = socket =>
      socket.send(
        JSON.stringify({
          type: 'subscribed',
          topics: ['**'],
          epoch: 'e1',
          seq: 1,
          recovered: false,
          reason: 'evicted',
        }),
      );
    follow({ since: { epoch: 'e1', seq: 0 } });
    await until('the snapshot came', () => kinds().includes('snapshot'));
    expect(kinds()).toEqual(['reset', 'snapshot']);
    expect(daemon.received.map(message => message['type'])).toEqual(['subscribe', 'get_snapshot']);
  });
});

describe('silence', () => {
  it('makes the client come back', async () => {
    follow({ idleMs: 100 });
    await until('it gave up on the silent link', () =>
      statuses.some(status => status.reason?.includes('nothing was heard')),
    );
    await live();
    expect(kinds()).toEqual(['snapshot']);
  });
});

describe('a token', () => {
  it('that was rotated is read anew', async () => {
    follow();
    await live();
    daemon.token = 'b'.repeat(64);
    daemon.drop(4401);
    daemon.publish('a');
    await seen(1);
    expect(daemon.offered).toEqual(['a'.repeat(64), 'b'.repeat(64)]);
  });

  it('that is refused twice ends the connection with the reason', async () => {
    follow({ token: () => 'wrong' });
    await expect(outcome).resolves.toMatchObject({ name: 'RefusedError', status: 401, code: 'unauthorized' });
    expect(daemon.offered).toHaveLength(2);
    expect(connection.status.state).toBe('closed');
  });

  it('that is a plain string is not tried again', async () => {
    follow({ token: 'wrong' });
    await expect(outcome).resolves.toMatchObject({ status: 401 });
    expect(daemon.offered).toHaveLength(1);
  });

  it('that does not reach, or a wrong host, ends it at once', async () => {
    daemon.refuseWith = { status: 403, code: 'forbidden_scope' };
    follow();
    await expect(outcome).resolves.toMatchObject({ status: 403, code: 'forbidden_scope' });
    expect(daemon.offered).toHaveLength(1);
  });
});

describe('a topic the daemon refuses', () => {
  it('ends the connection with its code', async () => {
    daemon.onSubscribe = socket =>
      socket.send(
        JSON.stringify({ type: 'error', code: 'invalid_topic', message: 'topic pattern "": is empty' }),
      );
    follow({ topics: [''] });
    await expect(outcome).resolves.toMatchObject({ name: 'SubscriptionError', code: 'invalid_topic' });
  });
});

describe('the end', () => {
  it('close ends the iteration, even while it waits', async () => {
    follow();
    await live();
    connection.close();
    await expect(outcome).resolves.toBeUndefined();
    await until('the daemon saw it go', () => daemon.connections === 0);
  });

  it('a signal does the same, at any moment', async () => {
    const stop = new AbortController();
    follow({ signal: stop.signal });
    stop.abort();
    await expect(outcome).resolves.toBeUndefined();
    await until('the daemon saw it go', () => daemon.connections === 0);
    follow({ signal: AbortSignal.abort() });
    await expect(outcome).resolves.toBeUndefined();
  });

  it('leaving the loop closes the connection', async () => {
    follow();
    await live();
    connection.close();
    const second = connect({ url: daemon.url, token: daemon.token, topics: ['**'], WebSocket });
    for await (const item of second) {
      expect(item.kind).toBe('snapshot');
      break;
    }
    expect(second.status.state).toBe('closed');
    await until('the daemon saw it go', () => daemon.connections === 0);
  });
});
