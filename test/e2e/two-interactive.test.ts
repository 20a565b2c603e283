// Two people at two terminals: one grants what the model asks for, the other refuses, and the stream tells both apart.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { hookComplaints } from '../support/claude/hook-trouble.ts';
import { bash } from '../support/claude/scenarios.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import type { Frame } from '../support/frames.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { openStream, type Stream } from '../support/stream.ts';

const claude = await findClaude();
const scenarios = {
  grant: [{ tools: [bash('touch granted.txt && echo made')] }, { text: 'It is made.' }],
  deny: [{ tools: [bash('touch denied.txt && echo made')] }, { text: 'It is made.' }],
};

describe.skipIf(!claude.found || !hasTmux())('two interactive sessions', () => {
  let world: World;
  let daemon: Daemon;
  let stream: Stream;
  const terminals: Terminal[] = [];
  const complaints: string[] = [];

  async function open(): Promise<Terminal> {
    const terminal = await openTerminal({ world, args: ['--permission-mode', 'default'] });
    terminals.push(terminal);
    await terminal.waitFor(/❯/);
    return terminal;
  }

  async function leave(terminal: Terminal): Promise<void> {
    await terminal.submit('/exit');
    await terminal.waitForExit();
    complaints.push(...hookComplaints(await terminal.seen()));
  }

  /** The events of the session whose prompt was `prompt`, in order. */
  function eventsOf(prompt: string): Frame[] {
    const events = stream.events();
    const first = events.find(
      event => event.type === 'prompt.submitted' && event.data?.['prompt'] === prompt,
    );
    return events.filter(event => event.sessionId === first?.sessionId);
  }
  const types = (events: readonly Frame[]): string[] => events.map(event => event.type);
  const count = (events: readonly Frame[], type: string): number =>
    events.filter(event => event.type === type).length;

  beforeAll(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin, scenarios });
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    stream = await openStream(daemon);
    stream.send({ type: 'subscribe', topics: ['**'] });

    const [granting, denying] = await Promise.all([open(), open()]);
    await Promise.all([granting.submit('RUN:grant'), denying.submit('RUN:deny')]);
    await Promise.all([granting, denying].map(terminal => terminal.waitFor(/Do you want to proceed/)));
    // Both sessions wait now; each gets another answer.
    await granting.pressUntil('Enter', /It is made/);
    await denying.pressUntil('Escape', /Interrupted/);
    await Promise.all([leave(granting), leave(denying)]);
    const removed = new Set<string | undefined>();
    await stream.waitFor(
      'the end of both sessions',
      ({ type, sessionId }) => type === 'session.removed' && removed.add(sessionId).size === 2,
    );
  });

  afterAll(async () => {
    stream?.close();
    for (const terminal of terminals) await terminal.close();
    await daemon?.stop();
    await world?.close();
  });

  it('are two sessions, each discovered and removed once', () => {
    const [granted, denied] = [eventsOf('RUN:grant'), eventsOf('RUN:deny')];
    expect(granted[0]?.sessionId).not.toBe(denied[0]?.sessionId);
    for (const events of [granted, denied]) {
      expect(events[0]?.type).toBe('session.discovered');
      expect(count(events, 'session.discovered')).toBe(1);
      expect(events.filter(event => event.type === 'session.removed')).toMatchObject([
        { data: { reason: 'prompt_input_exit' } },
      ]);
    }
    expect(count(stream.events(), 'session.discovered')).toBe(2);
  });

  it('both ask for the permission of their own call', () => {
    for (const [prompt, file] of [
      ['RUN:grant', 'granted.txt'],
      ['RUN:deny', 'denied.txt'],
    ] as const) {
      const events = eventsOf(prompt);
      const requests = events.filter(event => event.type === 'permission.requested');
      expect(requests, types(events).join()).toHaveLength(1);
      expect(requests[0]?.data).toMatchObject({
        toolName: 'Bash',
        input: { command: expect.stringContaining(file) },
      });
    }
  });

  it('the granted call ran, and its turn came to an end', () => {
    const events = eventsOf('RUN:grant');
    expect(fs.existsSync(path.join(world.project, 'granted.txt'))).toBe(true);
    const uses = events.filter(event => event.type === 'tool.use');
    expect(uses).toHaveLength(1);
    expect(events.filter(event => event.type === 'tool.result')).toMatchObject([
      { data: { toolUseId: uses[0]?.data?.['toolUseId'], success: true } },
    ]);
    expect(events.filter(event => event.type === 'turn.completed')).toMatchObject([
      { data: { lastMessage: 'It is made.' } },
    ]);
  });

  // No hook tells of a "No" (observed with Claude Code 2.1.329): the call stays without a success, the turn without an end.
  it('the denied call never ran, and nothing claims that it did', () => {
    const events = eventsOf('RUN:deny');
    expect(fs.existsSync(path.join(world.project, 'denied.txt'))).toBe(false);
    expect(count(events, 'tool.use')).toBe(1);
    const succeeded = events.filter(
      event => event.type === 'tool.result' && event.data?.['success'] !== false,
    );
    expect(succeeded).toEqual([]);
    expect(count(events, 'turn.completed')).toBe(0);
  });

  it('shows no hook trouble on either screen', () => {
    expect(complaints).toEqual([]);
  });
});
