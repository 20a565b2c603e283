// The daemon is away for half of a session of the real client; afterwards the log tells all of it, once.
import { afterEach, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { runClaude } from '../support/claude/headless.ts';
import { hookTrouble } from '../support/claude/hook-trouble.ts';
import { chain } from '../support/claude/scenarios.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import type { Frame } from '../support/frames.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();
/** Enough calls, slowly enough, that the daemon can leave and return in the middle. */
const scenarios = { slow: chain(16).map(step => ({ ...step, delayMs: 120 })) };

async function wholeLog(daemon: Daemon): Promise<Frame[]> {
  const answer = await fetch(`${daemon.url}/api/events?after=0&limit=1000`, {
    headers: { authorization: `Bearer ${daemon.token}` },
  });
  return ((await answer.json()) as { events: Frame[] }).events;
}

describe.skipIf(!claude.found)('a session of the real client', () => {
  let world: World;
  let daemon: Daemon | undefined;
  afterEach(async () => {
    await daemon?.stop();
    daemon = undefined;
    await world.close();
  });

  it.each([
    ['stopped', 'SIGTERM'],
    ['killed', 'SIGKILL'],
  ] as const)('is told whole though the daemon was %s for half of it', async (_how, signal) => {
    world = await createWorld({ bin: claude.found ? claude.bin : '', scenarios });
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    const running = runClaude({ world, prompts: ['RUN:slow', 'RUN:again'] });
    await until('the session is under way', () => world.api.toolCalls.length >= 4);
    await daemon.stop(signal);
    await until('half of it is over', () => world.api.toolCalls.length >= 12);
    const back = await startDaemon(world);
    daemon = back;
    const run = await running;
    expect(run.code).toBe(0);
    expect(hookTrouble(run)).toEqual([]);

    const events = await until('everything is told', async () => {
      const all = await wholeLog(back);
      const results = all.filter(event => event.type === 'tool.result').length;
      const ended = all.some(event => event.type === 'session.removed');
      const paid = all.some(event => event.type === 'usage.updated' && event.data?.['costUsd'] !== undefined);
      return results >= world.api.toolCalls.length && ended && paid ? all : undefined;
    });
    const ofType = (type: string): Frame[] => events.filter(event => event.type === type);
    const ids = (type: string): unknown[] => ofType(type).map(event => event.data?.['toolUseId']);
    const issued = world.api.toolCalls.map(call => call.id).sort();
    expect(ids('tool.use').sort()).toEqual(issued);
    expect(ids('tool.result').sort()).toEqual(issued);
    for (const use of ofType('tool.use')) {
      const result = ofType('tool.result').find(
        event => event.data?.['toolUseId'] === use.data?.['toolUseId'],
      );
      expect(result?.seq).toBeGreaterThan(use.seq ?? 0);
    }
    expect(ofType('prompt.submitted').map(event => event.data?.['prompt'])).toEqual([
      'RUN:slow',
      'RUN:again',
    ]);
    expect(ofType('turn.completed')).toHaveLength(2);
    expect(ofType('session.discovered')).toHaveLength(1);
    expect(ofType('session.removed')).toHaveLength(1);
    expect(events.map(event => event.seq)).toEqual(events.map((_, index) => index + 1));
    const recovered = ofType('tool.use').filter(event => event.data?.['recovered'] === true).length;
    expect(recovered).toBeGreaterThan(3);
    expect(recovered).toBeLessThan(issued.length);
  });
});
