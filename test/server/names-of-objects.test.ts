// Models, tools, agents and keys that are called like what every object has: they count and are told like any other, and harm nobody.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SqliteStore } from '../../src/log/index.ts';
import type { DayUsage, EventEnvelope, SessionUsage, Usage } from '../../src/protocol/index.ts';
import { Projection } from '../../src/state/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

const NAMES = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf', 'isPrototypeOf'];
const TOKENS = { input: 10, output: 1, cacheRead: 100, cacheCreation: 5 };
const AT = Date.UTC(2026, 10, 20, 12);

let daemon: TestDaemon;
let folder: string;
let stamp = AT;

/** A line of a transcript with a message of a model. */
function line(sessionId: string, model: string, more: object = {}): string {
  const usage = {
    input_tokens: TOKENS.input,
    output_tokens: TOKENS.output,
    cache_read_input_tokens: TOKENS.cacheRead,
    cache_creation_input_tokens: TOKENS.cacheCreation,
  };
  const message = { id: `m-${sessionId}-${model}`, model, usage, content: [{ type: 'text', text: 'x' }] };
  const timestamp = new Date(stamp++).toISOString();
  return `${JSON.stringify({ type: 'assistant', sessionId, timestamp, message, ...more })}\n`;
}

/** The account that a client writes at its end. */
function account(sessionId: string): string {
  const used = {
    inputTokens: 20,
    outputTokens: 2,
    cacheReadInputTokens: 200,
    cacheCreationInputTokens: 10,
    costUSD: 1,
  };
  const modelUsage = Object.fromEntries(NAMES.map(model => [model, used]));
  const timestamp = new Date(stamp++).toISOString();
  return `${JSON.stringify({ type: 'cost-state', sessionId, timestamp, modelUsage, totalCostUSD: NAMES.length })}\n`;
}

const get = async <T = Usage>(target: string): Promise<T> => (await (await daemon.get(target)).json()) as T;

/** Every answer in which such a name may be. */
async function everything(): Promise<unknown[]> {
  const targets = [
    '/api/usage',
    ...NAMES.map(name => `/api/usage?sessionId=${name}`),
    '/api/usage?by=day&zone=UTC',
    '/api/usage?by=session',
    '/api/sessions',
    '/api/snapshot',
  ];
  const answers: unknown[] = [];
  for (const target of targets) {
    // A start is an event too.
    const { seq: _seq, ...answer } = await get<{ seq?: number }>(target);
    answers.push(answer);
  }
  return answers;
}

const start = (): Promise<TestDaemon> =>
  startTestDaemon({
    config: { store: true, home: path.join(folder, 'home'), claudeDir: path.join(folder, 'claude') },
  });

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-names-'));
  daemon = await start();
  for (const name of NAMES) {
    const transcript_path = path.join(folder, 'projects', `${name}.jsonl`);
    fs.mkdirSync(path.join(folder, 'projects', name, 'subagents'), { recursive: true });
    fs.writeFileSync(transcript_path, NAMES.map(model => line(name, model)).join(''));
    const agent = path.join(folder, 'projects', name, 'subagents', `agent-${name}.jsonl`);
    fs.writeFileSync(agent, line(`${name}-agent`, 'toString', { isSidechain: true }));
    const common = { session_id: name, transcript_path, cwd: name };
    await daemon.hook('SessionStart', { ...common, source: name, model: name });
    await daemon.hook('SubagentStart', { ...common, agent_id: name, agent_type: name });
    await daemon.hook('PreToolUse', {
      ...common,
      tool_name: name,
      tool_use_id: name,
      tool_input: inputOf(name),
    });
  }
  await until('all of it was counted', async () => {
    const { totals } = await get('/api/usage');
    return totals.input >= NAMES.length * (NAMES.length + 1) * TOKENS.input;
  });
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Such a key in the input of a tool, on two levels. */
function inputOf(name: string): unknown {
  return JSON.parse(`{"${name}":{"${name}":["text"]},"other":1}`);
}

const times = (count: number): object => ({
  input: 10 * count,
  output: count,
  cacheRead: 100 * count,
  cacheCreation: 5 * count,
});

describe('what was used', () => {
  test('in all and by model', async () => {
    const { totals, byModel } = await get('/api/usage');
    expect(totals).toEqual(times(NAMES.length * (NAMES.length + 1)));
    expect(new Map(Object.entries(byModel))).toEqual(
      new Map(NAMES.map(name => [name, times(name === 'toString' ? 2 * NAMES.length : NAMES.length)])),
    );
  });

  test.each(NAMES)('by the session and the subagent %s', async name => {
    const { totals, byModel, agents } = await get(`/api/usage?sessionId=${name}`);
    expect(totals).toEqual(times(NAMES.length + 1));
    expect(Object.keys(byModel).sort()).toEqual([...NAMES].sort());
    expect(Object.entries(agents ?? {})).toEqual([[name, times(1)]]);
  });

  test('by day, project and model, and by session', async () => {
    const { rows } = await get<{ rows: DayUsage[] }>('/api/usage?by=day&zone=UTC');
    expect(rows).toHaveLength(NAMES.length ** 2);
    for (const row of rows) expect(row.input).toBeGreaterThan(0);
    const { rows: sessions } = await get<{ rows: SessionUsage[] }>('/api/usage?by=session');
    expect(sessions.map(({ sessionId }) => sessionId).sort()).toEqual([...NAMES].sort());
  });
});

test('sessions, agents and calls are shown by their names', async () => {
  const { sessions, agents } = await get<{ sessions: unknown[]; agents: unknown[] }>('/api/snapshot');
  for (const name of NAMES) {
    expect(sessions).toContainEqual(
      expect.objectContaining({
        sessionId: name,
        startedBy: name,
        currentTools: [expect.objectContaining({ toolName: name, toolUseId: name })],
        usage: times(NAMES.length + 1),
      }),
    );
    expect(agents).toContainEqual(
      expect.objectContaining({ agentId: name, agentType: name, usage: times(1) }),
    );
  }
});

test('a tool input has the keys it came with, whichever way it is asked for', async () => {
  for (const name of NAMES) {
    const text = JSON.stringify(inputOf(name));
    const { events } = await get<{ events: EventEnvelope[] }>(
      `/api/events?topics=tool.use&sessionId=${name}`,
    );
    expect(JSON.stringify(events[0]?.data['input'])).toBe(text);
    const raw = await get(`/api/events?topics=hook.pre_tool_use&sessionId=${name}`);
    expect(JSON.stringify(raw)).toContain(`"tool_input":${text}`);
  }
});

test('after a restart, and after the accounts that clients write, it is the same', async () => {
  for (const name of NAMES) {
    const file = path.join(folder, 'projects', `${name}.jsonl`);
    fs.appendFileSync(file, account(name));
  }
  await until('the accounts are told', async () => {
    const { costUsd } = await get('/api/usage');
    return costUsd === NAMES.length ** 2;
  });
  const before = await everything();
  await daemon.daemon.stop();
  daemon = await start();
  expect(JSON.stringify(await everything())).toBe(JSON.stringify(before));
  const { totals, byModel } = await get('/api/usage?sessionId=__proto__');
  expect(totals).toEqual({ input: 120, output: 12, cacheRead: 1200, cacheCreation: 60, costUsd: 6 });
  expect(Object.keys(byModel).sort()).toEqual([...NAMES].sort());
});

/** As text, whatever the order of keys and of what is in lists: what is counted from rows comes by name, and not as it was used. */
function inAnyOrder(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inAnyOrder).toSorted().join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}:${inAnyOrder(one)}`);
  return `{${parts.toSorted().join(',')}}`;
}

test('what an older daemon had counted wrongly is counted again', async () => {
  const before = await everything();
  await daemon.daemon.stop();
  // What was used of such a model was no number, which is saved as null.
  const store = new SqliteStore(path.join(folder, 'home', 'events.db'));
  const { text } = store.loadCheckpoint() ?? { text: '' };
  const wrong = JSON.parse(text);
  wrong.usage.all.constructor = { input: null, output: null, cacheRead: null, cacheCreation: null };
  expect([text, JSON.stringify(wrong)].map(saved => new Projection().load(saved))).toEqual([true, false]);
  store.saveCheckpoint(JSON.stringify(wrong));
  store.close();
  daemon = await start();
  expect(inAnyOrder(await everything())).toBe(inAnyOrder(before));
});

test('no question is answered by what every object has', async () => {
  for (const name of NAMES) expect((await daemon.get(`/api/sessions?${name}=1`)).status).toBe(400);
});
