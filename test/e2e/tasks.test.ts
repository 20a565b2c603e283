// What the real client tells of the tasks it has set itself, as the page of a session counts them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Tasks } from '../../src/story/tasks.ts';
import { findClaude } from '../support/claude/client.ts';
import { runClaude } from '../support/claude/headless.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import type { Frame } from '../support/frames.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();
const task = (subject: string) => ({
  name: 'TaskCreate',
  input: { subject, description: `${subject}, all of it`, activeForm: `At ${subject}` },
});
const update = (taskId: string, status: string) => ({ name: 'TaskUpdate', input: { taskId, status } });
const scenarios = {
  tasks: [
    {
      tools: [
        { name: 'ToolSearch', input: { query: 'select:TaskCreate,TaskUpdate,TaskList', max_results: 3 } },
      ],
    },
    { tools: [task('the schema')] },
    { tools: [task('the routes')] },
    { tools: [task('nothing after all')] },
    { tools: [update('1', 'completed'), update('2', 'in_progress'), update('3', 'deleted')] },
    { text: 'As far as that.' },
  ],
};

describe.skipIf(!claude.found)('a session that sets itself tasks', () => {
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

  it('has them told, and how far each is', async () => {
    // Claude Code 2.1.332 has tools for tasks when it is asked for them.
    await runClaude({ world, prompts: ['RUN:tasks'], env: { CLAUDE_CODE_ENABLE_TODO_TOOLS: '1' } });
    const events = await until('all of it is told', async () => {
      const answer = await fetch(`${daemon?.url}/api/events?limit=1000`, {
        headers: { authorization: `Bearer ${daemon?.token}` },
      });
      const told = ((await answer.json()) as { events: Frame[] }).events;
      return told.some(({ type }) => type === 'session.removed') ? told : undefined;
    });
    const tasks = new Tasks();
    // A page learns them as it reads: from the newest back.
    for (const event of events.toReversed()) tasks.learn(event as never);
    expect(tasks.all).toEqual([
      { subject: 'the schema', state: 'done' },
      { subject: 'the routes', state: 'now' },
    ]);
  });
});
