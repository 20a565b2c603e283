// Server-Sent Events: the same stream as the WebSocket's, resumed by Last-Event-ID.
import { once } from 'node:events';
import http from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { connect } from '../support/ws.ts';

interface Message {
  readonly event: string;
  readonly id: string;
  readonly data: Record<string, unknown>;
}

let daemon: TestDaemon;
const open: http.ClientRequest[] = [];
beforeEach(async () => {
  daemon = await startTestDaemon({ config: { ringEvents: 30 }, limits: { positionEveryMs: 100 } });
});
afterEach(async () => {
  for (const one of open.splice(0)) one.destroy();
  await daemon.stop();
});

/** Asks for a stream; a plain client, because fetch opens another connection when one is aborted. */
async function ask(query: string, lastEventId?: string): Promise<http.IncomingMessage> {
  const id = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const request = http.get(`${daemon.url}/events${query}`, {
    headers: { authorization: `Bearer ${daemon.token}`, ...id },
  });
  open.push(request);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  return response.setEncoding('utf8').on('error', () => {});
}

/** Opens a stream and keeps what comes, parsed by the rules of the format. */
async function stream(query = '', lastEventId?: string) {
  const response = await ask(query, lastEventId);
  const messages: Message[] = [];
  let text = '';
  response.on('data', (chunk: string) => {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      messages.push(parse(text.slice(0, end)));
      text = text.slice(end + 2);
    }
  });
  const events = () => messages.filter(message => message.event === 'message');
  return { response, messages, events, seqs: () => events().map(message => message.data['seq']) };
}

function parse(block: string): Message {
  const fields = new Map(
    block.split('\n').map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  return {
    event: fields.get('event') ?? 'message',
    id: fields.get('id') ?? '',
    data: JSON.parse(fields.get('data') ?? '{}'),
  };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('a fresh stream', () => {
  test('begins now, in the right content type, and gives what a WebSocket gives', async () => {
    const before = await daemon.emit(5);
    const socket = await connect(daemon);
    await socket.ask({ type: 'subscribe', topics: ['**'] });
    const sse = await stream();
    expect(sse.response.headers['content-type']).toBe('text/event-stream');
    expect(sse.response.headers['cache-control']).toBe('no-store');
    await daemon.hook('PreToolUse', {
      tool_use_id: 't',
      tool_name: 'Bash',
      tool_input: { command: 'echo "a\n\nb"\u2028' },
    });
    const head = await daemon.emit(5);
    await until('all came', () => sse.seqs().at(-1) === head);
    expect(sse.seqs()).toEqual(range(before + 1, head));
    await socket.waitFor(frame => frame.type === 'test.tick' && frame.seq === head);
    expect(sse.events().map(message => message.data)).toEqual(socket.events());
    for (const { id, data } of sse.events()) expect(id).toBe(`${daemon.daemon.epoch}:${data['seq']}`);
  });

  test('tells its position while nothing matches, under an id to resume from', async () => {
    const sse = await stream('?topics=never.happens');
    const head = await daemon.emit(5);
    const told = await until('the position came', () =>
      sse.messages.find(one => one.event === 'position' && one.data['seq'] === head),
    );
    expect(told.id).toBe(`${daemon.daemon.epoch}:${head}`);
  });
});

describe('filters', () => {
  test('topics and sessions, several with commas, braces kept whole', async () => {
    const sse = await stream('?topics=test.%7Ba,b%7D,other.*&sessionId=s1,s2');
    await daemon.emit(1, { topic: 'test.a', sessionId: 's1' });
    await daemon.emit(1, { topic: 'test.b', sessionId: 's2' });
    await daemon.emit(1, { topic: 'test.c', sessionId: 's1' });
    await daemon.emit(1, { topic: 'other.x', sessionId: 's3' });
    await daemon.emit(1, { topic: 'other.x', sessionId: 's1' });
    await until('three came', () => sse.events().length === 3);
    expect(sse.events().map(({ data }) => `${data['sessionId']} ${data['type']}`)).toEqual([
      's1 test.a',
      's2 test.b',
      's1 other.x',
    ]);
  });

  test('that are empty are none', async () => {
    const sse = await stream('?topics=&sessionId=');
    const head = await daemon.emit(1);
    await until('it came', () => sse.seqs().at(-1) === head);
  });

  test('hook topics give the payload', async () => {
    const sse = await stream('?topics=hook.*');
    await daemon.hook('Stop', { brand_new: 1 });
    const { data } = await until('it came', () => sse.events()[0]);
    expect(data).toMatchObject({ type: 'hook.stop', data: { hook_event_name: 'Stop', brand_new: 1 } });
  });

  test('outside the grammar or too many are 400, in words', async () => {
    const many = Array.from({ length: 201 }, (_, at) => `t.n${at}`).join(',');
    for (const topics of ['a..b', 'tool.%5Bab%5D', many]) {
      const answer = await daemon.get(`/events?topics=${topics}`);
      const { error } = (await answer.json()) as { error: { code: string; message: string } };
      expect([answer.status, error.code], topics.slice(0, 20)).toEqual([400, 'invalid_query']);
      expect(error.message.length).toBeGreaterThan(20);
    }
  });
});

describe('Last-Event-ID', () => {
  test('of an event, a position or the start resumes right after it', async () => {
    const head = await daemon.emit(10);
    for (const seq of [0, 3, head]) {
      const sse = await stream('', `${daemon.daemon.epoch}:${seq}`);
      await until('the first word came', () => sse.messages.length > 0);
      expect(sse.messages.some(message => message.event === 'reset')).toBe(false);
      if (seq < head) await until('all came', () => sse.seqs().at(-1) === head);
      expect(sse.seqs()).toEqual(range(seq + 1, head));
    }
  });

  test('survives a chain of dropped streams without missing or repeating an event', async () => {
    const emitting = daemon.emit(25);
    const all: unknown[] = [];
    let last = `${daemon.daemon.epoch}:0`;
    for (let round = 0; round < 6; round++) {
      const sse = await stream('?topics=test.*', last);
      await until('something came', () => sse.messages.length > 1);
      const had = [...sse.messages];
      open.at(-1)?.destroy();
      all.push(...had.filter(one => one.event === 'message').map(one => one.data['seq']));
      last = had.at(-1)?.id ?? last;
    }
    const head = await emitting;
    const sse = await stream('?topics=test.*', last);
    await until('the rest came', () => all.at(-1) === head || sse.seqs().at(-1) === head);
    expect([...all, ...sse.seqs()]).toEqual(range(3, head));
  });

  test.each<[string, (head: number) => string, string]>([
    ['of another epoch', () => 'another:3', 'epoch_changed'],
    ['of the future', head => `${daemon.daemon.epoch}:${head + 1000}`, 'future'],
    ['of what is gone', () => `${daemon.daemon.epoch}:2`, 'evicted'],
    ['that is none of ours', () => 'abc', 'epoch_changed'],
    ['that is a mere number', () => '7', 'epoch_changed'],
    ['with too many digits', () => `${daemon.daemon.epoch}:${'9'.repeat(40)}`, 'epoch_changed'],
  ])('%s: `event: reset` comes first, then what happens from now on', async (_what, id, reason) => {
    const head = await daemon.emit(60);
    const sse = await stream('', id(head));
    const first = await until('the first word came', () => sse.messages[0]);
    expect(first).toEqual({
      event: 'reset',
      id: `${daemon.daemon.epoch}:${head}`,
      data: { reason, epoch: daemon.daemon.epoch, seq: head },
    });
    const next = await daemon.emit(1);
    await until('the next came', () => sse.seqs().at(-1) === next);
    expect(sse.seqs()).toEqual([next]);
  });
});

test('a slow stream is not buffered without bound, and is told exactly what it lost', async () => {
  const response = await ask('?topics=test.*');
  const socket = daemon.sockets().find(one => one.listenerCount('drain') > 0);
  await daemon.emit(400, { data: { pad: 'x'.repeat(50_000) } });
  expect(socket?.writableLength).toBeLessThan(600_000);
  let text = '';
  response.on('data', (chunk: string) => {
    text += chunk;
  });
  await until('it caught up', () => text.includes('"n":399}'));
  const numbers = [...text.matchAll(/"n":(\d+)}/g)].map(match => Number(match[1]));
  const gap = /event: gap\ndata: (.*)\n/.exec(text)?.[1];
  const { from, to } = JSON.parse(gap ?? '{}') as { from: number; to: number };
  expect(numbers.length + (to - from + 1)).toBe(400);
});

test('a stream that nobody reads any more is counted out', async () => {
  const connections = async () =>
    ((await (await fetch(`${daemon.url}/health`)).json()) as { connections: number }).connections;
  await stream();
  expect(await connections()).toBe(1);
  open.pop()?.destroy();
  await until('it is gone', async () => (await connections()) === 0);
});

test('HEAD asks only what there would be, and opens nothing', async () => {
  const answer = await fetch(`${daemon.url}/events`, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${daemon.token}` },
  });
  expect(answer.status).toBe(200);
  await until('no stream is left', async () =>
    (await (await fetch(`${daemon.url}/health`)).text()).includes('"connections":0'),
  );
});
