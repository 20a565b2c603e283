// The first frames of a connection: a snapshot, and a first subscribe that follows on it without overlap or hole.
import { beforeEach, describe, expect, test } from 'vitest';
import { EventEnvelope, ServerMessage } from '../../src/protocol/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { connect } from '../support/ws.ts';

let daemon: TestDaemon;
beforeEach(async () => {
  daemon = await startTestDaemon();
  return () => daemon.stop();
});

describe('the first frame', () => {
  test('is a snapshot of a daemon that nobody talked to yet', async () => {
    const client = await connect(daemon);
    expect(client.frames[0]).toEqual({
      type: 'snapshot',
      protocol: 1,
      server: { name: 'hookline', version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
      epoch: daemon.daemon.epoch,
      seq: 1,
      oldestSeq: 1,
      sessions: [],
      agents: [],
    });
  });

  test.each(['/ws', '/', '/ws?x=1'])('is a snapshot on %s, of the state as of its seq', async path => {
    await daemon.hook('SessionStart', { source: 'startup', model: 'opus' });
    await daemon.hook('UserPromptSubmit', { prompt: 'go', prompt_id: 'p1' });
    await daemon.hook('PreToolUse', { tool_use_id: 't1', tool_name: 'Bash' });
    const client = await connect(daemon, { path });
    const [snapshot] = client.frames;
    expect(snapshot).toMatchObject({
      type: 'snapshot',
      sessions: [
        {
          sessionId: 's1',
          source: 'claude-code',
          cwd: '/w',
          state: 'tool_running',
          currentTool: 'Bash',
          model: 'opus',
          startedBy: 'startup',
          counts: { prompts: 1, turns: 0, tools: 1, failures: 0 },
        },
      ],
    });
    const { seq } = (await (await daemon.get('/health')).json()) as { seq: number };
    expect(snapshot?.seq).toBe(seq);
  });

  test('comes alone: nothing is sent to who did not subscribe', async () => {
    const client = await connect(daemon);
    await daemon.emit(3);
    await client.ask({ type: 'ping' });
    expect(client.frames.map(frame => frame.type)).toEqual(['snapshot', 'pong']);
  });
});

describe('the first subscribe', () => {
  test('starts right after the snapshot, however much has happened in between', async () => {
    const client = await connect(daemon);
    const start = client.frames[0]?.seq ?? 0;
    const head = await daemon.emit(30);
    const reply = await client.ask({ type: 'subscribe', topics: ['**'] });
    expect(reply).toEqual({
      type: 'subscribed',
      id: 'ask-1',
      topics: ['**'],
      epoch: daemon.daemon.epoch,
      seq: start,
    });
    await until('all came', () => client.events().at(-1)?.seq === head);
    expect(client.events().map(event => event.seq)).toEqual(
      Array.from({ length: head - start }, (_, at) => start + 1 + at),
    );
  });

  test('starts after the newest snapshot when another one was asked for', async () => {
    const client = await connect(daemon);
    const between = await daemon.emit(5);
    expect(await client.ask({ type: 'get_snapshot' })).toMatchObject({ seq: between });
    const head = await daemon.emit(5);
    expect(await client.ask({ type: 'subscribe', topics: ['**'] })).toMatchObject({ seq: between });
    await until('all came', () => client.events().at(-1)?.seq === head);
    expect(client.events()[0]?.seq).toBe(between + 1);
  });

  test('loses to no snapshot that was asked for in the same breath', async () => {
    const client = await connect(daemon);
    const start = client.frames[0]?.seq ?? 0;
    const head = await daemon.emit(5);
    client.send({ type: 'get_snapshot', id: 'late' });
    client.send({ type: 'subscribe', topics: ['**'], id: 'sub' });
    await client.waitFor(frame => frame['id'] === 'late');
    await until('all came', () => client.events().at(-1)?.seq === head);
    const newest = client.frames.findIndex(frame => frame['id'] === 'late');
    const subscribed = client.frames.findIndex(frame => frame['id'] === 'sub');
    const from = newest < subscribed ? (client.frames[newest]?.seq ?? 0) : start;
    expect(client.frames[subscribed]?.seq).toBe(from);
    expect(client.events().map(event => event.seq)).toEqual(
      Array.from({ length: head - from }, (_, at) => from + 1 + at),
    );
  });

  test('misses nothing and repeats nothing while events pour in', async () => {
    const pouring = Promise.all(['a', 'b', 'c', 'd'].map(sessionId => daemon.emit(40, { sessionId })));
    const clients = await Promise.all(Array.from({ length: 10 }, () => connect(daemon)));
    for (const client of clients) client.send({ type: 'subscribe', topics: ['**'] });
    const head = Math.max(...(await pouring));
    for (const client of clients) {
      const start = client.frames[0]?.seq ?? 0;
      await until('all came', () => (client.events().at(-1)?.seq ?? start) === head);
      expect(client.events().map(event => event.seq)).toEqual(
        Array.from({ length: head - start }, (_, at) => start + 1 + at),
      );
    }
  });
});

test('every frame is one the protocol describes', async () => {
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['**'] });
  await daemon.hook('SubagentStart', { agent_id: 'a1', agent_type: 'Explore' });
  await daemon.hook('PreToolUse', {
    agent_id: 'a1',
    agent_type: 'Explore',
    tool_use_id: 't',
    tool_name: 'Read',
  });
  for (const type of ['get_snapshot', 'get_session_list', 'get_usage', 'ping']) await client.ask({ type });
  await client.ask({ type: 'get_session_history', sessionId: 's1' });
  await client.ask({ type: 'replay', lastSeq: 0 });
  await client.waitFor('replay_complete');
  await client.ask({ type: 'unsubscribe', topics: ['**'] });
  await client.ask({ type: 'subscribe', topics: ['nope..'] });
  for (const frame of client.frames) {
    const schema = 'source' in frame ? EventEnvelope : ServerMessage;
    expect(schema.safeParse(frame).error, JSON.stringify(frame)).toBeUndefined();
  }
});
