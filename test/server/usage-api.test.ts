// GET /api/usage: what a recorded session has used, in all, by day and by session, and what is said to a wrong question.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { recordedPayloads } from '../support/fixtures.ts';
import { until } from '../support/until.ts';
import { connect } from '../support/ws.ts';

let daemon: TestDaemon;
let folder: string;
const [start] = recordedPayloads('session-subagents');
const sessionId = String(start?.session_id);
/** Written down from the last `cost-state` line of the transcript. */
const TOTALS = { input: 15_600, output: 1131, cacheRead: 58_500, cacheCreation: 3900 };

async function get(query: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await daemon.get(`/api/usage${query}`);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-usage-'));
  const fixtures = path.join(import.meta.dirname, '../fixtures');
  fs.mkdirSync(path.join(folder, 'session/subagents'), { recursive: true });
  fs.copyFileSync(path.join(fixtures, 'transcript-subagents.jsonl'), path.join(folder, 'session.jsonl'));
  for (const id of ['a5fe105fd5be8f4ff', 'a917fd29a37e2f061']) {
    const file = path.join(fixtures, `transcript-subagents-sub-agent-${id}.jsonl`);
    fs.copyFileSync(file, path.join(folder, `session/subagents/agent-${id}.jsonl`));
  }
  daemon = await startTestDaemon({ config: { budgets: [{ per: 'session', usd: 0.1 }] } });
  await daemon.post({ ...start, transcript_path: path.join(folder, 'session.jsonl') });
  await until('the account and the subagents are told', async () => {
    const { costUsd, agents } = (await get(`?sessionId=${sessionId}`)).body;
    const used = Object.values((agents ?? {}) as Record<string, { input: number }>);
    return costUsd !== undefined && used.reduce((sum, { input }) => sum + input, 0) === 2400 + 3600;
  });
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

test('one session: in all, by model, and what each subagent used', async () => {
  const { body } = await get(`?sessionId=${sessionId}`);
  const totals = { ...TOTALS, costUsd: expect.closeTo(0.11622) };
  expect(body).toEqual({
    type: 'usage',
    sessionId,
    totals,
    byModel: { 'claude-opus-5-5': totals },
    agents: {
      a5fe105fd5be8f4ff: {
        input: 2400,
        output: 174,
        cacheRead: 9000,
        cacheCreation: 600,
        costEstimateUsd: 0.01788,
      },
      a917fd29a37e2f061: {
        input: 3600,
        output: 261,
        cacheRead: 13_500,
        cacheCreation: 900,
        costEstimateUsd: 0.02682,
      },
    },
    costUsd: expect.closeTo(0.11622),
  });
});

test('the WebSocket answers the same', async () => {
  const client = await connect(daemon);
  const { id: _id, ...answer } = await client.ask({ type: 'get_usage', sessionId });
  expect(answer).toEqual((await get(`?sessionId=${sessionId}`)).body);
  client.close();
});

test('by day: a row for each day, project and model, within the days asked for', async () => {
  const { body } = await get('?by=day');
  const rows = body['rows'] as Record<string, unknown>[];
  expect(body).toMatchObject({ type: 'usage', by: 'day' });
  // Nowhere is it the same day on both.
  const inZone = async (zone: string): Promise<unknown> => (await get(`?by=day&zone=${zone}`)).body['rows'];
  expect(await inZone('Pacific/Pago_Pago')).not.toEqual(await inZone('Pacific/Kiritimati'));
  expect(await inZone(String(body['zone']))).toEqual(rows);
  expect(rows[0]).toMatchObject({ project: '/home/dev/project', model: 'claude-opus-5-5' });
  expect(rows.reduce((sum, row) => sum + Number(row['input']), 0)).toBe(TOTALS.input);
  // The messages are of the day they were written, their price of the day it was read.
  const [first] = rows;
  expect((await get(`?by=day&from=${first?.['day']}&to=${first?.['day']}`)).body['rows']).toEqual(
    rows.filter(row => row['day'] === first?.['day']),
  );
  expect((await get('?by=day&to=2020-01-01')).body['rows']).toEqual([]);
});

test('by session: a row for each, over or not', async () => {
  const row = { sessionId, project: '/home/dev/project', ...TOTALS, usedAt: expect.any(Number) };
  expect((await get('?by=session')).body).toMatchObject({ type: 'usage', by: 'session', rows: [row] });
});

test('by prompt, by subagent, by project and by model; nothing of a time before', async () => {
  const rows = async (query: string): Promise<object[]> => (await get(query)).body['rows'] as object[];
  const [agent] = await rows(`?by=agent&sessionId=${sessionId}`);
  expect(agent).toMatchObject({ agentId: expect.stringMatching(/^a/), costEstimateUsd: expect.any(Number) });
  const models = ['claude-opus-5-5'];
  expect(await rows('?by=project')).toMatchObject([{ project: '/home/dev/project', ...TOTALS, models }]);
  expect(await rows('?by=model')).toMatchObject([{ model: 'claude-opus-5-5', ...TOTALS, models }]);
  expect(await rows('?by=session')).toMatchObject([{ models }]);
  expect(await rows('?by=block')).toMatchObject([TOTALS]);
  for (const by of ['day', 'project', 'session', 'block'])
    expect(await rows(`?by=${by}&until=2020-01-01`)).toEqual([]);
});

test('by budget: how they stand, and an event once one is crossed', async () => {
  const row = {
    budget: 'session:0.1',
    per: 'session',
    usd: 0.1,
    spentUsd: expect.closeTo(0.11622),
    crossed: true,
  };
  expect((await get('?by=budget')).body['rows']).toEqual([{ ...row, estimated: false, sessionId }]);
  const { events } = (await (await daemon.get('/api/events?topics=usage.budget_crossed')).json()) as {
    events: object[];
  };
  expect(events).toEqual([
    expect.objectContaining({ sessionId, data: expect.objectContaining({ budget: 'session:0.1' }) }),
  ]);
});

test.each([
  ['?by=week', 400, 'by: must be day, project, model, session, block, budget, prompt or agent'],
  ['?by=agent', 400, 'by=agent needs sessionId: agents belong to a session'],
  ['?since=yesterday', 400, 'since: "yesterday" is neither milliseconds'],
  ['?by=day&zone=Atlantis', 400, 'zone: must be a time zone such as Europe/Berlin'],
  ['?by=day&from=yesterday', 400, 'from: must be a day such as 2026-11-20'],
  ['?sessionId=nobody', 404, 'no session "nobody" is known'],
])('%s', async (query, status, words) => {
  const answer = await get(query);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({ error: { message: expect.stringContaining(words) } });
});
