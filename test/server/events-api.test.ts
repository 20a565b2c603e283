// GET /api/events: pages of the log, forwards and backwards, filtered and searched.
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { EventLog } from '../../src/log/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

interface Page {
  readonly events: { seq: number; type: string; sessionId: string; data: Record<string, unknown> }[];
  readonly hasMore: boolean;
}

let daemon: TestDaemon;
let head: number;
beforeAll(async () => {
  daemon = await startTestDaemon({ limits: { historyBytes: 200_000 } });
  await daemon.emit(60, { sessionId: 'a' });
  await daemon.emit(60, { sessionId: 'b', topic: 'other.tick' });
  await daemon.hook('PreToolUse', {
    session_id: 'c',
    tool_use_id: 't',
    tool_name: 'Bash',
    tool_input: { command: 'make Coffee_Strong' },
  });
  head = ((await (await daemon.get('/health')).json()) as { seq: number }).seq;
});

async function page(query: string): Promise<Page> {
  const answer = await daemon.get(`/api/events${query}`);
  expect(answer.status, query).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return (await answer.json()) as Page;
}
const seqs = ({ events }: Page): number[] => events.map(event => event.seq);
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('bounds', () => {
  test('without any: from the beginning, 100 of them', async () => {
    const first = await page('');
    expect(seqs(first)).toEqual(range(1, 100));
    expect(first.hasMore).toBe(true);
  });

  test('after and before are exclusive', async () => {
    expect(seqs(await page('?after=10&limit=3'))).toEqual([11, 12, 13]);
    expect(seqs(await page('?before=10&limit=3'))).toEqual([7, 8, 9]);
    const between = await page('?after=10&before=14');
    expect([seqs(between), between.hasMore]).toEqual([[11, 12, 13], false]);
    expect(seqs(await page('?after=13&before=14'))).toEqual([]);
    expect(seqs(await page('?after=20&before=10'))).toEqual([]);
    expect(seqs(await page(`?after=${head}`))).toEqual([]);
    expect(await page('?before=1')).toEqual({ events: [], hasMore: false });
    expect(seqs(await page('?from=newest&limit=2'))).toEqual([head - 1, head]);
    expect(seqs(await page('?after=10&before=20&from=newest&limit=2'))).toEqual([18, 19]);
    expect(seqs(await page('?before=20&from=oldest&limit=2'))).toEqual([1, 2]);
  });

  test.each([
    ['forwards', (at: number) => `?limit=25&after=${at}`, 0],
    ['backwards', (at: number) => `?limit=25&before=${at}`, Number.MAX_SAFE_INTEGER],
  ] as const)('paging %s gives every event once', async (way, query, start) => {
    const all: number[] = [];
    let at: number = start;
    for (;;) {
      const one = await page(query(at));
      const got = seqs(one);
      if (way === 'forwards') all.push(...got);
      else all.unshift(...got);
      at = (way === 'forwards' ? got.at(-1) : got[0]) ?? at;
      if (!one.hasMore) break;
    }
    expect(all).toEqual(range(1, head));
  });
});

describe('filters', () => {
  test('by session, one or several', async () => {
    const one = await page('?sessionId=b&limit=1000');
    expect([one.events.length, one.hasMore]).toEqual([61, false]);
    expect(new Set(one.events.map(event => event.sessionId))).toEqual(new Set(['b']));
    expect((await page('?sessionId=a,b&limit=1000')).events.length).toBe(122);
    expect((await page('?sessionId=nobody')).events).toEqual([]);
  });

  test('by topics; who asks by the topic of a hook gets the payload as it came', async () => {
    expect((await page('?topics=other.*,session.*&limit=1000')).events.length).toBe(63);
    const hooks = await page('?topics=hook.*');
    expect(hooks.events.map(event => event.type)).toEqual(['hook.pre_tool_use']);
  });

  test('by words, anywhere and in any case, all of them', async () => {
    expect((await page('?q=coffee_strong')).events.map(event => event.type)).toEqual(['tool.use']);
    expect((await page('?q=BASH%20make')).events.length).toBe(1);
    expect((await page('?q=bash%20tea')).events).toEqual([]);
    expect((await page('?q=%22%3B--%25_*(')).events).toEqual([]);
    expect((await page('?q=coffee&topics=other.*')).events).toEqual([]);
    expect((await page('?q=coffee&topics=hook.**')).events.map(event => event.type)).toEqual([
      'hook.pre_tool_use',
    ]);
  });

  test.each(['*', '**', 'tool.**', '**.use', 'tool.**.use', 't*l.use', '{tool,none}.use', 'tool.use.**'])(
    'the topic %s is what it is on the stream',
    async topic => {
      const found = await page(`?topics=${encodeURIComponent(topic)}&q=coffee`);
      expect(found.events.map(event => event.type)).toEqual(['tool.use']);
    },
  );

  test('with hasMore exact under a filter', async () => {
    expect((await page('?sessionId=b&limit=61')).hasMore).toBe(false);
    expect((await page('?sessionId=b&limit=60')).hasMore).toBe(true);
    expect((await page('?sessionId=a&before=30&limit=28')).hasMore).toBe(false);
  });
});

describe('time', () => {
  // The clock goes on, jumps back, and goes on.
  const times = [1000, 2000, 500, 2500].map(seconds => Date.UTC(2027, 0, 1) + 1000 * seconds);
  let clock = 0;
  let timed: TestDaemon;
  beforeAll(async () => {
    timed = await startTestDaemon({ now: () => times[clock] ?? 0 });
    for (clock = 0; clock < times.length; clock++) await timed.emit(1, { topic: `test.at${clock}` });
    clock = 0;
  });
  const at = async (query: string): Promise<string[]> => {
    const answer = await timed.get(`/api/events?topics=test.at*&${query}`);
    expect(answer.status, query).toBe(200);
    return ((await answer.json()) as Page).events.map(event => event.type);
  };

  test('since is inclusive and until is not, and neither minds that times do not follow the seq', async () => {
    expect(await at(`since=${times[0]}`)).toEqual(['test.at0', 'test.at1', 'test.at3']);
    expect(await at(`until=${times[0]}`)).toEqual(['test.at2']);
    expect(await at(`since=${times[2]}&until=${times[1]}`)).toEqual(['test.at0', 'test.at2']);
    expect(await at(`since=${times[1]}&until=${times[0]}`)).toEqual([]);
    expect(await at(`since=${times[0]}&before=1000&limit=1`)).toEqual(['test.at3']);
    expect(await at(`since=${times[0]}&q=at1`)).toEqual(['test.at1']);
  });

  test.each([
    '2027-01-01T00:16:40Z',
    '2027-01-01T00:16:40.000Z',
    '2027-01-01T01:16:40%2B01:00',
    '2027-01-01T01:16:40+01:00',
    '2027-01-01 00:16:40z',
    '2026-12-31T23:16:40-01:00',
  ])('can be said as %s', async said => {
    expect(await at(`since=${said}&until=2027-01-02`)).toEqual(['test.at0', 'test.at1', 'test.at3']);
  });
});

test('a parameter that does not exist is named, with those that do', async () => {
  for (const [target, words] of [
    [
      '/api/events?sessionid=a',
      '"sessionid"; those known here: topics, sessionId, after, before, since, until, from, limit, q',
    ],
    ['/api/events?q=a&__proto__=1', '"__proto__"; those known here: '],
    ['/events?topic=a', '"topic"; those known here: topics, sessionId'],
    ['/api/usage?session=a', '"session"; those known here: sessionId'],
    ['/api/sessions?limit=1', '"limit"; there is none here'],
    ['/api/snapshot?x', '"x"; those known here: at'],
  ] as const) {
    const answer = await daemon.get(target);
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    expect([answer.status, error.code], target).toEqual([400, 'invalid_query']);
    expect(error.message).toContain(words);
  }
});

test('a search delays nobody, and ends when the client goes away', async () => {
  const endless = vi
    .spyOn(EventLog.prototype, 'scan')
    .mockImplementation(range => ({ records: [], rest: range }));
  try {
    const gone = new AbortController();
    const request = fetch(`${daemon.url}/api/events?q=never`, {
      headers: { authorization: `Bearer ${daemon.token}` },
      signal: gone.signal,
    });
    await until('it searches', () => endless.mock.calls.length > 1000);
    expect((await daemon.post({ sessionId: 'a', type: 'test.meanwhile', data: {} })).status).toBe(202);
    gone.abort();
    await expect(request).rejects.toThrow(/abort/);
    let calls = 0;
    await until('it has ended', async () => {
      calls = endless.mock.calls.length;
      await new Promise(resolve => setTimeout(resolve, 50));
      return endless.mock.calls.length === calls;
    });
  } finally {
    endless.mockRestore();
  }
  expect(daemon.logged.filter(line => line.includes('error'))).toEqual([]);
});

test('a range that retention took away is an empty page', async () => {
  const small = await startTestDaemon({ config: { ringEvents: 10 } });
  await small.emit(30);
  for (const query of [
    'before=5',
    'after=2&before=6',
    'after=2&before=6&from=newest',
    'before=15&q=nothing',
  ]) {
    const answer = await small.get(`/api/events?${query}`);
    expect(await answer.json(), query).toEqual({ events: [], hasMore: false });
  }
  await small.stop();
});

test('a page is bounded in bytes, and says that there is more', async () => {
  await daemon.emit(10, { sessionId: 'big', data: { pad: 'x'.repeat(50_000) } });
  const one = await page('?sessionId=big&limit=1000');
  expect(one.events.length).toBeLessThan(6);
  expect(one.hasMore).toBe(true);
});

test.each([
  'limit=0',
  'limit=1001',
  'limit=x',
  'limit=1.5',
  'after=-1',
  'after=x',
  'before=1e400',
  'topics=a..b',
  'from=middle',
  'since=yesterday',
  'since=2027-02-30',
  'until=2027-01-01T25:00:00Z',
  'until=-1',
  'until=',
  `q=${'x'.repeat(1001)}`,
])('?%s: 400 that names the parameter', async query => {
  const answer = await daemon.get(`/api/events?${query}`);
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  expect([answer.status, error.code]).toEqual([400, 'invalid_query']);
  expect(error.message).toContain(query.startsWith('topics') ? 'a..b' : (query.split('=')[0] ?? ''));
});
