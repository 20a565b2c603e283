// What a subscription selects: globs, session filters that belong to their topics, and the two forms of one event.
import { beforeEach, describe, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { type Client, connect } from '../support/ws.ts';

let daemon: TestDaemon;
let client: Client;
beforeEach(async () => {
  daemon = await startTestDaemon();
  client = await connect(daemon);
  return () => daemon.stop();
});

const subscribe = (topics: string[], sessionId?: string | string[]) =>
  client.ask({ type: 'subscribe', topics, ...(sessionId === undefined ? {} : { sessionId }) });

/** `<session> <type>` of all events so far, once everything logged until now was pumped. */
async function got(): Promise<string[]> {
  const head = await daemon.emit(1, { topic: 'end.of.test', sessionId: 'end' });
  await until('the position is at the head', async () => (await client.ask({ type: 'ping' })).seq === head);
  return client
    .events()
    .filter(event => event.sessionId !== 'end')
    .map(event => `${event.sessionId} ${event.type}`);
}

async function twoSessions(): Promise<void> {
  for (const session_id of ['a', 'b']) {
    await daemon.hook('SessionStart', { session_id, source: 'startup' });
    await daemon.hook('PreToolUse', { session_id, tool_use_id: `${session_id}1`, tool_name: 'Bash' });
    await daemon.hook('PostToolUse', { session_id, tool_use_id: `${session_id}1`, tool_name: 'Bash' });
  }
}

describe('globs', () => {
  test.each<[string, string[]]>([
    ['tool.*', ['tool.use', 'tool.result']],
    ['tool.use', ['tool.use']],
    ['tool.{use,nothing}', ['tool.use']],
    ['{tool,session}.{use,discovered}', ['session.discovered', 'tool.use']],
    ['*.use', ['tool.use']],
    ['t*l.*s*', ['tool.use', 'tool.result']],
    ['**.result', ['tool.result']],
    ['tool', []],
    ['*.*.*', []],
    ['TOOL.*', []],
  ])('%s', async (pattern, types) => {
    await subscribe([pattern]);
    await twoSessions();
    expect(await got()).toEqual(['a', 'b'].flatMap(session => types.map(type => `${session} ${type}`)));
  });

  test.each(['*', '**', '**.*', '*.**'])('%s is everything', async pattern => {
    await subscribe([pattern]);
    await twoSessions();
    await got();
    const seqs = client.events().map(event => event.seq);
    expect(seqs).toEqual(seqs.map((_, at) => 2 + at));
    expect(client.events().some(event => event.type === 'agent.state_changed')).toBe(true);
  });

  test('* stays within its segment, ** does not', async () => {
    await subscribe(['x.*']);
    await subscribe(['y.**']);
    for (const topic of ['x.a', 'x.a.b', 'y.a', 'y.a.b.c', 'xx.a'])
      await daemon.emit(1, { topic, sessionId: 's' });
    expect(await got()).toEqual(['s x.a', 's y.a', 's y.a.b.c']);
  });
});

describe('session filters', () => {
  test('one session, or several', async () => {
    await subscribe(['tool.use'], 'b');
    await subscribe(['tool.result'], ['a', 'nobody']);
    await twoSessions();
    expect(await got()).toEqual(['a tool.result', 'b tool.use']);
  });

  test('belong to the topics of their subscribe, not to the connection', async () => {
    await subscribe(['tool.use'], 'a');
    await subscribe(['tool.result']);
    await twoSessions();
    expect(await got()).toEqual(['a tool.use', 'a tool.result', 'b tool.result']);
  });

  test('subscribing a topic again replaces its filter', async () => {
    await subscribe(['tool.use'], 'a');
    await subscribe(['tool.use'], 'b');
    await twoSessions();
    expect(await got()).toEqual(['b tool.use']);
    await subscribe(['tool.use']);
    await daemon.hook('PreToolUse', { session_id: 'a', tool_use_id: 'again', tool_name: 'Bash' });
    expect(await got()).toEqual(['b tool.use', 'a tool.use']);
  });

  test('two patterns that match the same event deliver it once', async () => {
    await subscribe(['tool.*', '**.use', 'tool.use']);
    await subscribe(['*.use'], 'a');
    await twoSessions();
    expect((await got()).filter(line => line === 'a tool.use')).toHaveLength(1);
  });

  test('may hold 100 sessions, and not one more', async () => {
    const many = Array.from({ length: 100 }, (_, at) => `s${at}`);
    expect((await subscribe(['**'], many)).type).toBe('subscribed');
    expect(await subscribe(['**'], [...many, 'x'])).toMatchObject({ type: 'error', code: 'invalid_message' });
    expect(await subscribe(['**'], [])).toMatchObject({ type: 'error', code: 'invalid_message' });
  });
});

describe('unsubscribe', () => {
  test('takes topics away and tells which are left', async () => {
    await subscribe(['tool.use', 'tool.result', 'session.*']);
    const reply = await client.ask({ type: 'unsubscribe', topics: ['tool.use', 'never.held'] });
    expect(reply).toEqual({ type: 'unsubscribed', id: 'ask-2', topics: ['tool.result', 'session.*'] });
    await twoSessions();
    expect(await got()).toEqual(
      ['a', 'b'].flatMap(one => [`${one} session.discovered`, `${one} tool.result`]),
    );
  });

  test('of everything leaves a silent connection whose position goes on', async () => {
    await subscribe(['**']);
    expect(await client.ask({ type: 'unsubscribe', topics: ['**'] })).toMatchObject({ topics: [] });
    await twoSessions();
    expect(await got()).toEqual([]);
    const before = client.events().length;
    await subscribe(['tool.use']);
    await daemon.hook('PreToolUse', { session_id: 'a', tool_use_id: 'new', tool_name: 'Bash' });
    expect(await got()).toEqual(['a tool.use']);
    expect(before).toBe(0);
  });
});

describe('hook topics', () => {
  const payload = { tool_use_id: 't', tool_name: 'Bash', brand_new: { kept: true } };

  test('carry the payload as it came under the seq of the one event', async () => {
    const normal = await connect(daemon);
    await normal.ask({ type: 'subscribe', topics: ['tool.*'] });
    await subscribe(['hook.*']);
    await daemon.hook('PreToolUse', payload);
    const raw = await client.waitFor('hook.pre_tool_use');
    const event = await normal.waitFor('tool.use');
    expect(raw.seq).toBe(event.seq);
    expect(raw.data).toEqual({ session_id: 's1', cwd: '/w', hook_event_name: 'PreToolUse', ...payload });
    expect(event.data).toEqual({ toolName: 'Bash', toolUseId: 't', cwd: '/w' });
    expect({ ...raw, type: '', data: {} }).toEqual({ ...event, type: '', data: {} });
  });

  test('who matches both ways gets the normal form, once', async () => {
    await subscribe(['hook.**', 'tool.use']);
    await daemon.hook('PreToolUse', payload);
    await daemon.hook('Notification', { message: 'hi' });
    expect(await got()).toEqual(['s1 tool.use', 's1 hook.notification']);
  });

  test('a filter that takes the normal form away leaves the hook form', async () => {
    await subscribe(['tool.use'], 'other');
    await subscribe(['hook.*']);
    await daemon.hook('PreToolUse', payload);
    expect(await got()).toEqual(['s1 hook.pre_tool_use']);
  });

  test('an event hookline does not know has only that one form', async () => {
    await subscribe(['**']);
    await daemon.hook('BrandNewEvent2027', { x: 1 });
    const event = await client.waitFor('hook.brand_new_event2027');
    expect(event.data).toMatchObject({ hook_event_name: 'BrandNewEvent2027', x: 1 });
    expect((await got()).filter(line => line.includes('hook'))).toHaveLength(1);
  });

  test('a late duplicate is told to nobody', async () => {
    await subscribe(['hook.*', 'tool.*']);
    await daemon.hook('PreToolUse', payload);
    await daemon.hook('PreToolUse', payload);
    expect(await got()).toEqual(['s1 tool.use']);
  });
});
