// `since`: an atomic resume, or a plain no with its reason.
import { beforeEach, describe, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { type Client, connect } from '../support/ws.ts';

let daemon: TestDaemon;
let epoch: string;
beforeEach(async () => {
  daemon = await startTestDaemon({ config: { ringEvents: 20 } });
  epoch = daemon.daemon.epoch;
  return () => daemon.stop();
});

const seqsOf = (client: Client): (number | undefined)[] => client.events().map(event => event.seq);
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('honoured', () => {
  test('events after it come in order, then live ones, with no gap and no duplicate', async () => {
    const head = await daemon.emit(10);
    const client = await connect(daemon);
    const more = daemon.emit(10);
    const reply = await client.ask({ type: 'subscribe', topics: ['**'], since: { epoch, seq: 4 } });
    expect(reply).toEqual({
      type: 'subscribed',
      id: 'ask-1',
      topics: ['**'],
      epoch,
      seq: 4,
      recovered: true,
    });
    const last = await more;
    await until('all came', () => seqsOf(client).at(-1) === last);
    expect(last).toBeGreaterThan(head);
    expect(seqsOf(client)).toEqual(range(5, last));
  });

  test('at the head: nothing comes again', async () => {
    const head = await daemon.emit(5);
    const client = await connect(daemon);
    const reply = await client.ask({ type: 'subscribe', topics: ['**'], since: { epoch, seq: head } });
    expect(reply).toMatchObject({ seq: head, recovered: true });
    const last = await daemon.emit(1);
    await until('the next came', () => seqsOf(client).at(-1) === last);
    expect(seqsOf(client)).toEqual([last]);
  });

  test('at 0 while everything is held, and just before the oldest event held', async () => {
    const client = await connect(daemon);
    expect(await client.ask({ type: 'subscribe', topics: ['**'], since: { epoch, seq: 0 } })).toMatchObject({
      recovered: true,
    });
    await daemon.emit(40);
    const late = await connect(daemon);
    const [oldestSeq, seq] = [late.frames[0]?.['oldestSeq'], late.frames[0]?.seq];
    expect(oldestSeq).toBe((seq ?? 0) - 19);
    const since = { epoch, seq: Number(oldestSeq) - 1 };
    expect(await late.ask({ type: 'subscribe', topics: ['**'], since })).toMatchObject({ recovered: true });
    await until('all came', () => seqsOf(late).at(-1) === seq);
    expect(seqsOf(late)).toEqual(range(Number(oldestSeq), Number(seq)));
  });

  test('on a connection that runs already: it moves back, and events come again', async () => {
    const client = await connect(daemon);
    await client.ask({ type: 'subscribe', topics: ['test.*'] });
    const head = await daemon.emit(5);
    await until('all came', () => seqsOf(client).at(-1) === head);
    const before = client.events().length;
    const reply = await client.ask({ type: 'subscribe', topics: ['session.*'], since: { epoch, seq: 0 } });
    expect(reply).toMatchObject({ topics: ['test.*', 'session.*'], seq: 0, recovered: true });
    await until('all came again', () => client.events().length > before && seqsOf(client).at(-1) === head);
    expect(seqsOf(client).slice(before)).toEqual(range(2, head));
  });
});

describe('not honoured: the subscription stands and starts at `subscribed.seq`', () => {
  async function refused(since: { epoch: string; seq: number }, reason: string): Promise<void> {
    const client = await connect(daemon);
    const start = client.frames[0]?.seq ?? 0;
    const between = await daemon.emit(2);
    const reply = await client.ask({ type: 'subscribe', topics: ['**'], since });
    expect(reply).toMatchObject({
      type: 'subscribed',
      topics: ['**'],
      epoch,
      seq: start,
      recovered: false,
      reason,
    });
    await until('what came since then came', () => seqsOf(client).at(-1) === between);
    expect(seqsOf(client)).toEqual(range(start + 1, between));
  }

  test('another epoch', async () => {
    await daemon.emit(3);
    await refused({ epoch: 'another', seq: 2 }, 'epoch_changed');
  });

  test('another epoch, even where the seq would be one of ours or one to come', async () => {
    await refused({ epoch: 'another', seq: 0 }, 'epoch_changed');
    await refused({ epoch: 'another', seq: 10_000 }, 'epoch_changed');
  });

  test('the future', async () => {
    await refused({ epoch, seq: 10_000 }, 'future');
  });

  test('evicted', async () => {
    await daemon.emit(30);
    await refused({ epoch, seq: 3 }, 'evicted');
  });

  test('on a connection that runs already: its position stays', async () => {
    const client = await connect(daemon);
    await client.ask({ type: 'subscribe', topics: ['**'] });
    const head = await daemon.emit(3);
    await until('all came', () => seqsOf(client).at(-1) === head);
    const since = { epoch: 'another', seq: 1 };
    expect(await client.ask({ type: 'subscribe', topics: ['**'], since })).toMatchObject({
      seq: head,
      recovered: false,
    });
    const last = await daemon.emit(1);
    await until('the next came', () => seqsOf(client).at(-1) === last);
    expect(seqsOf(client)).toEqual(range(2, last));
  });
});

test('the position it is asked with is checked before anything changes', async () => {
  const client = await connect(daemon);
  const bad = [
    { epoch },
    { seq: 1 },
    { epoch, seq: -1 },
    { epoch, seq: 1.5 },
    { epoch, seq: '1' },
    { epoch: '', seq: 1 },
    5,
    null,
  ];
  for (const since of bad) {
    const reply = await client.ask({ type: 'subscribe', topics: ['**'], since });
    expect(reply, JSON.stringify(since)).toMatchObject({ type: 'error', code: 'invalid_message' });
  }
  expect(await client.ask({ type: 'subscribe', topics: ['a.b'] })).toMatchObject({ topics: ['a.b'] });
});

test('a reader that falls behind what is held is told the exact gap', async () => {
  const client = await connect(daemon);
  const start = client.frames[0]?.seq ?? 0;
  const head = await daemon.emit(60);
  await client.ask({ type: 'subscribe', topics: ['**'] });
  await until('all came', () => seqsOf(client).at(-1) === head);
  const gaps = client.frames.filter(frame => frame.type === 'gap');
  expect(gaps).toEqual([{ type: 'gap', from: start + 1, to: head - 20, reason: 'evicted' }]);
  expect(seqsOf(client)).toEqual(range(head - 19, head));
});
