// Sessions that end without a word, and those that only look like it: what a daemon tells of them.
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIVENESS } from '../../src/agents/claude-code/watch/liveness-verdict.ts';
import { type FakeClient, startFakeClient } from '../support/claude/register.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import type { Frame } from '../support/frames.ts';
import { until } from '../support/until.ts';

let daemon: TestDaemon;
let config: string;
/** Milliseconds by which the daemon's clock is ahead. */
let ahead: number;
const clients: FakeClient[] = [];
beforeEach(async () => {
  ahead = 0;
  daemon = await startTestDaemon({ now: () => Date.now() + ahead });
  config = path.join(path.dirname(daemon.home), '.claude');
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map(client => client.kill()));
  await daemon.stop();
});

async function events(type?: string): Promise<Frame[]> {
  const answer = await daemon.get('/api/events?after=0&limit=1000');
  const all = ((await answer.json()) as { events: Frame[] }).events;
  return type === undefined ? all : all.filter(event => event.type === type);
}

const sessions = async (): Promise<Frame[]> =>
  ((await (await daemon.get('/api/sessions')).json()) as { sessions: Frame[] }).sessions;

/** A session that began, and whose process is in the register. */
async function begin(sessionId: string, fields: Record<string, unknown> = {}): Promise<FakeClient> {
  const client = await startFakeClient(config);
  clients.push(client);
  await daemon.hook('SessionStart', { session_id: sessionId, source: 'startup' });
  await daemon.hook('UserPromptSubmit', { session_id: sessionId, prompt: 'go', prompt_id: 'p1' });
  client.register({ sessionId, status: 'busy', statusUpdatedAt: Date.now(), ...fields });
  await until('the daemon knows its process', async () =>
    (await events('session.updated')).some(
      event => event.sessionId === sessionId && event.data?.['pid'] === client.pid,
    ),
  );
  return client;
}

const removed = (sessionId: string): Promise<Frame> =>
  until(`${sessionId} is removed`, async () =>
    (await events('session.removed')).find(event => event.sessionId === sessionId),
  );

describe('what the register says', () => {
  it('is told once, and again when it changes', async () => {
    const client = await begin('s1', { name: 'a title', nameSource: 'user' });
    const at = Date.now();
    const waits = { sessionId: 's1', name: 'a title', status: 'waiting', statusUpdatedAt: at };
    client.register({ ...waits, waitingFor: 'permission prompt' });
    const told = await until('both are told', async () => {
      const updates = await events('session.updated');
      return updates.length >= 2 ? updates : undefined;
    });
    expect(told.map(event => event.data)).toMatchObject([
      { pid: client.pid, version: '2.1.329', entrypoint: 'cli', kind: 'interactive', name: 'a title' },
      { status: 'waiting', statusAt: at, waitingFor: 'permission prompt' },
    ]);
    expect(Object.keys(told[1]?.data ?? {})).toEqual(['status', 'statusAt', 'waitingFor']);
    expect(told[1]?.timestamp).toBe(at);
    // Two more looks find nothing new.
    client.register({ ...waits, updatedAt: at + 9 });
    await begin('s2');
    expect((await events('session.updated')).filter(event => event.sessionId === 's1').length).toBe(2);
  });

  it('a dialog that no hook tells is shown, though a hook that fired before it was told after it, until it is gone', async () => {
    const client = await begin('s1');
    const waits = {
      sessionId: 's1',
      status: 'waiting',
      statusUpdatedAt: Date.now(),
      waitingFor: 'dialog open',
    };
    client.register(waits);
    await daemon.hook('PreToolUse', { session_id: 's1', tool_name: 'Bash', tool_use_id: 't1' });
    const state = async (): Promise<unknown> => (await sessions())[0]?.['state'];
    await until('it waits', async () => (await state()) === 'waiting_input');
    expect((await sessions())[0]).toMatchObject({ waitingFor: 'dialog open', atTerminal: true });
    const told = async (): Promise<number> =>
      (await events('session.updated')).filter(({ data }) => data?.['status'] === 'waiting').length;
    const before = await told();
    // Further looks find nothing new.
    await begin('s2');
    expect(await told()).toBe(before);
    client.register({ sessionId: 's1', status: 'idle', statusUpdatedAt: Date.now() });
    await until('it is idle', async () => (await state()) === 'idle');
    expect((await sessions())[0]).not.toHaveProperty('atTerminal');
  });

  it('a dialog that was open before the session was told of is shown', async () => {
    const client = await startFakeClient(config);
    clients.push(client);
    client.register({
      sessionId: 's1',
      status: 'waiting',
      statusUpdatedAt: Date.now() - 1000,
      waitingFor: 'dialog open',
    });
    await daemon.hook('SessionStart', { session_id: 's1', source: 'startup' });
    await until('it waits', async () => (await sessions())[0]?.['atTerminal']);
    expect((await sessions())[0]).toMatchObject({ state: 'waiting_input', waitingFor: 'dialog open' });
  });

  it('a permission that a hook tells of is told once, and ends for good', async () => {
    const client = await begin('s1');
    const call = { session_id: 's1', tool_name: 'Bash', tool_input: { command: 'ls' } };
    await daemon.hook('PreToolUse', { ...call, tool_use_id: 't1' });
    await daemon.hook('PermissionRequest', call);
    const at = Date.now();
    client.register({
      sessionId: 's1',
      status: 'waiting',
      statusUpdatedAt: at,
      waitingFor: 'permission prompt',
    });
    await until('the client says so too', async () =>
      (await events('session.updated')).some(({ data }) => data?.['status'] === 'waiting'),
    );
    expect((await sessions())[0]).toMatchObject({ state: 'waiting_permission' });
    expect((await sessions())[0]).not.toHaveProperty('atTerminal');
    client.register({ sessionId: 's1', status: 'busy', statusUpdatedAt: Date.now() });
    await until('the tool runs', async () => (await sessions())[0]?.['state'] === 'tool_running');
    expect((await events('permission.requested')).length).toBe(1);
  });

  it('is told without its secrets, and once all the same', async () => {
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    const named = { name: `Deploy with ${secret}`, nameSource: 'user' };
    const client = await begin('s1', named);
    const waits = { status: 'waiting', statusUpdatedAt: Date.now(), waitingFor: `the word for ${secret}` };
    client.register({ sessionId: 's1', ...named, ...waits });
    await until('it waits', async () => (await sessions())[0]?.['waitingFor']);
    const stranger = await startFakeClient(config);
    clients.push(stranger);
    stranger.register({ sessionId: 'found', cwd: `/w/${secret}`, ...named });
    await until('the other one is found', async () => (await sessions()).length === 2);
    await begin('s2');
    const updates = (await events('session.updated')).filter(event => event.sessionId === 's1');
    expect(updates).toMatchObject([
      { data: { name: expect.stringContaining('[redacted:') } },
      { data: { status: 'waiting' } },
    ]);
    const everything = JSON.stringify([await events(), await sessions()]);
    expect(everything).not.toContain(secret);
  });

  it('says nothing about sessions that nobody announced', async () => {
    const client = await begin('s1');
    await daemon.hook('SessionEnd', { session_id: 's1', reason: 'other' });
    client.register({ sessionId: 's1', status: 'idle', statusUpdatedAt: Date.now() + 50 });
    await begin('s2');
    const told = await events();
    expect(told.findLast(event => event.sessionId === 's1')?.type).toBe('agent.state_changed');
    expect((await sessions()).map(session => session.sessionId)).toEqual(['s2']);
  });
});

describe('a session whose process was killed', () => {
  it('is removed within seconds', async () => {
    const client = await begin('s1');
    const killedAt = Date.now();
    await client.kill();
    const end = await removed('s1');
    expect(end.data?.['reason']).toBe('process_exited');
    expect(end.data?.['recovered']).toBeUndefined();
    expect(Number(end.timestamp) - killedAt).toBeLessThan(3000);
  });

  it('is not revived by the hooks that come in after it, but by a prompt or a start of its own', async () => {
    const client = await begin('s1');
    await client.kill();
    await removed('s1');
    const call = { session_id: 's1', prompt_id: 'p0', tool_name: 'Bash', tool_use_id: 't1' };
    await daemon.hook('PreToolUse', call);
    await daemon.hook('PostToolUse', { ...call, tool_response: 'ok' });
    expect(await sessions()).toEqual([]);
    await daemon.hook('SessionStart', { session_id: 's1', source: 'resume' });
    expect((await sessions()).map(session => session.sessionId)).toEqual(['s1']);
    expect((await events('session.discovered')).map(event => event.data?.['startedBy'])).toEqual([
      'startup',
      'resume',
    ]);
  });

  it.skipIf(process.platform !== 'linux')(
    'is removed though its pid belongs to another process by now',
    async () => {
      const client = await begin('s1');
      // The file of a process that had the same pid, and began at another time.
      client.register({ sessionId: 's1', procStart: '1' });
      expect((await removed('s1')).data?.['reason']).toBe('process_exited');
    },
  );
});

describe('a session whose process withdrew', () => {
  it('is removed by its own hook, if that comes in time', async () => {
    const client = await begin('s1');
    client.withdraw();
    await client.kill();
    await daemon.hook('SessionEnd', { session_id: 's1', reason: 'prompt_input_exit' });
    expect((await removed('s1')).data?.['reason']).toBe('prompt_input_exit');
    ahead += LIVENESS.graceMs;
    await begin('s2');
    expect((await events('session.removed')).length).toBe(1);
  });

  it('is removed after a while, if no hook tells', async () => {
    const client = await begin('s1');
    client.withdraw();
    await client.kill();
    expect((await removed('s1')).data?.['reason']).toBe('process_exited');
  });

  it('ends with a reason of its own when its process went over to another one', async () => {
    const client = await begin('s1');
    client.register({ sessionId: 's2', status: 'idle', statusUpdatedAt: Date.now() });
    await daemon.hook('SessionStart', { session_id: 's2', source: 'clear' });
    expect((await removed('s1')).data?.['reason']).toBe('clear');
    expect((await sessions()).map(session => session.sessionId)).toEqual(['s2']);
  });
});

describe('a session without a known process', () => {
  it('stays for days when it is idle, works no longer than it is heard of, and is over in the end', async () => {
    await daemon.hook('SessionStart', { session_id: 'idle', source: 'startup' });
    await daemon.hook('SessionStart', { session_id: 'busy', source: 'startup' });
    await daemon.hook('UserPromptSubmit', { session_id: 'busy', prompt: 'go' });
    ahead += LIVENESS.silentIdleMs;
    const told = await until('it is told idle', async () => (await events('session.updated'))[0]);
    expect(told).toMatchObject({ sessionId: 'busy', data: { status: 'idle' } });
    expect((await sessions()).map(session => session['state'])).toEqual(['idle', 'idle']);
    ahead += 24 * 3600_000;
    await daemon.hook('SessionStart', { session_id: 'witness', source: 'startup' });
    await daemon.hook('UserPromptSubmit', { session_id: 'witness', prompt: 'go' });
    ahead += LIVENESS.silentIdleMs;
    await until('a day later another one is told idle', async () => (await events('session.updated'))[1]);
    expect((await sessions()).length).toBe(3);
    ahead += LIVENESS.silentOverMs - 25 * 3600_000;
    expect((await removed('idle')).data?.['reason']).toBe('silent');
    expect((await removed('busy')).data?.['reason']).toBe('silent');
    expect((await sessions()).map(session => session.sessionId)).toEqual(['witness']);
  });
});
