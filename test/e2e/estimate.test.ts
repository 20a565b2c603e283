// What the real client says that its models cost, beside what hookline estimates.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODELS } from '../../src/agents/claude-code/models/models.ts';
import { costOf } from '../../src/agents/claude-code/transcript/spending.ts';
import { PriceList } from '../../src/state/index.ts';
import { toldByModel } from '../../src/state/usage/totals.ts';
import { findClaude } from '../support/claude/client.ts';
import { type HeadlessRun, runClaude } from '../support/claude/headless.ts';
import { createWorld, type World } from '../support/claude/world.ts';

const claude = await findClaude();
const prices = new PriceList(MODELS);

const usage = {
  input_tokens: 1234,
  cache_read_input_tokens: 56_000,
  cache_creation_input_tokens: 9000,
  cache_creation: { ephemeral_5m_input_tokens: 2000, ephemeral_1h_input_tokens: 7000 },
  output_tokens: 789,
  server_tool_use: { web_search_requests: 2 },
};

describe.skipIf(!claude.found)('an estimate beside the figure of the real client', () => {
  let world: World;

  beforeAll(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin, scenarios: { dear: [{ text: 'Dear.', usage }] } });
  });
  afterAll(() => world?.close());

  /** By model, what the last account in the transcript of a session says. */
  function accountOf({ sessionId }: HeadlessRun) {
    const projects = path.join(world.configDir, 'projects');
    const names = fs.readdirSync(projects, { recursive: true, encoding: 'utf8' });
    const name = names.find(one => one.endsWith(`${sessionId}.jsonl`)) ?? '';
    const lines = fs.readFileSync(path.join(projects, name), 'utf8').trim().split('\n');
    const last = lines.map(line => JSON.parse(line)).findLast(({ type }) => type === 'cost-state');
    return [...(toldByModel(costOf(last)?.['byModel']) ?? [])];
  }

  it.each([
    'claude-opus-5-5',
    'claude-sonnet-5-5',
    'claude-sonnet-4-6',
    'claude-haiku-5-5',
    'claude-haiku-4-5-20251001',
    'claude-fable-5-1',
  ])('%s: within two per cent of the figure, and the window is the same', async model => {
    const run = await runClaude({ world, prompts: ['RUN:dear'], args: ['--model', model] });
    const told = run.lines.findLast(({ type }) => type === 'result')?.['modelUsage'] as Record<
      string,
      { contextWindow: number }
    >;
    const account = accountOf(run);
    expect(account.map(([name]) => name)).toContain(model);
    for (const [name, used] of account) {
      const { costUsd = Number.NaN } = used;
      const off = `${(100 * ((prices.cost(name, used) ?? Number.NaN) / costUsd - 1)).toFixed(2)} %`;
      expect.soft({ name, off, window: prices.contextWindow(name) }).toEqual({
        name,
        off: expect.stringMatching(/^-?[01]\.\d\d %$/),
        window: told[name]?.contextWindow,
      });
    }
  });
});
