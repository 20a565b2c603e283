// One scripted session of the real client, hooks put there by `hookline install`, seen whole on the socket.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stats } from '../../src/protocol/index.ts';
import { findClaude } from '../support/claude/client.ts';
import { type HeadlessRun, runClaude } from '../support/claude/headless.ts';
import { hookTrouble } from '../support/claude/hook-trouble.ts';
import type { IssuedCall } from '../support/claude/messages.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import type { Frame } from '../support/frames.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { openStream, type Stream } from '../support/stream.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();

describe.skipIf(!claude.found)('a scripted session of the real client', () => {
  let world: World;
  let daemon: Daemon;
  let stream: Stream;
  let run: HeadlessRun;
  let events: Frame[];

  const ofType = (type: string): Frame[] => events.filter(event => event.type === type);
  const about = (type: string, call: IssuedCall): Frame[] =>
    ofType(type).filter(event => event.data?.['toolUseId'] === call.id);

  beforeAll(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin });
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    stream = await openStream(daemon);
    stream.send({ type: 'subscribe', topics: ['**'], id: 1 });
    await stream.waitFor('the subscription', frame => frame.type === 'subscribed');
    run = await runClaude({ world, prompts: ['RUN:work', 'RUN:again'] });
    await stream.waitFor('the end of the session', frame => frame.type === 'session.removed');
    // A hook that nobody waits for may come after it, or be told by the transcript a moment later.
    await until('all results are told', () => {
      events = stream.events();
      const stops = ofType('agent.stopped').length;
      return ofType('tool.result').length >= world.api.toolCalls.length && stops >= 2;
    });
  });

  afterAll(async () => {
    stream?.close();
    await daemon?.stop();
    await world?.close();
  });

  it('ends well, and nobody notices the hooks', () => {
    expect(run.code).toBe(0);
    expect(hookTrouble(run)).toEqual([]);
  });

  it('is discovered once and removed once', () => {
    expect(ofType('session.discovered')).toHaveLength(1);
    expect(ofType('session.discovered')[0]).toMatchObject({
      sessionId: run.sessionId,
      source: 'claude-code',
      data: { cwd: world.project, startedBy: 'startup' },
    });
    expect(ofType('session.removed')).toMatchObject([
      { sessionId: run.sessionId, data: { reason: 'other' } },
    ]);
  });

  it('has both prompts and the end of both turns', () => {
    const prompts = ofType('prompt.submitted').map(event => event.data?.['prompt']);
    expect(prompts).toEqual(expect.arrayContaining(['RUN:work', 'RUN:again']));
    const lastWords = ofType('turn.completed').map(event => event.data?.['lastMessage']);
    expect(lastWords).toEqual(expect.arrayContaining(['The work is done.', 'Done again.']));
  });

  it('tells every tool call once, with one result, and the use first', () => {
    const calls = world.api.toolCalls;
    expect(calls.length).toBe(14);
    for (const call of calls) {
      const [use, result] = [about('tool.use', call), about('tool.result', call)];
      const told = `${call.name} ${JSON.stringify(call.input)}`;
      expect(use, `uses of ${told}`).toHaveLength(1);
      expect(result, `results of ${told}`).toHaveLength(1);
      expect(use[0]?.data, told).toMatchObject({ toolName: call.name, input: call.input });
      expect(Number(use[0]?.seq), told).toBeLessThan(Number(result[0]?.seq));
    }
    expect(ofType('tool.use')).toHaveLength(calls.length);
    expect(ofType('tool.result')).toHaveLength(calls.length);
  });

  it('tells which calls failed, and why', () => {
    const failed = ofType('tool.result').filter(event => event.data?.['success'] === false);
    const errors = failed.map(event => String(event.data?.['error'])).sort();
    expect(errors).toEqual([
      expect.stringContaining('Exit code 1'),
      expect.stringContaining('Exit code 3'),
      expect.stringContaining('File does not exist'),
    ]);
  });

  it('tells of both subagents, and which calls were theirs', () => {
    const started = ofType('agent.started').map(event => event.agentId);
    expect(new Set(started).size).toBe(2);
    expect(started).toHaveLength(2);
    for (const agentId of started) {
      const stopped = ofType('agent.stopped').filter(event => event.agentId === agentId);
      expect(stopped).toHaveLength(1);
      expect(ofType('tool.use').filter(event => event.agentId === agentId)).toHaveLength(2);
    }
    expect(ofType('tool.use').filter(event => event.agentId === undefined)).toHaveLength(10);
  });

  it('counts them by tool: calls, failures, and how long they took', async () => {
    const headers = { authorization: `Bearer ${daemon.token}` };
    const { tools, errors, hours } = (await (
      await fetch(`${daemon.url}/api/stats`, { headers })
    ).json()) as Stats;
    const calls = world.api.toolCalls;
    const expected = [...new Set(calls.map(({ name }) => name))].map(tool => {
      const results = ofType('tool.result').filter(({ data }) => data?.['toolName'] === tool);
      const times = results.map(({ data }) => Number(data?.['durationMs'])).filter(Number.isFinite);
      times.sort((a, b) => a - b);
      const failed = results.filter(({ data }) => data?.['success'] === false).length;
      const median = times[Math.ceil(times.length / 2) - 1] ?? 0;
      return {
        ...{ tool, calls: calls.filter(({ name }) => name === tool).length, failed, timed: times.length },
        ...(times.length > 0 && { fastestMs: times[0], slowestMs: times.at(-1) }),
        median: expect.toSatisfy((told: number) => Math.abs(told - median) <= 1 + 0.025 * median),
      };
    });
    const told = tools.map(({ medianMs, ...rest }) => ({ ...rest, median: medianMs ?? 0 }));
    expect(told).toHaveLength(expected.length);
    for (const one of expected) expect(told).toContainEqual(expect.objectContaining(one));
    expect(tools.find(({ tool }) => tool === 'Bash')).toMatchObject({ timed: expect.toSatisfy(n => n > 0) });
    expect(errors).toEqual([{ event: 'tool.result', kind: 'failed', count: 3 }]);
    expect(hours.reduce((sum, hour) => sum + hour.calls, 0)).toBe(14);
  });

  it('numbers everything without a hole, in one session', () => {
    const seqs = events.map(event => Number(event.seq));
    const first = seqs[0] ?? 0;
    expect(seqs).toEqual(seqs.map((_, index) => first + index));
    const sessions = new Set(events.map(event => event.sessionId).filter(id => id !== ''));
    expect([...sessions]).toEqual([run.sessionId]);
  });
});
