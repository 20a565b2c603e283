// What a session asks, in the room of its name: who is shown it, what is shown, whose answer counts, and who hears how it ended.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Asking, answers, asks, listed, theOne } from '../support/approvals.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import type { Frame } from '../support/frames.ts';
import { enterRoom, type RoomClient, type RoomClientOptions } from '../support/room-client.ts';
import { until } from '../support/until.ts';

let daemon: TestDaemon;
let clients: RoomClient[] = [];
beforeAll(async () => {
  daemon = await startTestDaemon({ config: { approvals: { waitMs: 20_000, rules: [] } } });
  for (const [name, sessionId] of Object.entries({ backend: 's1', frontend: 's2' })) {
    await daemon.hook('SessionStart', { session_id: sessionId, source: 'startup' });
    await call('PUT', `/api/names/${name}`, { sessionId });
  }
});
beforeEach(() => {
  clients = [];
});
afterEach(async () => {
  for (const client of clients) client.close();
  await until('nobody is there, and nothing is open', async () => {
    const { connections } = (await (await daemon.get('/health')).json()) as { connections: number };
    return connections === 0 && (await listed(daemon)).length === 0;
  });
});
afterAll(() => daemon.stop());

async function call(method: string, target: string, body: object): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${daemon.url}${target}`, { method, headers, body: JSON.stringify(body) });
  return (await answer.json()) as Record<string, unknown>;
}
const enter = async (options: RoomClientOptions = { room: 'backend' }): Promise<RoomClient> => {
  const client = await enterRoom(daemon, options);
  clients.push(client);
  return client;
};
let made = 0;
const grant = async (name: string, ...scopes: string[]): Promise<string> =>
  String((await call('POST', '/api/tokens', { name: `${name}${made++}`, scopes }))['token']);

const asked = (client: RoomClient, from = 0): Promise<Frame> => client.waitFor('permission_request', from);
const ended = (client: RoomClient, from = 0): Promise<Frame> => client.waitFor('permission_resolved', from);
const respond = (client: RoomClient, request_id: unknown, allowed = true): void =>
  client.send({ type: 'permission_response', request_id, allowed });
const refused = async (client: RoomClient, request_id: unknown, allowed = true): Promise<string> => {
  const error = await client.ask({ type: 'permission_response', request_id, allowed }, 'error');
  expect(error).toMatchObject({ session_id: expect.any(String) });
  return String(error['message']);
};
/** It waits as before. */
const stillOpen = async (asking: Asking, requestId: string): Promise<void> => {
  expect((await listed(daemon)).map(one => one.requestId)).toEqual([requestId]);
  asking.abort();
};
const BASH = { tool_name: 'Bash', tool_input: { command: 'npm publish', description: 'Publish it' } };

describe('in the room of the session that asks', () => {
  it.each([
    [true, 'allowed', { behavior: 'allow' }],
    [false, 'denied', { behavior: 'deny', message: 'The user said no.' }],
  ])('it is shown, and the answer %s is taken', async (allowed, outcome, decision) => {
    const [client, other] = [await enter(), await enter({ room: 'page', to: 's1' })];
    const elsewhere = await enter({ room: 'frontend' });
    const asking = asks(daemon, BASH);
    const request = await asked(client);
    const { requestId } = await theOne(daemon);
    const request_id = requestId.slice(0, 5);
    expect(request_id).toMatch(/^[a-km-z]{5}$/);
    expect(request).toEqual({
      ...{ type: 'permission_request', session_id: 'backend', request_id, tool_name: 'Bash' },
      ...{ description: 'Publish it', input_preview: JSON.stringify(BASH.tool_input) },
    });
    expect(await asked(other)).toEqual({ ...request, session_id: 'page' });
    respond(client, request_id, allowed);
    expect(await asking.decision).toEqual(decision);
    for (const [one, session_id] of [
      [client, 'backend'],
      [other, 'page'],
    ] as const)
      expect(await ended(one)).toEqual({ type: 'permission_resolved', session_id, request_id, outcome });
    expect(client.of('error')).toEqual([]);
    expect(await refused(elsewhere, request_id)).toContain('was shown no request');
    expect(elsewhere.frames.map(({ type }) => type)).toEqual(['error']);
  });

  it('who comes late is shown it too, once, and whoever answers first counts', async () => {
    const first = await enter();
    const asking = asks(daemon, BASH);
    const { request_id } = await asked(first);
    const late = await enter();
    expect(await asked(late)).toMatchObject({ request_id });
    respond(late, request_id, false);
    expect(await asking.decision).toMatchObject({ behavior: 'deny' });
    expect(await refused(first, request_id)).toMatch(/answered already: denied by main token/);
    expect(await refused(late, request_id)).toMatch(/answered already: denied by main token/);
    for (const client of [first, late]) {
      await ended(client);
      expect(client.of('permission_request')).toHaveLength(1);
      expect(client.of('permission_resolved')).toHaveLength(1);
    }
    const after = await enter();
    expect(await refused(after, request_id)).toContain('was shown no request');
    expect(after.of('permission_request')).toEqual([]);
  });

  it('of two who answer at once one is heard, and the other is told so', async () => {
    const [one, two] = [await enter(), await enter()];
    const asking = asks(daemon, BASH);
    const { request_id } = await asked(one);
    await asked(two);
    respond(one, request_id, true);
    respond(two, request_id, false);
    const decision = await asking.decision;
    const [first, second] = decision?.['behavior'] === 'allow' ? [one, two] : [two, one];
    expect(String((await second.waitFor('error'))['message'])).toContain('answered already');
    await ended(first);
    expect(first.of('error')).toEqual([]);
  });

  it('answered at the terminal, or by another way: everybody in the room is told', async () => {
    const client = await enter();
    const closed = asks(daemon, BASH);
    const { request_id } = await asked(client);
    closed.abort();
    expect(await ended(client)).toMatchObject({ request_id, outcome: 'answered_elsewhere' });
    expect(await refused(client, request_id)).toContain('answered by terminal');
    const from = client.frames.length;
    const second = asks(daemon, BASH);
    const again = await asked(client, from);
    expect(again['request_id']).not.toBe(request_id);
    expect(await refused(client, request_id)).toContain('answered by terminal');
    await answers(daemon, (await theOne(daemon)).requestId, { behavior: 'allow' });
    expect(await ended(client, from)).toMatchObject({
      request_id: again['request_id'],
      outcome: 'allowed',
    });
    expect(await second.decision).toEqual({ behavior: 'allow' });
  });

  it('a session that becomes the one of the room while it asks', async () => {
    const client = await enter({ room: 'later' });
    const watcher = await enter({ room: 'watcher', to: 's3' });
    await daemon.hook('SessionStart', { session_id: 's3', source: 'startup' });
    const asking = asks(daemon, { ...BASH, session_id: 's3' });
    const { request_id } = await asked(watcher);
    await call('PUT', '/api/names/later', { sessionId: 's3' });
    expect(await asked(client)).toMatchObject({ request_id });
    // And that is not any more, by the time it is answered.
    await call('PUT', '/api/names/later', { sessionId: 's2', take: true });
    expect(await refused(client, request_id)).toContain('was shown no request');
    respond(watcher, request_id);
    expect(await asking.decision).toEqual({ behavior: 'allow' });
    expect(await ended(client)).toMatchObject({ request_id, outcome: 'allowed' });
  });
});

describe('who is asked', () => {
  it('a client that may answer holds the hook; one that may not, or is in another room, does not', async () => {
    const reader = await enter({ room: 'backend', token: await grant('wall', 'read', 'send') });
    const elsewhere = await enter({ room: 'frontend' });
    expect(await asks(daemon, BASH).decision).toBeUndefined();
    const client = await enter({ room: 'backend', token: await grant('phone', 'read', 'approve') });
    const asking = asks(daemon, BASH);
    const { request_id } = await asked(client);
    expect(await refused(reader, request_id)).toMatch(/scope approve.*terminal of the session/);
    respond(client, request_id);
    expect(await asking.decision).toEqual({ behavior: 'allow' });
    expect(await ended(reader)).toMatchObject({ request_id, outcome: 'allowed' });
    expect(reader.of('permission_request')).toEqual([]);
    expect(elsewhere.frames).toEqual([]);
    const page = await daemon.get('/api/events?topics=permission.resolved&limit=1000');
    const { events } = (await page.json()) as { events: Frame[] };
    expect(events.at(-1)?.data).toMatchObject({ by: expect.stringMatching(/^phone/) });
  });

  it('once it is gone the hook is let go', async () => {
    const client = await enter();
    const asking = asks(daemon, BASH);
    await asked(client);
    client.close();
    expect(await asking.decision).toBeUndefined();
  });
});

describe('nothing is answered by what is no answer to it', () => {
  it('another request, a reused id, more of an id, nothing at all', async () => {
    const [client, elsewhere] = [await enter(), await enter({ room: 'frontend' })];
    const over = asks(daemon, BASH);
    const { request_id: old } = await asked(client);
    respond(client, old, false);
    await over.decision;
    const from = client.frames.length;
    const asking = asks(daemon, BASH);
    const { request_id } = await asked(client, from);
    const { requestId } = await theOne(daemon);
    expect(await refused(client, old)).toContain('answered already');
    for (const wrong of [requestId, String(request_id).toUpperCase(), 'aaaaa', '__proto__', `${request_id} `])
      expect(await refused(client, wrong)).toContain('was shown no request');
    expect(await refused(elsewhere, request_id)).toContain('was shown no request');
    expect(await refused(client, '')).toContain('request_id: is empty');
    expect(await refused(client, [request_id])).toContain('request_id: ');
    for (const allowed of ['true', 1, undefined, null])
      expect(
        String((await client.ask({ type: 'permission_response', request_id, allowed }, 'error'))['message']),
      ).toContain('allowed: ');
    const other = { type: 'permission_response', session_id: 'frontend', request_id, allowed: true };
    expect(await client.ask(other, 'error')).toMatchObject({ message: expect.stringContaining('frontend') });
    client.say(`yes ${request_id}`);
    await client.waitFor('receipt', from);
    await stillOpen(asking, requestId);
  });

  it('a token that was taken back meanwhile', async () => {
    const token = await grant('lost', 'read', 'approve');
    const client = await enter({ room: 'backend', token });
    await enter();
    const asking = asks(daemon, BASH);
    const { request_id } = await asked(client);
    const { requestId } = await theOne(daemon);
    await call('DELETE', `/api/tokens/lost${made - 1}`, {});
    respond(client, request_id);
    expect((await client.closed).code).toBe(4401);
    await stillOpen(asking, requestId);
  });
});

describe('what is shown is what is allowed', () => {
  it('all of it: secrets, long ones, and what nobody sees', async () => {
    const client = await enter();
    const command = `curl -H "Authorization: Bearer ghp_0123456789abcdefghijklmnopqrstuvwxyz" \u202e\u200bx\u{e0041}\u009b31m\u2028 ${'y'.repeat(60_000)}; rm -rf ~`;
    const description = `Looks\nfine\u202e  ${'so '.repeat(200)}`;
    const asking = asks(daemon, { tool_name: 'Bash', tool_input: { command, description } });
    const { request_id, input_preview, description: said } = await asked(client);
    expect(JSON.parse(String(input_preview))).toEqual({ command, description });
    expect(input_preview).not.toMatch(/[\p{Cc}\p{Cf}\u2028]/u);
    expect(said).toMatch(/^Looks fine so so .*…$/);
    expect(String(said).length).toBe(256);
    respond(client, request_id);
    expect(await asking.decision).toEqual({ behavior: 'allow' });
  });

  it('what is too long is shown in part, can be refused, and is not allowed', async () => {
    const client = await enter();
    const tool_input = { file_path: '/w/a.ts', content: 'x'.repeat(100_000) };
    const asking = asks(daemon, { tool_name: 'Write', tool_input });
    const { request_id, input_preview, description } = await asked(client);
    expect(description).toBe('uses Write in /w');
    expect(String(input_preview).slice(0, 65_536)).toBe(JSON.stringify(tool_input).slice(0, 65_536));
    expect(String(input_preview).slice(65_536)).toMatch(/^… \[\d+ more characters are not shown/);
    const why = await refused(client, request_id);
    expect(why).toContain('not all of it was shown');
    expect(why).toContain(`"hookline approve ${request_id}"`);
    expect(await listed(daemon)).toHaveLength(1);
    respond(client, request_id, false);
    expect(await asking.decision).toMatchObject({ behavior: 'deny' });
  });

  it('a tool whose name is cut is not allowed either', async () => {
    const client = await enter();
    const asking = asks(daemon, { tool_name: `mcp__${'x'.repeat(300)}`, tool_input: {} });
    const { request_id, tool_name } = await asked(client);
    expect(String(tool_name)).toHaveLength(256);
    expect(await refused(client, request_id)).toContain('not all of it was shown');
    asking.abort();
    await ended(client);
  });

  it('a question takes no yes, a plan does', async () => {
    const client = await enter();
    const questions = [{ question: 'Which?', header: 'h', options: [{ label: 'A' }, { label: 'B' }] }];
    const question = asks(daemon, { tool_name: 'AskUserQuestion', tool_input: { questions } });
    const { request_id, input_preview } = await asked(client);
    expect(JSON.parse(String(input_preview))).toEqual({ questions });
    expect(await refused(client, request_id)).toMatch(/which no yes answers.*hookline answer/);
    respond(client, request_id, false);
    expect(await question.decision).toMatchObject({ behavior: 'deny' });
    const from = client.frames.length;
    const plan = asks(daemon, { tool_name: 'ExitPlanMode', tool_input: { plan: '# Plan' } });
    respond(client, (await asked(client, from))['request_id']);
    expect(await plan.decision).toEqual({ behavior: 'allow', updatedInput: { plan: '# Plan' } });
  });
});
