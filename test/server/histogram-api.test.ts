// GET /api/histogram: how many events there were when, by the filter of the log, and what is said to a wrong question.
import { beforeAll, expect, test, vi } from 'vitest';
import { EventLog } from '../../src/log/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

interface Histogram {
  readonly type: string;
  readonly epoch: string;
  readonly seq: number;
  readonly since: number;
  readonly until: number;
  readonly width: number;
  readonly buckets: readonly { at: number; events: number; failed: number; waiting: number }[];
}

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon({});
  await daemon.emit(60, { sessionId: 'a' });
  await daemon.emit(40, { sessionId: 'b', topic: 'other.tick', data: { says: 'Coffee' } });
  const call = { session_id: 'c', tool_use_id: 't', tool_name: 'Bash', tool_input: { command: 'make' } };
  await daemon.hook('PreToolUse', call);
  await daemon.hook('PostToolUseFailure', { ...call, error: 'Exit code 2' });
  await daemon.hook('PermissionRequest', { ...call, tool_use_id: 'u' });
  await until('all of it is told', async () => (await total('topics=permission.requested')) === 1);
});

async function histogram(query: string): Promise<Histogram> {
  const answer = await daemon.get(`/api/histogram?${query}`);
  expect(answer.status, query).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return (await answer.json()) as Histogram;
}
const sum = (of: Histogram, what: 'events' | 'failed' | 'waiting' = 'events'): number =>
  of.buckets.reduce((all, bucket) => all + bucket[what], 0);
const total = async (query: string): Promise<number> => sum(await histogram(query));

test('everything is in it, up to the seq that it names', async () => {
  const all = await histogram('');
  const { epoch, seq } = (await (await daemon.get('/health')).json()) as Histogram;
  expect(all).toMatchObject({ type: 'histogram', epoch, seq });
  expect(sum(all)).toBe(seq);
  expect([sum(all, 'failed'), sum(all, 'waiting')]).toEqual([1, 1]);
  expect(all.buckets.every(({ at }) => at % all.width === 0)).toBe(true);
});

test('counts what /api/events gives for the same filter', async () => {
  for (const query of [
    'sessionId=a',
    'sessionId=a,b',
    'topics=other.**',
    'topics=hook.*',
    'topics=tool.*&sessionId=c',
    'q=coffee',
    'q=coffee&sessionId=a',
    'since=1&until=2',
    `since=${Date.now() - 3_600_000}`,
  ]) {
    const page = (await (await daemon.get(`/api/events?limit=1000&${query}`)).json()) as { events: object[] };
    expect(await total(query), query).toBe(page.events.length);
  }
  expect(await total('topics=hook.*')).toBe(3);
  expect(await total('q=coffee')).toBe(40);
});

test('the buckets are as many as are wanted at most', async () => {
  const since = Date.now() - 86_400_000;
  expect(await histogram(`since=${since}&until=${since + 86_400_000}&buckets=24`)).toMatchObject({
    ...{ since, until: since + 86_400_000, width: 3 * 3_600_000 },
  });
  expect((await histogram(`since=${since}&buckets=500`)).width).toBe(300_000);
});

test.each([
  ['buckets=0', 'buckets'],
  ['buckets=501', 'buckets'],
  ['buckets=x', 'buckets'],
  ['since=yesterday', 'since'],
  ['until=never', 'until'],
  ['since=2&until=2', 'since must be before until'],
  ['topics=a..b', 'a..b'],
  [`q=${'x'.repeat(1001)}`, 'q'],
  ['limit=5', '"limit"; those known here: topics, sessionId, since, until, q, buckets'],
])('%s is refused, and what is wrong with it is said', async (query, words) => {
  const answer = await daemon.get(`/api/histogram?${query}`);
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  expect([answer.status, error.code]).toEqual([400, 'invalid_query']);
  expect(error.message).toContain(words);
});

test('counting delays nobody, and ends when the client goes away', async () => {
  const endless = vi
    .spyOn(EventLog.prototype, 'tallyByTime')
    .mockImplementation(range => ({ counts: [], rest: range }));
  try {
    const gone = new AbortController();
    const request = fetch(`${daemon.url}/api/histogram`, {
      headers: { authorization: `Bearer ${daemon.token}` },
      signal: gone.signal,
    });
    await until('it counts', () => endless.mock.calls.length > 1000);
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
