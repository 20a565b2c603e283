// A session of the real client is resumed, and forked: what it did before is not told again, in neither of them.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { type HeadlessRun, runClaude } from '../support/claude/headless.ts';
import { bash } from '../support/claude/scenarios.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import type { Frame } from '../support/frames.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();

describe.skipIf(!claude.found)('the history of a session', () => {
  let world: World;
  let daemon: Daemon | undefined;
  afterEach(async () => {
    await daemon?.stop();
    daemon = undefined;
    await world.close();
  });

  const run = (prompts: readonly string[], ...args: string[]): Promise<HeadlessRun> =>
    runClaude({ world, prompts, args });

  async function eventsOf(sessionId: string): Promise<Frame[]> {
    const target = `${daemon?.url}/api/events?after=0&limit=1000&sessionId=${sessionId}`;
    const answer = await fetch(target, { headers: { authorization: `Bearer ${daemon?.token}` } });
    return ((await answer.json()) as { events: Frame[] }).events;
  }
  /** What a session tells once its transcript is told to its end, the account of its cost. */
  async function storyOf(sessionId: string, runs = 1): Promise<Record<string, unknown[]>> {
    const events = await until(`${sessionId} is told`, async () => {
      const all = await eventsOf(sessionId);
      const accounts = all.filter(
        event => event.type === 'usage.updated' && event['source'] === 'claude-code',
      );
      const count = (type: string): number => all.filter(event => event.type === type).length;
      const isOver = accounts.length >= runs && count('session.removed') >= runs;
      // A hook that nobody waits for may come after the end of its session.
      return isOver && count('tool.result') >= count('tool.use') ? all : undefined;
    });
    const all = (type: string, field: string): unknown[] =>
      events.filter(event => event.type === type).map(event => event.data?.[field]);
    return {
      starts: all('session.discovered', 'startedBy'),
      ends: all('session.removed', 'reason'),
      prompts: all('prompt.submitted', 'prompt').filter(prompt => String(prompt).startsWith('RUN:')),
      said: all('message.user', 'text').filter(text => String(text).startsWith('RUN:')),
      uses: all('tool.use', 'toolUseId').toSorted(),
      results: all('tool.result', 'toolUseId').toSorted(),
      turns: all('turn.completed', 'lastMessage'),
    };
  }
  const issued = (from: number, to?: number): string[] =>
    world.api.toolCalls
      .slice(from, to)
      .map(call => call.id)
      .toSorted();

  it('is not repeated, with hooks', async () => {
    world = await createWorld({ bin: claude.found ? claude.bin : '' });
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    const first = await run(['RUN:simple', 'RUN:again']);
    const before = world.api.toolCalls.length;
    const fork = await run(['RUN:hello'], '--resume', first.sessionId, '--fork-session');
    const resumed = await run(['RUN:simple'], '--resume', first.sessionId);
    expect(resumed.sessionId).toBe(first.sessionId);
    expect(await storyOf(fork.sessionId)).toEqual({
      starts: ['fork'],
      ends: ['other'],
      prompts: ['RUN:hello'],
      said: ['RUN:hello'],
      uses: [],
      results: [],
      turns: ['Hello there.'],
    });
    expect(await storyOf(first.sessionId, 2)).toEqual({
      starts: ['startup', 'resume'],
      ends: ['other', 'other'],
      prompts: ['RUN:simple', 'RUN:again', 'RUN:simple'],
      said: ['RUN:simple', 'RUN:again', 'RUN:simple'],
      uses: issued(0),
      results: issued(0),
      turns: ['All done.', 'Done again.', 'All done.'],
    });
    expect(before).toBe(3);
  });

  it('is told once though its transcript moves when it enters a worktree', async () => {
    const scenarios = {
      worktree: [
        { tools: [{ name: 'EnterWorktree', input: { name: 'topic' } }] },
        { tools: [bash('pwd; sleep 2')] },
        { tools: [bash('sleep 1; pwd')] },
        { text: 'In the worktree.' },
      ],
    };
    world = await createWorld({ bin: claude.found ? claude.bin : '', scenarios });
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    const { sessionId } = await run(['RUN:simple', 'RUN:worktree', 'RUN:hello']);
    const story = await storyOf(sessionId);
    expect(story).toMatchObject({
      said: ['RUN:simple', 'RUN:worktree', 'RUN:hello'],
      uses: issued(0),
      results: issued(0),
      turns: ['All done.', 'In the worktree.', 'Hello there.'],
    });
    const paths = (await eventsOf(sessionId)).map(({ data }) => data?.['transcriptPath']);
    expect(paths.some(where => String(where).includes('worktrees-topic'))).toBe(true);
  });

  it('is not repeated either when it all happens while the daemon is away, and no hook is installed', async () => {
    world = await createWorld({ bin: claude.found ? claude.bin : '' });
    daemon = await startDaemon(world);
    // From the second start on the daemon reads what was written since the one before.
    const word = path.join(world.hooklineHome, 'last-run');
    await until('it has left word', () => fs.existsSync(word));
    await daemon.stop();
    const first = await run(['RUN:simple', 'RUN:again']);
    const fork = await run(['RUN:hello'], '--resume', first.sessionId, '--fork-session');
    await run(['RUN:simple'], '--resume', first.sessionId);
    daemon = await startDaemon(world);
    expect(await storyOf(fork.sessionId)).toMatchObject({
      starts: ['found'],
      ends: ['process_exited'],
      prompts: ['RUN:hello'],
      said: ['RUN:hello'],
      uses: [],
      turns: ['Hello there.'],
    });
    expect(await storyOf(first.sessionId)).toMatchObject({
      starts: ['found'],
      ends: ['process_exited'],
      prompts: ['RUN:simple', 'RUN:again', 'RUN:simple'],
      uses: issued(0),
      results: issued(0),
      turns: ['All done.', 'Done again.', 'All done.'],
    });
  });
});
