// POST /hook: what is taken, what is refused, and that an answer means the event is in the log.
import net from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { connect, exchange, request } from '../support/ws.ts';

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon();
});

const payload = { session_id: 's1', hook_event_name: 'Stop', cwd: '/w' };

interface Refusal {
  error: { code: string; message: string };
}

test('a payload is answered 202 and these very bytes', async () => {
  const answer = await daemon.post(payload);
  expect(answer.status).toBe(202);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await answer.text()).toBe('{"status":"accepted"}');
});

test('what was answered is in the log: a reader that asks at once finds it', async () => {
  for (let turn = 0; turn < 20; turn++) {
    await daemon.hook('UserPromptSubmit', { prompt: `p${turn}`, prompt_id: `p${turn}` });
    const page = (await (await daemon.get('/api/events?topics=prompt.submitted&limit=1000')).json()) as {
      events: { data: { prompt: string } }[];
    };
    expect(page.events.at(-1)?.data.prompt).toBe(`p${turn}`);
  }
});

test('hooks that come at once get a seq each, without holes, and no session is announced twice', async () => {
  const own = await startTestDaemon();
  const client = await connect(own);
  await client.ask({ type: 'subscribe', topics: ['**'] });
  await Promise.all(
    Array.from({ length: 200 }, (_, at) =>
      own.hook('UserPromptSubmit', { session_id: `s${at % 10}`, prompt: `${at}`, prompt_id: `${at}` }),
    ),
  );
  await until(
    'every prompt came',
    () => client.events().filter(event => event.type === 'prompt.submitted').length === 200,
  );
  const seqs = client.events().map(event => event.seq ?? 0);
  expect(seqs).toEqual(seqs.map((_, at) => (seqs[0] ?? 0) + at));
  expect(client.events().filter(event => event.type === 'session.discovered')).toHaveLength(10);
  await own.stop();
});

describe('what is taken', () => {
  test.each<[string, unknown, string]>([
    ['unknown fields', { ...payload, session_id: 'u1', brand_new: { deep: [1] } }, 'turn.completed'],
    [
      'an unknown event',
      { ...payload, hook_event_name: 'BrandNewEvent2027', x: 1 },
      'hook.brand_new_event2027',
    ],
    ['an event name of odd characters', { ...payload, hook_event_name: '../../etc' }, 'hook._etc'],
    [
      'the old envelope',
      { sessionId: 'old', type: 'UserPromptSubmit', data: { prompt: 'hi' } },
      'prompt.submitted',
    ],
    ['the old envelope with a topic', { sessionId: 'old', type: 'my.topic', data: { a: 1 } }, 'my.topic'],
  ])('%s', async (_what, body, type) => {
    const before = await head();
    const answer = await daemon.post(body);
    expect([answer.status, await answer.text()]).toEqual([202, '{"status":"accepted"}']);
    const { events } = (await (await daemon.get(`/api/events?after=${before}`)).json()) as {
      events: { type: string }[];
    };
    expect(events.map(event => event.type)).toContain(type);
  });

  test('a content type with a charset, any case', async () => {
    for (const type of [
      'application/json; charset=utf-8',
      'Application/JSON',
      'application/json;charset=UTF-8 ',
    ])
      expect((await daemon.post(payload, { 'content-type': type })).status, type).toBe(202);
  });

  test('chunks, however small', async () => {
    const body = JSON.stringify(payload);
    const chunks = [...body].map(one => `1\r\n${one}\r\n`).join('');
    const answer = await exchange(
      daemon.port,
      `POST /hook HTTP/1.1\r\nHost: ${daemon.host}\r\nAuthorization: Bearer ${daemon.hookToken}\r\nConnection: close\r\n` +
        `Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 202 /);
  });
});

describe('what is refused', () => {
  test.each<[string, string]>([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['half of it', '{"session_id":"s1"'],
    ['NaN', '{"session_id":"s1","hook_event_name":NaN}'],
    ['two values', '{}{}'],
  ])('%s: 400 invalid_json', async (_what, body) => {
    const answer = await daemon.post(body);
    expect([answer.status, ((await answer.json()) as Refusal).error.code]).toEqual([400, 'invalid_json']);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a number', 1],
    ['an array', [payload]],
    ['an empty object', {}],
    ['no session', { hook_event_name: 'Stop' }],
    ['no event', { session_id: 's1' }],
    ['an empty session', { session_id: '', hook_event_name: 'Stop' }],
    ['a session that is a number', { session_id: 1, hook_event_name: 'Stop' }],
    ['an endless session id', { session_id: 'x'.repeat(5000), hook_event_name: 'Stop' }],
    ['an event that is an object', { session_id: 's1', hook_event_name: {} }],
    ['an old envelope without a session', { type: 'Stop', data: {} }],
  ])('%s: 400 invalid_payload, and nothing is logged', async (_what, body) => {
    const before = await head();
    const answer = await daemon.post(body);
    const { error } = (await answer.json()) as Refusal;
    expect([answer.status, error.code]).toEqual([400, 'invalid_payload']);
    expect(error.message.length).toBeGreaterThan(20);
    expect(await head()).toBe(before);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/jsonp',
    '*/*',
    '',
  ])('content type "%s": 415', async type => {
    const answer = await request(
      daemon.port,
      'POST /hook HTTP/1.1',
      [
        `Host: ${daemon.host}`,
        `Authorization: Bearer ${daemon.hookToken}`,
        ...(type === '' ? [] : [`Content-Type: ${type}`]),
        'Content-Length: 2',
      ],
      '{}',
    );
    expect([answer.status, answer.code]).toEqual([415, 'unsupported_media_type']);
  });

  test('a compressed body: 415', async () => {
    expect((await daemon.post(payload, { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  test('another path: 404 in the same shape', async () => {
    const answer = await daemon.get('/hook/');
    expect([answer.status, ((await answer.json()) as Refusal).error.code]).toEqual([404, 'not_found']);
  });

  test('another method: 405, and which ones there are', async () => {
    const answer = await daemon.get('/hook');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    expect(((await answer.json()) as Refusal).error.code).toBe('method_not_allowed');
  });

  test('the WebSocket without an upgrade: 426', async () => {
    const answer = await daemon.get('/ws');
    expect([answer.status, answer.headers.get('upgrade')]).toEqual([426, 'websocket']);
    expect(((await answer.json()) as Refusal).error.code).toBe('upgrade_required');
  });
});

async function head(): Promise<number> {
  return ((await (await fetch(`${daemon.url}/health`)).json()) as { seq: number }).seq;
}

test('a very deep payload is taken, cut, and harms nobody who was in the same tick', async () => {
  const deep = `{"session_id":"deep","hook_event_name":"Deep","x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
  const answers = await Promise.all([daemon.post(payload), daemon.post(deep), daemon.post(payload)]);
  expect(answers.map(answer => answer.status)).toEqual([202, 202, 202]);
});

test('a client that goes away in the middle of its body is no error of the daemon', async () => {
  const own = await startTestDaemon();
  const lines = [
    `Host: ${own.host}`,
    `Authorization: Bearer ${own.hookToken}`,
    'Content-Type: application/json',
  ];
  const socket = net.connect(own.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`POST /hook HTTP/1.1\r\n${lines.join('\r\n')}\r\nContent-Length: 1000\r\n\r\n{"half":`);
  await until('the daemon reads the body', () => own.sockets().some(one => one.bytesRead > 0));
  socket.resetAndDestroy();
  await until('the daemon noticed', () => own.sockets().length === 0);
  expect((await own.post(payload)).status).toBe(202);
  expect(own.logged.filter(line => / (warn|error) /.test(line))).toEqual([]);
  await own.stop();
});
