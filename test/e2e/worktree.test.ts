// A session of the real client that goes on in a worktree: its transcript moves with it, and nothing is told twice or missed.
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { runClaude } from '../support/claude/headless.ts';
import { bash } from '../support/claude/scenarios.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import type { Frame } from '../support/frames.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();
const scenarios = {
  move: [
    { tools: [{ name: 'ToolSearch', input: { query: 'select:EnterWorktree', max_results: 1 } }] },
    { tools: [{ name: 'EnterWorktree', input: { name: 'aside' } }] },
    { tools: [bash('pwd')] },
    { text: 'Moved.' },
  ],
};

describe.skipIf(!claude.found)('a session that enters a worktree', () => {
  let world: World;
  let daemon: Daemon | undefined;

  beforeAll(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin, scenarios });
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
  });
  afterAll(async () => {
    await daemon?.stop();
    await world?.close();
  });

  it('is followed to where it writes from then on', async () => {
    await runClaude({ world, prompts: ['RUN:move'] });
    const told = async (): Promise<Frame[]> => {
      const answer = await fetch(`${daemon?.url}/api/events?limit=1000&before=${Number.MAX_SAFE_INTEGER}`, {
        headers: { authorization: `Bearer ${daemon?.token}` },
      });
      return ((await answer.json()) as { events: Frame[] }).events;
    };
    const saying = (events: readonly Frame[]): Frame[] =>
      events.filter(({ type }) => type === 'message.assistant');
    const events = await until('all that the model said is told', async () => {
      const all = await told();
      return saying(all).length >= 4 && all.some(({ type }) => type === 'session.removed') ? all : undefined;
    });
    expect(saying(events).map(({ data }) => data?.['text'])).toEqual(['', '', '', 'Moved.']);
    const calls = events.filter(({ type }) => type === 'tool.use').map(({ data }) => data?.['toolName']);
    expect(calls).toEqual(['ToolSearch', 'EnterWorktree', 'Bash']);
    const place = path.join(world.project, '.claude', 'worktrees', 'aside');
    // Where it goes on is told while it lives; this one may be over before anybody has looked.
    const [first, ...later] = events.flatMap(({ data }) => data?.['transcriptPath'] ?? []);
    expect(first).toContain(path.basename(world.project));
    for (const at of later) expect(at).toContain(path.basename(place));
    expect(events.findLast(({ type }) => type === 'session.removed')?.data).toMatchObject({ cwd: place });
  });
});
