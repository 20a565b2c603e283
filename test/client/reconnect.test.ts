// A client lives through restarts: nothing missing, nothing twice, and what cannot be had is said.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import {
  type Client,
  type ConnectOptions,
  connect,
  type EventEnvelope,
  type EventsOptions,
  type Loss,
  type Status,
  type Subscription,
} from '../../src/client/index.ts';
import { ScriptedDaemon } from '../support/scripted-daemon.ts';
import { until } from '../support/until.ts';

let daemon: ScriptedDaemon;
let client: Client;
let events: Subscription<EventEnvelope | Loss>;
let items: (EventEnvelope | Loss)[];
let statuses: Status[];
let outcome: Promise<unknown>;

beforeEach(async () => {
  daemon = await new ScriptedDaemon().start();
});
afterEach(async () => {
  client.close();
  await daemon.stop();
});

function open(options: Partial<ConnectOptions> = {}): Client {
  statuses = [];
  client = connect({
    url: daemon.url,
    token: () => daemon.token,
    WebSocket,
    retryBaseMs: 5,
    retryCapMs: 20,
    onStatus: status => statuses.push(status),
    ...options,
  });
  return client;
}

function follow(options: EventsOptions = {}, connecting: Partial<ConnectOptions> = {}): void {
  items = [];
  events = open(connecting).events('**' as string, { onLoss: 'yield', ...options });
  outcome = (async () => {
    for await (const item of events) items.push(item);
  })().catch((error: unknown) => error);
}

const seqs = (): number[] => items.flatMap(item => ('seq' in item ? [item.seq] : []));
const kinds = (): string[] => items.map(item => (item.type === 'loss' ? 'loss' : 'event'));
const live = (): Promise<unknown> => until('the client is live', () => client.status.state === 'live');
const seen = (count: number): Promise<unknown> => until(`${count} events came`, () => seqs().length >= count);

describe('a first connection', () => {
  it('gives what comes from now on', async () => {
    daemon.publish('tool.use');
    follow();
    await expect(events.ready).resolves.toEqual({ epoch: 'e1', seq: 1 });
    daemon.publish('tool.result');
    await seen(1);
    expect(seqs()).toEqual([2]);
    expect(events.position).toEqual({ epoch: 'e1', seq: 2 });
    expect(daemon.received).toMatchObject([{ type: 'subscribe', topics: ['**'], batch: true }]);
    expect(daemon.received[0]).not.toHaveProperty('since');
  });

  it('goes on after a position', async () => {
    for (let n = 0; n < 5; n++) daemon.publish('tool.use');
    follow({ from: { epoch: 'e1', seq: 3 }, sessionId: ['s1'] });
    await seen(2);
    expect(seqs()).toEqual([4, 5]);
    expect(daemon.received[0]).toMatchObject({ sessionId: ['s1'], since: { epoch: 'e1', seq: 3 } });
  });

  it('begins at the oldest event there is', async () => {
    for (let n = 0; n < 5; n++) daemon.publish('tool.use');
    daemon.oldestSeq = 3;
    follow({ from: 'oldest' });
    await seen(3);
    expect(seqs()).toEqual([3, 4, 5]);
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
    const url = (): string => {
      asked++;
      if (asked < 3) throw new Error('hookline is not running');
      return daemon.url;
    };
    follow({}, { url });
    await live();
    expect(asked).toBe(3);
    expect(statuses[1]).toMatchObject({ state: 'waiting', reason: 'hookline is not running' });
  });

  it('is not made before something is asked for', async () => {
    open();
    expect(client.status).toEqual({ state: 'idle', failures: 0 });
    await new Promise(resolve => setImmediate(resolve));
    expect(daemon.offered).toEqual([]);
  });

  it.each(['nonsense', 'ftp://127.0.0.1/ws', ''])('to %j is refused at once', url => {
    expect(() => open({ url })).toThrow('it must be such as ws://127.0.0.1:3838/ws');
    open();
  });

  it('may be given as http', async () => {
    follow({}, { url: daemon.url.replace('ws:', 'http:') });
    await live();
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
    expect(kinds()).toEqual(['event', 'event', 'event']);
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
    await until('the position moved', () => events.position?.seq === 1);
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
    expect(items).toMatchObject([
      { type: 'loss', reason: 'evicted', from: { epoch: 'e1', seq: 0 }, to: { epoch: 'e1', seq: 1 } },
      { type: 'b', seq: 2 },
    ]);
    expect(daemon.received).toHaveLength(1);
  });

  async function loseTheEpoch(): Promise<void> {
    await live();
    daemon.publish('a');
    await seen(1);
    await daemon.stop();
    daemon.newEpoch('e2');
    daemon.publish('b');
    await daemon.start();
  }

  it('a new epoch is told, and what comes from then on follows', async () => {
    follow();
    await loseTheEpoch();
    await until('the loss came', () => kinds().includes('loss'));
    daemon.publish('c');
    await seen(2);
    expect(kinds()).toEqual(['event', 'loss', 'event']);
    expect(items[1]).toEqual({
      type: 'loss',
      reason: 'epoch_changed',
      from: { epoch: 'e1', seq: 1 },
      to: { epoch: 'e2', seq: 1 },
      oldest: { epoch: 'e2', seq: 0 },
    });
    expect(seqs()).toEqual([1, 2]);
  });

  it('unhandled ends the consumer with an error that has all of it', async () => {
    follow({ onLoss: 'throw' });
    await loseTheEpoch();
    const error = await outcome;
    expect(error).toMatchObject({ name: 'LossError', code: 'loss', loss: { reason: 'epoch_changed' } });
    expect(String(error)).toContain('pass onLoss to go on behind them');
  });

  it('a handler may choose where to go on, once everything before was handled', async () => {
    const told: [Loss, number[]][] = [];
    follow({
      onLoss: loss => {
        told.push([loss, seqs()]);
        return loss.oldest;
      },
    });
    await loseTheEpoch();
    await seen(2);
    expect(told).toMatchObject([[{ reason: 'epoch_changed', from: { seq: 1 } }, [1]]]);
    expect(items.map(item => item.type)).toEqual(['a', 'b']);
    daemon.publish('c');
    await seen(3);
    expect(events.position).toEqual({ epoch: 'e2', seq: 2 });
  });

  it('a handler that only looks goes on behind the loss, and one that throws ends the consumer', async () => {
    let lost = 0;
    follow({
      onLoss: () => {
        lost++;
      },
    });
    await loseTheEpoch();
    await until('it was told of the loss', () => lost === 1);
    daemon.publish('c');
    await seen(2);
    expect(kinds()).toEqual(['event', 'event']);
    client.close();
    await daemon.stop();
    daemon = await new ScriptedDaemon().start();
    follow({
      onLoss: () => {
        throw new Error('enough');
      },
    });
    await loseTheEpoch();
    await expect(outcome).resolves.toMatchObject({ message: 'enough' });
  });

  it('events that are gone for good are told, and what is left of them follows', async () => {
    for (let n = 0; n < 9; n++) daemon.publish('a');
    daemon.oldestSeq = 5;
    follow({ from: { epoch: 'e1', seq: 1 } });
    await seen(5);
    expect(items[0]).toMatchObject({ type: 'loss', reason: 'evicted', from: { seq: 1 }, to: { seq: 4 } });
    expect(seqs()).toEqual([5, 6, 7, 8, 9]);
  });

  it('a daemon that lets go of the place in the last moment is believed', async () => {
    daemon.publish('a');
    daemon.onSubscribe = (socket, id) =>
      socket.send(
        JSON.stringify({
          type: 'subscribed',
          id,
          topics: ['**'],
          epoch: 'e1',
          seq: 1,
          recovered: false,
          reason: 'evicted',
        }),
      );
    follow({ from: { epoch: 'e1', seq: 0 } });
    await until('the loss came', () => kinds().includes('loss'));
    expect(items).toMatchObject([{ reason: 'evicted', from: { seq: 0 }, to: { seq: 1 } }]);
  });
});

describe('silence', () => {
  it('makes the client come back', async () => {
    follow({}, { idleMs: 100 });
    await until('it gave up on the silent link', () =>
      statuses.some(status => status.reason?.includes('nothing was heard')),
    );
    await live();
    daemon.publish('a');
    await seen(1);
    expect(seqs()).toEqual([1]);
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

  it('that is refused twice ends the client with the reason', async () => {
    follow({}, { token: () => 'wrong' });
    await expect(outcome).resolves.toMatchObject({ name: 'RefusedError', status: 401, code: 'unauthorized' });
    expect(daemon.offered).toHaveLength(2);
    expect(client.status.state).toBe('closed');
    await expect(client.closed).resolves.toMatchObject({ name: 'RefusedError' });
    expect(() => client.events('**')).toThrow('the daemon refused the connection with 401');
    await expect(client.getSessions()).rejects.toThrow('the daemon refused the connection with 401');
  });

  it('that is a plain string is not tried again', async () => {
    follow({}, { token: 'wrong' });
    await expect(outcome).resolves.toMatchObject({ status: 401 });
    expect(daemon.offered).toHaveLength(1);
  });

  it('that is a plain string and becomes invalid ends the client', async () => {
    follow({}, { token: daemon.token });
    await live();
    daemon.drop(4401);
    await expect(outcome).resolves.toMatchObject({ name: 'RefusedError', status: 401, code: 'unauthorized' });
    expect(daemon.offered).toHaveLength(1);
  });

  it('that is refused is noticed where a failed socket says so by its error only', async () => {
    class OnlyError extends WebSocket {
      override addEventListener(type: never, listener: never): void {
        if (type !== 'close') super.addEventListener(type, listener);
      }
    }
    follow({}, { token: 'wrong', WebSocket: OnlyError });
    await expect(outcome).resolves.toMatchObject({ status: 401 });
  });

  it('that does not reach, or a wrong host, ends it at once', async () => {
    daemon.refuseWith = { status: 403, code: 'forbidden_scope' };
    follow();
    await expect(outcome).resolves.toMatchObject({ status: 403, code: 'forbidden_scope' });
    expect(daemon.offered).toHaveLength(1);
  });
});

describe('a topic', () => {
  it('outside the grammar is refused before anything is sent', () => {
    expect(() => open().events('tool..use' as string)).toThrow(
      expect.objectContaining({ name: 'SubscriptionError', code: 'invalid_topic' }),
    );
    expect(() => client.on([], () => {})).toThrow('there is no topic pattern');
  });

  it('the daemon refuses ends who asked for it, and nobody else', async () => {
    follow();
    await live();
    daemon.onSubscribe = (socket, id) =>
      socket.send(JSON.stringify({ type: 'error', id, code: 'limit_exceeded', message: 'too many' }));
    const refused = client.on('tool.*', () => {});
    await expect(refused.ready).rejects.toMatchObject({ code: 'limit_exceeded' });
    await expect(refused.done).rejects.toMatchObject({ name: 'SubscriptionError', code: 'limit_exceeded' });
    daemon.publish('a');
    await seen(1);
    expect(seqs()).toEqual([1]);
  });
});

describe('the end', () => {
  it('close ends the iteration, even while it waits', async () => {
    follow();
    await live();
    client.close();
    await expect(outcome).resolves.toBeUndefined();
    await expect(client.closed).resolves.toBeUndefined();
    await until('the daemon saw it go', () => daemon.connections === 0);
    expect(() => client.events('**')).toThrow(
      expect.objectContaining({ name: 'ClosedError', code: 'closed' }),
    );
  });

  it('a signal does the same, at any moment', async () => {
    const stop = new AbortController();
    follow({}, { signal: stop.signal });
    stop.abort();
    await expect(outcome).resolves.toBeUndefined();
    await until('the daemon saw it go', () => daemon.connections === 0);
    open({ signal: AbortSignal.abort() });
    expect(() => client.events('**')).toThrow('the client is closed');
  });

  it("a consumer's own signal ends that consumer", async () => {
    const stop = new AbortController();
    follow({ signal: stop.signal });
    await live();
    stop.abort();
    await expect(outcome).resolves.toBeUndefined();
    expect(client.status.state).toBe('live');
    const never = client.events('**', { signal: AbortSignal.abort() });
    await expect(never.next()).resolves.toEqual({ done: true, value: undefined });
    await expect(never.ready).rejects.toMatchObject({ code: 'closed' });
  });

  it('leaving the loop ends the consumer and lets go of a connection of its own', async () => {
    daemon.publish('a');
    open();
    for await (const event of client.events('**', { from: 'oldest' })) {
      expect(event.seq).toBe(1);
      break;
    }
    await until('the daemon saw it go', () => daemon.connections === 0);
  });

  it('while a connection is being made leaves nothing behind', async () => {
    follow();
    await new Promise(resolve => setImmediate(resolve));
    client.close();
    await expect(outcome).resolves.toBeUndefined();
    await until('the daemon saw it go', () => daemon.connections === 0);
  });
});
