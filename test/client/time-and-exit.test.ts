// How a client waits between its tries, and that nothing of it keeps a process alive once it is closed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type Clock, connect, type Status } from '../../src/client/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

describe('the wait between tries', () => {
  it('is random up to a bound that doubles, and it is really waited', async () => {
    const asked: number[] = [];
    // A clock on which every wait is over at once.
    const clock: Clock = {
      now: () => 0,
      setTimeout: (callback, ms) => {
        asked.push(ms);
        return setTimeout(callback, ms > 10_000 ? 60_000 : 0);
      },
      clearTimeout: timer => clearTimeout(timer as NodeJS.Timeout),
    };
    const waits: Status[] = [];
    const dice = [0.5, 0, 0.999, 0.25, 0.5, 0.5, 0.5];
    const client = connect({
      url: 'ws://127.0.0.1:1/ws',
      WebSocket,
      clock,
      random: () => dice[waits.length] ?? 0,
      retryBaseMs: 100,
      retryCapMs: 1000,
      onStatus: status => status.state === 'waiting' && waits.length < 7 && waits.push(status),
    });
    client.on('**', () => {});
    await until('it waited seven times', () => waits.length === 7);
    client.close();
    const expected = [50, 0, 400, 200, 500, 500, 500];
    expect(waits.map(({ delayMs }) => delayMs)).toEqual(expected);
    expect(waits.map(({ failures }) => failures)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(asked.filter(ms => expected.includes(ms)).slice(0, 7)).toEqual(expected);
  });
});

describe('a process', () => {
  let daemon: TestDaemon;
  beforeAll(async () => {
    daemon = await startTestDaemon();
    await daemon.emit(200, { topic: 'test.a', data: { fill: 'x'.repeat(1000) } });
  });
  afterAll(() => daemon.stop());

  const library = path.join(import.meta.dirname, '../../dist/client/index.js');
  const moments: Readonly<Record<string, string>> = {
    'at once': '',
    'while it connects': 'client.on("**", () => {}); await new Promise(resolve => setImmediate(resolve));',
    'while events come': 'await client.events("**").ready;',
    'while it waits for the next try':
      'stranger.on("**", () => {}); while (stranger.status.state !== "waiting") await new Promise(resolve => setTimeout(resolve, 5));',
    'while a request waits': 'stranger.getSessions().catch(error => console.log(error.code));',
    'while its reading is paused':
      'const slow = client.events("**", { from: "oldest" }); await slow.next(); await new Promise(resolve => setTimeout(resolve, 50));',
    'while a message waits to be sent':
      'stranger.send({ to: "x", message: "x" }).catch(error => console.log(error.code));',
    'while it takes messages':
      'client.inbox("x").next(); stranger.inbox("x").next(); await new Promise(resolve => setTimeout(resolve, 50));',
    'while an agent log is asked for': 'client.agentLog("s1").next().catch(() => {});',
  };

  it.each(Object.keys(moments))('that closes its clients %s ends by itself', async moment => {
    const program = `
      import WebSocket from 'ws';
      import { connect } from ${JSON.stringify(library)};
      const options = { token: ${JSON.stringify(daemon.token)}, WebSocket, buffer: 10 };
      const client = connect({ ...options, url: 'ws://${daemon.host}/ws' });
      const stranger = connect({ ...options, url: 'ws://127.0.0.1:1/ws', retryBaseMs: 60_000, random: () => 1 });
      ${moments[moment]}
      client.close();
      stranger.close();
      console.log('closed');
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: path.dirname(library),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', chunk => {
      said += chunk;
    });
    const late = setTimeout(() => child.kill('SIGKILL'), 8_000);
    const [code] = await once(child, 'close');
    clearTimeout(late);
    const rejects = ['while a request waits', 'while a message waits to be sent'].includes(moment);
    expect([code, said]).toEqual([0, rejects ? 'closed\nclosed\n' : 'closed\n']);
  });
});
