// GET /api/events: pages of the log, forwards and backwards, filtered and searched.
import { beforeAll, describe, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';

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
  });

  test('with hasMore exact under a filter', async () => {
    expect((await page('?sessionId=b&limit=61')).hasMore).toBe(false);
    expect((await page('?sessionId=b&limit=60')).hasMore).toBe(true);
    expect((await page('?sessionId=a&before=30&limit=28')).hasMore).toBe(false);
  });
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
  `q=${'x'.repeat(1001)}`,
])('?%s: 400 that names the parameter', async query => {
  const answer = await daemon.get(`/api/events?${query}`);
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  expect([answer.status, error.code]).toEqual([400, 'invalid_query']);
  expect(error.message).toContain(query.startsWith('topics') ? 'a..b' : (query.split('=')[0] ?? ''));
});
