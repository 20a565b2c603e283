// Sessions that end without a word, and those that only look like it: what a daemon tells of them.
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { LIVENESS } from '../../src/agents/claude-code/watch/liveness-verdict.ts';
import { type FakeClient, startFakeClient } from '../support/claude/register.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import type { Frame } from '../support/frames.ts';
import { until } from '../support/until.ts';

/** A daemon, and what can be done to it. */
interface Lab {
  readonly daemon: TestDaemon;
  /** Sets the daemon's clock ahead, by milliseconds. */
  hurry(ms: number): void;
  /** What was told, of this type or of all. */
  events(type?: string): Promise<Frame[]>;
  sessions(): Promise<Frame[]>;
  /** A process that stands in for a client, until the test is over. */
  client(): Promise<FakeClient>;
  /** A session that began, and whose process is in the register. */
  begin(sessionId: string, fields?: Record<string, unknown>): Promise<FakeClient>;
  /** Waits until a session is removed. */
  removed(sessionId: string): Promise<Frame>;
}

/** Each test has a daemon of its own and waits for its looks most of the time, so they run side by side. */
const it = test.extend<{ lab: Lab }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from it which fixtures this one needs
  lab: async ({}, use) => {
    const clients: FakeClient[] = [];
    let ahead = 0;
    const daemon = await startTestDaemon({ now: () => Date.now() + ahead });
    const config = path.join(path.dirname(daemon.home), '.claude');
    const lab: Lab = {
      daemon,
      hurry(ms) {
        ahead += ms;
      },
      async events(type) {
        const answer = await daemon.get('/api/events?after=0&limit=1000');
        const all = ((await answer.json()) as { events: Frame[] }).events;
        return type === undefined ? all : all.filter(event => event.type === type);
      },
      sessions: async () =>
        ((await (await daemon.get('/api/sessions')).json()) as { sessions: Frame[] }).sessions,
      async client() {
        const client = await startFakeClient(config);
        clients.push(client);
        return client;
      },
      async begin(sessionId, fields = {}) {
        const client = await lab.client();
        await daemon.hook('SessionStart', { session_id: sessionId, source: 'startup' });
        await daemon.hook('UserPromptSubmit', { session_id: sessionId, prompt: 'go', prompt_id: 'p1' });
        client.register({ sessionId, status: 'busy', statusUpdatedAt: Date.now(), ...fields });
        await until('the daemon knows its process', async () =>
          (await lab.events('session.updated')).some(
            event => event.sessionId === sessionId && event.data?.['pid'] === client.pid,
          ),
        );
        return client;
      },
      removed: sessionId =>
        until(`${sessionId} is removed`, async () =>
          (await lab.events('session.removed')).find(event => event.sessionId === sessionId),
        ),
    };
    await use(lab);
    await Promise.all(clients.map(client => client.kill()));
    await daemon.stop();
  },
});

describe.concurrent('what the register says', () => {
  it('is told once, and again when it changes', async ({ lab }) => {
    const client = await lab.begin('s1', { name: 'a title', nameSource: 'user' });
    const at = Date.now();
    const waits = { sessionId: 's1', name: 'a title', status: 'waiting', statusUpdatedAt: at };
    client.register({ ...waits, waitingFor: 'permission prompt' });
    const told = await until('both are told', async () => {
      const updates = await lab.events('session.updated');
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
    await lab.begin('s2');
    expect((await lab.events('session.updated')).filter(event => event.sessionId === 's1').length).toBe(2);
  });

  it('a dialog that no hook tells is shown, though a hook that fired before it was told after it, until it is gone', async ({
    lab,
  }) => {
    const client = await lab.begin('s1');
    const waits = {
      sessionId: 's1',
      status: 'waiting',
      statusUpdatedAt: Date.now(),
      waitingFor: 'dialog open',
    };
    client.register(waits);
    await lab.daemon.hook('PreToolUse', { session_id: 's1', tool_name: 'Bash', tool_use_id: 't1' });
    const state = async (): Promise<unknown> => (await lab.sessions())[0]?.['state'];
    await until('it waits', async () => (await state()) === 'waiting_input');
    expect((await lab.sessions())[0]).toMatchObject({ waitingFor: 'dialog open', atTerminal: true });
    const told = async (): Promise<number> =>
      (await lab.events('session.updated')).filter(({ data }) => data?.['status'] === 'waiting').length;
    const before = await told();
    // Further looks find nothing new.
    await lab.begin('s2');
    expect(await told()).toBe(before);
    client.register({ sessionId: 's1', status: 'idle', statusUpdatedAt: Date.now() });
    await until('it is idle', async () => (await state()) === 'idle');
    expect((await lab.sessions())[0]).not.toHaveProperty('atTerminal');
  });

  it('a dialog that was open before the session was told of is shown', async ({ lab }) => {
    const client = await lab.client();
    client.register({
      sessionId: 's1',
      status: 'waiting',
      statusUpdatedAt: Date.now() - 1000,
      waitingFor: 'dialog open',
    });
    await lab.daemon.hook('SessionStart', { session_id: 's1', source: 'startup' });
    await until('it waits', async () => (await lab.sessions())[0]?.['atTerminal']);
    expect((await lab.sessions())[0]).toMatchObject({ state: 'waiting_input', waitingFor: 'dialog open' });
  });

  it('a permission that a hook tells of is told once, and ends for good', async ({ lab }) => {
    const client = await lab.begin('s1');
    const call = { session_id: 's1', tool_name: 'Bash', tool_input: { command: 'ls' } };
    await lab.daemon.hook('PreToolUse', { ...call, tool_use_id: 't1' });
    await lab.daemon.hook('PermissionRequest', call);
    const at = Date.now();
    client.register({
      sessionId: 's1',
      status: 'waiting',
      statusUpdatedAt: at,
      waitingFor: 'permission prompt',
    });
    await until('the client says so too', async () =>
      (await lab.events('session.updated')).some(({ data }) => data?.['status'] === 'waiting'),
    );
    expect((await lab.sessions())[0]).toMatchObject({ state: 'waiting_permission' });
    expect((await lab.sessions())[0]).not.toHaveProperty('atTerminal');
    client.register({ sessionId: 's1', status: 'busy', statusUpdatedAt: Date.now() });
    await until('the tool runs', async () => (await lab.sessions())[0]?.['state'] === 'tool_running');
    expect((await lab.events('permission.requested')).length).toBe(1);
  });

  it('is told without its secrets, and once all the same', async ({ lab }) => {
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    const named = { name: `Deploy with ${secret}`, nameSource: 'user' };
    const client = await lab.begin('s1', named);
    const waits = { status: 'waiting', statusUpdatedAt: Date.now(), waitingFor: `the word for ${secret}` };
    client.register({ sessionId: 's1', ...named, ...waits });
    await until('it waits', async () => (await lab.sessions())[0]?.['waitingFor']);
    const stranger = await lab.client();
    stranger.register({ sessionId: 'found', cwd: `/w/${secret}`, ...named });
    await until('the other one is found', async () => (await lab.sessions()).length === 2);
    await lab.begin('s2');
    const updates = (await lab.events('session.updated')).filter(event => event.sessionId === 's1');
    expect(updates).toMatchObject([
      { data: { name: expect.stringContaining('[redacted:') } },
      { data: { status: 'waiting' } },
    ]);
    const everything = JSON.stringify([await lab.events(), await lab.sessions()]);
    expect(everything).not.toContain(secret);
  });

  it('says nothing about sessions that nobody announced', async ({ lab }) => {
    const client = await lab.begin('s1');
    await lab.daemon.hook('SessionEnd', { session_id: 's1', reason: 'other' });
    client.register({ sessionId: 's1', status: 'idle', statusUpdatedAt: Date.now() + 50 });
    await lab.begin('s2');
    const told = await lab.events();
    expect(told.findLast(event => event.sessionId === 's1')?.type).toBe('agent.state_changed');
    expect((await lab.sessions()).map(session => session.sessionId)).toEqual(['s2']);
  });
});

describe.concurrent('a session whose process was killed', () => {
  it('is removed within seconds', async ({ lab }) => {
    const client = await lab.begin('s1');
    const killedAt = Date.now();
    await client.kill();
    const end = await lab.removed('s1');
    expect(end.data?.['reason']).toBe('process_exited');
    expect(end.data?.['recovered']).toBeUndefined();
    expect(Number(end.timestamp) - killedAt).toBeLessThan(3000);
  });

  it('is not revived by the hooks that come in after it, but by a prompt or a start of its own', async ({
    lab,
  }) => {
    const client = await lab.begin('s1');
    await client.kill();
    await lab.removed('s1');
    const call = { session_id: 's1', prompt_id: 'p0', tool_name: 'Bash', tool_use_id: 't1' };
    await lab.daemon.hook('PreToolUse', call);
    await lab.daemon.hook('PostToolUse', { ...call, tool_response: 'ok' });
    expect(await lab.sessions()).toEqual([]);
    await lab.daemon.hook('SessionStart', { session_id: 's1', source: 'resume' });
    expect((await lab.sessions()).map(session => session.sessionId)).toEqual(['s1']);
    expect((await lab.events('session.discovered')).map(event => event.data?.['startedBy'])).toEqual([
      'startup',
      'resume',
    ]);
  });

  it.skipIf(process.platform !== 'linux')(
    'is removed though its pid belongs to another process by now',
    async ({ lab }) => {
      const client = await lab.begin('s1');
      // The file of a process that had the same pid, and began at another time.
      client.register({ sessionId: 's1', procStart: '1' });
      expect((await lab.removed('s1')).data?.['reason']).toBe('process_exited');
    },
  );
});

describe.concurrent('a session whose process withdrew', () => {
  it('is removed by its own hook, if that comes in time', async ({ lab }) => {
    const client = await lab.begin('s1');
    client.withdraw();
    await client.kill();
    await lab.daemon.hook('SessionEnd', { session_id: 's1', reason: 'prompt_input_exit' });
    expect((await lab.removed('s1')).data?.['reason']).toBe('prompt_input_exit');
    lab.hurry(LIVENESS.graceMs);
    await lab.begin('s2');
    expect((await lab.events('session.removed')).length).toBe(1);
  });

  it('is removed after a while, if no hook tells', async ({ lab }) => {
    const client = await lab.begin('s1');
    client.withdraw();
    await client.kill();
    expect((await lab.removed('s1')).data?.['reason']).toBe('process_exited');
  });

  it('ends with a reason of its own when its process went over to another one', async ({ lab }) => {
    const client = await lab.begin('s1');
    client.register({ sessionId: 's2', status: 'idle', statusUpdatedAt: Date.now() });
    await lab.daemon.hook('SessionStart', { session_id: 's2', source: 'clear' });
    expect((await lab.removed('s1')).data?.['reason']).toBe('clear');
    expect((await lab.sessions()).map(session => session.sessionId)).toEqual(['s2']);
  });
});

describe.concurrent('a session without a known process', () => {
  it('stays for days when it is idle, works no longer than it is heard of, and is over in the end', async ({
    lab,
  }) => {
    await lab.daemon.hook('SessionStart', { session_id: 'idle', source: 'startup' });
    await lab.daemon.hook('SessionStart', { session_id: 'busy', source: 'startup' });
    await lab.daemon.hook('UserPromptSubmit', { session_id: 'busy', prompt: 'go' });
    lab.hurry(LIVENESS.silentIdleMs);
    const told = await until('it is told idle', async () => (await lab.events('session.updated'))[0]);
    expect(told).toMatchObject({ sessionId: 'busy', data: { status: 'idle' } });
    expect((await lab.sessions()).map(session => session['state'])).toEqual(['idle', 'idle']);
    lab.hurry(24 * 3600_000);
    await lab.daemon.hook('SessionStart', { session_id: 'witness', source: 'startup' });
    await lab.daemon.hook('UserPromptSubmit', { session_id: 'witness', prompt: 'go' });
    lab.hurry(LIVENESS.silentIdleMs);
    await until('a day later another one is told idle', async () => (await lab.events('session.updated'))[1]);
    expect((await lab.sessions()).length).toBe(3);
    lab.hurry(LIVENESS.silentOverMs - 25 * 3600_000);
    expect((await lab.removed('idle')).data?.['reason']).toBe('silent');
    expect((await lab.removed('busy')).data?.['reason']).toBe('silent');
    expect((await lab.sessions()).map(session => session.sessionId)).toEqual(['witness']);
  });
});
