// Requests that are answered from outside, against a running daemon: who is asked, what counts, and how each one ends.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answers, asks, BASH, listed, theOne } from '../support/approvals.ts';
import { startTestDaemon, type TestDaemon, type TestDaemonOptions } from '../support/daemon.ts';
import type { Frame } from '../support/frames.ts';
import { until } from '../support/until.ts';
import { type Client, connect } from '../support/ws.ts';

let daemon: TestDaemon;
let client: Client;
/** Short, so that what is not answered ends within a test; long enough that nothing ends by it that is. */
const WAIT_MS = 20_000;
const homes: string[] = [];

async function start(options: TestDaemonOptions = {}, topics = ['permission.*']): Promise<void> {
  const approvals = { waitMs: WAIT_MS, rules: [] };
  const { config, ...others } = options;
  daemon = await startTestDaemon({ config: { approvals, ...config }, ...others });
  client = await connect(daemon);
  if (topics.length > 0) await client.ask({ type: 'subscribe', topics });
}
beforeEach(() => start());
afterEach(async () => {
  client.close();
  await daemon.stop();
});
afterAll(() => {
  for (const home of homes) fs.rmSync(home, { recursive: true, force: true });
});

const ended = (): Promise<Frame> => client.waitFor('permission.resolved');
const quick = async (asking: ReturnType<typeof asks>): Promise<unknown> => {
  const since = performance.now();
  const decision = await asking.decision;
  expect(performance.now() - since).toBeLessThan(1000);
  return decision;
};
const QUESTIONS = [
  {
    question: 'Which one?',
    header: 'Pick',
    multiSelect: false,
    options: [{ label: 'Red' }, { label: 'Blue' }],
  },
  { question: 'With what?', header: 'With', multiSelect: true, options: [{ label: 'A' }, { label: 'B' }] },
];

describe('who is asked', () => {
  it('nobody who may answer is there: the hook is answered at once, with nothing, and names no request', async () => {
    client.close();
    const read = await fetch(`${daemon.url}/api/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'wall', scopes: ['read'] }),
    });
    const { token } = (await read.json()) as { token: string };
    const onlooker = await connect({ port: daemon.port, token });
    await onlooker.ask({ type: 'subscribe', topics: ['permission.*'] });
    await until('the first client is gone', async () => {
      const health = (await (await daemon.get('/health')).json()) as { connections: number };
      return health.connections === 1;
    });
    expect(await quick(asks(daemon))).toBeUndefined();
    const told = await onlooker.waitFor('permission.requested');
    expect(told['data']).not.toHaveProperty('requestId');
    expect(await listed(daemon)).toEqual([]);
    onlooker.close();
  });

  it('whoever subscribed to other events, or for other sessions, is not', async () => {
    await client.ask({ type: 'unsubscribe', topics: ['permission.*'] });
    await client.ask({ type: 'subscribe', topics: ['tool.*'] });
    await client.ask({ type: 'subscribe', topics: ['permission.*'], sessionId: 'other' });
    expect(await quick(asks(daemon))).toBeUndefined();
  });

  it('whoever watches everything has a moment, enough for a program', async () => {
    await client.ask({ type: 'unsubscribe', topics: ['permission.*'] });
    await client.ask({ type: 'subscribe', topics: ['**'] });
    const first = asks(daemon);
    await answers(daemon, (await theOne(daemon)).requestId, { behavior: 'allow' });
    expect(await first.decision).toEqual({ behavior: 'allow' });
    expect(await asks(daemon).decision).toBeUndefined();
    const ends = await until('both ended', () => {
      const told = client.events().filter(({ type }) => type === 'permission.resolved');
      return told.length === 2 ? told : undefined;
    });
    expect(ends[1]?.['data']).toMatchObject({ outcome: 'timed_out', by: 'hookline' });
  });

  it('a stream of Server-Sent Events is asked too', async () => {
    client.close();
    const stop = new AbortController();
    const stream = await fetch(`${daemon.url}/events?topics=permission.*`, {
      headers: { authorization: `Bearer ${daemon.token}` },
      signal: stop.signal,
    });
    expect(stream.status).toBe(200);
    const asking = asks(daemon);
    await answers(daemon, (await theOne(daemon)).requestId, { behavior: 'allow' });
    expect(await asking.decision).toEqual({ behavior: 'allow' });
    stop.abort();
  });

  it('everybody who was goes away: the hook is let go', async () => {
    const asking = asks(daemon);
    await theOne(daemon);
    client.close();
    expect(await asking.decision).toBeUndefined();
    expect(await listed(daemon)).toEqual([]);
  });

  it('what an MCP server asks is left to its terminal: the client shows that dialog only once its hook is answered', async () => {
    const fields = { mcp_server_name: 'shop', message: 'Your name?', mode: 'form' };
    await client.ask({ type: 'subscribe', topics: ['elicitation.*'] });
    // Posted as its hook does, which is answered at once.
    await daemon.hook('Elicitation', { ...fields, requested_schema: { type: 'object' } });
    const told = await client.waitFor('elicitation.requested');
    expect(told['data']).not.toHaveProperty('requestId');
    expect(await listed(daemon)).toEqual([]);
  });

  it('waitMs 0: nobody, ever', async () => {
    client.close();
    await daemon.stop();
    await start({ config: { approvals: { waitMs: 0, rules: [] } } });
    expect(await quick(asks(daemon))).toBeUndefined();
  });
});

describe('what is shown', () => {
  const secret = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
  const tool_input = { command: `curl -H "Authorization: Bearer ${secret}" x # ${'y'.repeat(100_000)}` };

  it('all of it to who may approve, also to who comes late; in the log and to others without secrets', async () => {
    const asking = asks(daemon, { tool_input });
    const request = await theOne(daemon);
    expect(request).toMatchObject({ sessionId: 's1', kind: 'permission', whole: true, input: tool_input });
    const late = await connect(daemon);
    expect((await late.ask({ type: 'get_approvals' }))['requests']).toEqual([request]);
    late.close();
    const { token } = (await (
      await fetch(`${daemon.url}/api/tokens`, {
        method: 'POST',
        headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'wall', scopes: ['read'] }),
      })
    ).json()) as { token: string };
    const [seen] = await listed(daemon, token);
    expect(seen).toMatchObject({ requestId: request.requestId, whole: false });
    const event = await client.waitFor('permission.requested');
    expect(event['data']).toMatchObject({ requestId: request.requestId, input: seen?.input });
    expect(JSON.stringify([seen, event])).not.toContain(secret);
    const sessions = await (await daemon.get('/api/sessions')).json();
    expect(sessions).toMatchObject({
      sessions: [{ state: 'waiting_permission', pendingPermission: { requestId: request.requestId } }],
    });
    await answers(daemon, request.requestId, { behavior: 'deny' });
    await asking.decision;
    expect(await listed(daemon)).toEqual([]);
  });
});

describe('answers', () => {
  const cases: [string, object, object, object][] = [
    ['yes', BASH, { behavior: 'allow' }, { behavior: 'allow' }],
    [
      'no, and why',
      BASH,
      { behavior: 'deny', message: 'Run the tests first.' },
      { behavior: 'deny', message: 'Run the tests first.' },
    ],
    ['no', BASH, { behavior: 'deny' }, { behavior: 'deny', message: 'The user said no.' }],
    [
      'yes, with another input',
      BASH,
      { behavior: 'allow', updatedInput: { command: 'npm pack' } },
      { behavior: 'allow', updatedInput: { command: 'npm pack' } },
    ],
    [
      'yes, and this command again',
      BASH,
      { behavior: 'allow', forSession: true },
      {
        behavior: 'allow',
        updatedPermissions: [
          {
            type: 'addRules',
            rules: [{ toolName: 'Bash', ruleContent: 'npm publish' }],
            behavior: 'allow',
            destination: 'session',
          },
        ],
      },
    ],
    [
      'an option, and several',
      { tool_name: 'AskUserQuestion', tool_input: { questions: QUESTIONS } },
      { behavior: 'allow', answers: { 'Which one?': 'Blue', 'With what?': ['A', 'B'] } },
      {
        behavior: 'allow',
        updatedInput: { questions: QUESTIONS, answers: { 'Which one?': 'Blue', 'With what?': 'A, B' } },
      },
    ],
    [
      'a plan',
      { tool_name: 'ExitPlanMode', tool_input: { plan: '# Plan' } },
      { behavior: 'allow', mode: 'acceptEdits' },
      {
        behavior: 'allow',
        updatedInput: { plan: '# Plan' },
        updatedPermissions: [{ type: 'setMode', mode: 'acceptEdits', destination: 'session' }],
      },
    ],
  ];
  it.each(cases)(
    '%s: over HTTP and over the WebSocket, in the form that the client takes',
    async (_, asked, answer, decision) => {
      for (const way of ['http', 'ws']) {
        const asking = asks(daemon, { ...asked, session_id: way });
        const { requestId } = await theOne(daemon);
        const outcome = (answer as { behavior: string }).behavior === 'allow' ? 'allowed' : 'denied';
        if (way === 'http')
          expect(await answers(daemon, requestId, answer)).toEqual({
            status: 200,
            body: { requestId, outcome, by: 'main token' },
          });
        else
          expect(await client.ask({ type: 'answer_permission', requestId, ...answer })).toMatchObject({
            type: 'permission_answered',
            requestId,
            outcome,
          });
        expect(await asking.decision).toEqual(decision);
        const end = await client.waitFor(
          frame => frame.type === 'permission.resolved' && frame['sessionId'] === way,
        );
        const { message } = answer as { message?: string };
        expect(end['data']).toEqual({
          requestId,
          outcome,
          by: 'main token',
          ...(message ? { message } : {}),
        });
      }
    },
  );

  const wrong: [string, object, object, RegExp][] = [
    ['no behavior', BASH, {}, /behavior/],
    ['another behavior', BASH, { behavior: 'maybe' }, /behavior/],
    ['a field that nobody knows', BASH, { behavior: 'allow', always: true }, /always/],
    ['a message to a yes', BASH, { behavior: 'allow', message: 'x' }, /message/],
    ['another input to a no', BASH, { behavior: 'deny', updatedInput: {} }, /updatedInput/],
    ['answers to what is no question', BASH, { behavior: 'allow', answers: { a: 'b' } }, /answers/],
    ['a mode for what is no plan', BASH, { behavior: 'allow', mode: 'default' }, /mode/],
    [
      'a command that would mean others too, for the session',
      { tool_name: 'Bash', tool_input: { command: 'rm *' } },
      { behavior: 'allow', forSession: true },
      /allow it once/,
    ],
    [
      'a question without answers',
      { tool_name: 'AskUserQuestion', tool_input: { questions: QUESTIONS } },
      { behavior: 'allow', answers: { 'Which one?': 'Blue' } },
      /With what/,
    ],
    [
      'answers to what was not asked',
      { tool_name: 'AskUserQuestion', tool_input: { questions: QUESTIONS } },
      { behavior: 'allow', answers: { 'Which two?': 'Blue' } },
      /Which two/,
    ],
    [
      'two where one is possible',
      { tool_name: 'AskUserQuestion', tool_input: { questions: QUESTIONS } },
      { behavior: 'allow', answers: { 'Which one?': ['Red', 'Blue'], 'With what?': 'A' } },
      /takes one/,
    ],
    [
      'a plan with every permission there is',
      { tool_name: 'ExitPlanMode', tool_input: {} },
      { behavior: 'allow', mode: 'bypassPermissions' },
      /mode/,
    ],
  ];
  it('an answer that does not fit is refused in words, and the request stays open', async () => {
    for (const [what, asked, answer, words] of wrong) {
      const asking = asks(daemon, asked);
      const { requestId } = await theOne(daemon);
      const { status, body } = await answers(daemon, requestId, answer);
      expect([status, body.error?.code], what).toEqual([400, 'invalid_message']);
      expect(body.error?.message, what).toMatch(words);
      const error = await client.ask({ type: 'answer_permission', requestId, ...answer });
      expect(error, what).toMatchObject({ type: 'error', code: 'invalid_message' });
      expect(await listed(daemon), what).toHaveLength(1);
      await answers(daemon, requestId, { behavior: 'deny' });
      await asking.decision;
    }
  });
});

describe('how it ends', () => {
  it('of two who answer at once one is first, and the other is told so', async () => {
    const asking = asks(daemon);
    const { requestId } = await theOne(daemon);
    const [yes, no] = await Promise.all([
      answers(daemon, requestId, { behavior: 'allow' }),
      answers(daemon, requestId, { behavior: 'deny' }),
    ]);
    expect([yes.status, no.status].sort()).toEqual([200, 409]);
    const second = yes.status === 409 ? yes : no;
    const first = yes.status === 409 ? 'deny' : 'allow';
    expect(second.body.error).toMatchObject({
      code: 'already_answered',
      message: expect.stringContaining(`${first === 'deny' ? 'denied' : 'allowed'} by main token`),
    });
    expect(await asking.decision).toMatchObject({ behavior: first });
    const third = await client.ask({ type: 'answer_permission', requestId, behavior: 'allow' });
    expect(third).toMatchObject({ type: 'error', code: 'already_answered' });
    expect(client.events().filter(({ type }) => type === 'permission.resolved')).toHaveLength(1);
  });

  it('Esc at the terminal: everybody is told within a second, and an answer comes too late', async () => {
    const asking = asks(daemon);
    const { requestId } = await theOne(daemon);
    const since = performance.now();
    asking.abort();
    expect((await ended())['data']).toMatchObject({
      requestId,
      outcome: 'answered_elsewhere',
      by: 'terminal',
    });
    expect(performance.now() - since).toBeLessThan(1000);
    const { status } = await answers(daemon, requestId, { behavior: 'allow' });
    expect(status).toBe(409);
  });

  it('answered at the terminal: the end of the call tells', async () => {
    const call = { tool_use_id: 't1', ...BASH };
    await daemon.hook('PreToolUse', call);
    const asking = asks(daemon);
    const { requestId } = await theOne(daemon);
    await daemon.hook('PreToolUse', { tool_use_id: 't2', tool_name: 'Read', tool_input: {} });
    await daemon.hook('PostToolUse', { tool_use_id: 't2', tool_name: 'Read', tool_input: {} });
    expect(await listed(daemon)).toHaveLength(1);
    await daemon.hook('PostToolUse', { ...call, tool_response: {} });
    expect((await ended())['data']).toMatchObject({ requestId, outcome: 'answered_elsewhere' });
    expect(await asking.decision).toBeUndefined();
  });

  it('nobody answers: the hook goes with nothing, the session waits at its terminal as before', async () => {
    client.close();
    await daemon.stop();
    await start({ config: { approvals: { waitMs: 600, rules: [] } } });
    const asking = asks(daemon);
    const { requestId } = await theOne(daemon);
    expect(await asking.decision).toBeUndefined();
    expect((await ended())['data']).toEqual({ requestId, outcome: 'timed_out', by: 'hookline' });
    const { body } = await answers(daemon, requestId, { behavior: 'allow' });
    expect(body.error).toMatchObject({
      code: 'already_answered',
      message: expect.stringContaining('terminal'),
    });
    const sessions = (await (await daemon.get('/api/sessions')).json()) as {
      sessions: { state: string; pendingPermission: object }[];
    };
    expect(sessions.sessions[0]).toMatchObject({ state: 'waiting_permission' });
    expect(sessions.sessions[0]?.pendingPermission).not.toHaveProperty('requestId');
  });

  it('the daemon stops: every hook is let go', async () => {
    const asking = asks(daemon);
    await theOne(daemon);
    const stopped = daemon.stop();
    expect(await asking.decision).toBeUndefined();
    await stopped;
  });

  it('twenty sessions at once: each gets its own answer', async () => {
    const all = Array.from({ length: 20 }, (_, n) => ({
      n,
      asking: asks(daemon, { session_id: `s${n}`, tool_input: { command: `echo ${n}` } }),
    }));
    const open = await until('all wait', async () => {
      const requests = await listed(daemon);
      return requests.length === 20 ? requests : undefined;
    });
    await Promise.all(
      open.map(({ requestId, sessionId }) =>
        answers(daemon, requestId, { behavior: 'deny', message: `no to ${sessionId}` }),
      ),
    );
    for (const { n, asking } of all)
      expect(await asking.decision).toEqual({ behavior: 'deny', message: `no to s${n}` });
  });
});

describe('rules', () => {
  const rules = [
    { command: 'npm test', decision: 'allow' },
    { command: 'npm publish*', decision: 'deny' },
  ];
  it('answer at once, also when nobody is there; every decision is on record', async () => {
    client.close();
    await daemon.stop();
    await start({ config: { approvals: { waitMs: WAIT_MS, rules } } });
    expect(await quick(asks(daemon, { tool_input: { command: 'npm test' } }))).toEqual({ behavior: 'allow' });
    expect(await quick(asks(daemon))).toMatchObject({ behavior: 'deny' });
    const ends = await until('both decisions are told', () => {
      const told = client.events().filter(({ type }) => type === 'permission.resolved');
      return told.length === 2 ? told : undefined;
    });
    expect(ends.map(({ data }) => data)).toMatchObject([
      { outcome: 'policy', by: 'rule 1', message: expect.stringContaining('allow') },
      { outcome: 'policy', by: 'rule 2', message: expect.stringContaining('deny') },
    ]);
    const asking = asks(daemon, { tool_input: { command: 'ls' } });
    await answers(daemon, (await theOne(daemon)).requestId, { behavior: 'allow' });
    expect(await asking.decision).toEqual({ behavior: 'allow' });
  });

  it('one is wrong: loudly, and nothing is allowed', async () => {
    client.close();
    await daemon.stop();
    await start({
      config: { approvals: { waitMs: 0, rules: [...rules, { tol: 'Bash', decision: 'deny' }] } },
    });
    expect(daemon.logged.join('\n')).toMatch(/rule 3 of approvals.rules is wrong: .*tol/);
    expect(await (await daemon.get('/health')).json()).toMatchObject({ status: 'degraded' });
    expect(await quick(asks(daemon, { tool_input: { command: 'npm test' } }))).toBeUndefined();
    expect(await quick(asks(daemon))).toMatchObject({ behavior: 'deny' });
  });
});

describe('after a kill', () => {
  it('what was open is told to be over, once', async () => {
    client.close();
    await daemon.stop();
    const home = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-approvals-'));
    homes.push(home);
    await start({ config: { home, store: true } });
    asks(daemon);
    const { requestId } = await theOne(daemon);
    // As after kill -9: the log as it is now, in another daemon.
    const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-approvals-'));
    homes.push(copy);
    fs.cpSync(home, copy, { recursive: true });
    const second = await startTestDaemon({ config: { home: copy, store: true } });
    const page = await second.get('/api/events?topics=permission.resolved');
    expect(await page.json()).toMatchObject({
      events: [{ data: { requestId, outcome: 'timed_out', by: 'hookline' }, sessionId: 's1' }],
    });
    expect((await answers(second, requestId, { behavior: 'allow' })).status).toBe(404);
    await second.stop();
  });
});
