// Requests: answers, time limits, aborts, and what happens to them when the connection or the client goes.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { connect } from '../../src/client/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { ScriptedDaemon } from '../support/scripted-daemon.ts';
import { until } from '../support/until.ts';
import { clientOf, collect } from './support.ts';

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon();
  await daemon.hook('SessionStart', { source: 'startup' });
  for (let n = 0; n < 5; n++) await daemon.hook('UserPromptSubmit', { prompt: `p${n}` });
});

describe('a request', () => {
  it('is answered', async () => {
    const client = clientOf(daemon);
    const [snapshot, sessions, usage, ofOne] = await Promise.all([
      client.getSnapshot(),
      client.getSessions(),
      client.getUsage(),
      client.getUsage({ sessionId: 's1' }),
    ]);
    expect(snapshot).toMatchObject({ type: 'snapshot', sessions: [{ sessionId: 's1' }] });
    expect(sessions).toMatchObject([{ sessionId: 's1', cwd: '/w' }]);
    expect(usage).toEqual(ofOne);
    expect(usage.totals).toMatchObject({ input: 0 });
  });

  it('for history goes back page by page', async () => {
    const client = clientOf(daemon);
    const newest = await client.getSessionHistory('s1', { limit: 3 });
    expect(newest.events).toHaveLength(3);
    expect(newest.hasMore).toBe(true);
    const older = await client.getSessionHistory('s1', { limit: 1000, before: newest.events[0]?.seq ?? 0 });
    expect(older.hasMore).toBe(false);
    expect(older.events.at(-1)?.seq).toBe((newest.events[0]?.seq ?? 0) - 1);
  });

  it('about a session nobody knows rejects with the code of the daemon', async () => {
    const client = clientOf(daemon);
    await expect(client.getUsage({ sessionId: 'nobody' })).rejects.toMatchObject({
      name: 'RequestError',
      code: 'not_found',
    });
    await expect(client.getSessionHistory('nobody')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a daemon that does not answer', () => {
  let silent: ScriptedDaemon;
  afterEach(() => silent.stop());

  it('is given up after a while, or when the signal fires', async () => {
    silent = await new ScriptedDaemon().start();
    const client = connect({ url: silent.url, token: silent.token, WebSocket });
    await expect(client.getSessions({ timeoutMs: 30 })).rejects.toMatchObject({
      name: 'TimeoutError',
      code: 'timeout',
      message: 'the request get_session_list had no answer within 30 ms',
    });
    const stop = new AbortController();
    const asked = client.getSessions({ signal: stop.signal });
    stop.abort(new Error('changed my mind'));
    await expect(asked).rejects.toThrow('changed my mind');
    await expect(client.getSessions({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    client.close();
  });

  it('is asked again after a reconnect', async () => {
    silent = await new ScriptedDaemon().start();
    const client = connect({ url: silent.url, token: silent.token, WebSocket, retryBaseMs: 5 });
    await client.getSnapshot();
    silent.drop();
    await expect(client.getSnapshot()).resolves.toMatchObject({ type: 'snapshot' });
    const asked = client.getSessions();
    await until('it was asked', () => silent.received.some(({ type }) => type === 'get_session_list'));
    silent.drop();
    await until(
      'it was asked again',
      () => silent.received.filter(({ type }) => type === 'get_session_list').length > 1,
    );
    client.close();
    await expect(asked).rejects.toMatchObject({ name: 'ClosedError', code: 'closed' });
    await expect(client.getSessions()).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('an agent log', () => {
  it('gives the lines as they are written, and says when it was interrupted', async () => {
    const transcript = path.join(daemon.home, 'transcript.jsonl');
    fs.writeFileSync(transcript, '{"type":"mode","old":true}\n');
    await daemon.hook('SessionStart', {
      session_id: 'logged',
      source: 'startup',
      transcript_path: transcript,
    });
    const client = clientOf(daemon);
    const lines = client.agentLog('logged');
    await lines.ready;
    const log = collect(lines);
    fs.appendFileSync(transcript, '{"type":"mode","n":1}\n{"type":"mode","n":2}\n');
    await until('both lines came', () => log.seen.length === 2);
    expect(log.seen).toEqual([
      { sessionId: 'logged', line: { type: 'mode', n: 1 } },
      { sessionId: 'logged', line: { type: 'mode', n: 2 } },
    ]);
    for (const socket of daemon.sockets()) socket.destroy();
    await until('it ended', () => log.ended);
    expect(log.error).toMatchObject({ name: 'InterruptedError', code: 'interrupted' });
  });

  it('of a session that does not live rejects, and one that is left ends', async () => {
    const client = clientOf(daemon);
    await expect(client.agentLog('nobody').next()).rejects.toMatchObject({ code: 'not_found' });
    const lines = client.agentLog('logged');
    await lines.ready;
    const next = lines.next();
    lines.close();
    await expect(next).resolves.toEqual({ done: true, value: undefined });
  });
});
