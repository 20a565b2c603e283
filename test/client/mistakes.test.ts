// What a program may do wrong: it is told at once and in words, and the client itself does not break.
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type ConnectOptions, connect } from '../../src/client/index.ts';
import { ScriptedDaemon } from '../support/scripted-daemon.ts';
import { until } from '../support/until.ts';
import { clientOf } from './support.ts';

describe('connect', () => {
  const good = { url: 'ws://127.0.0.1:1/ws', WebSocket };
  const cases: readonly [string, object, string][] = [
    ['no url', { url: undefined }, 'it must be such as ws://127.0.0.1:3838/ws'],
    ['a url that is no text', { url: 3838 }, 'it must be such as ws://127.0.0.1:3838/ws'],
    ['a WebSocket that is no class', { WebSocket: 5 }, 'the option `WebSocket` is no class'],
    ['a token in two parts', { token: 'se cret' }, 'token is no token'],
    ['a token that is no text', { token: 5 }, 'token is no token'],
  ];

  it.each(cases)('refuses %s at once', (_what, wrong, words) => {
    const attempt = (): unknown => connect({ ...good, ...wrong } as ConnectOptions);
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(words);
    expect(attempt).not.toThrow('cret');
  });
});

describe('a token', () => {
  it.each(['read with its line end', 'asked for and read so'])('that was %s is good', async how => {
    const daemon = await new ScriptedDaemon().start();
    const line = `${daemon.token}\n`;
    const client = connect({ url: daemon.url, WebSocket, token: how.startsWith('read') ? line : () => line });
    await client.getSnapshot();
    client.close();
    await daemon.stop();
  });

  it('that a function gives and that cannot be sent is said to be none', async () => {
    const client = clientOf({ port: 1, token: '' }, { token: () => 'se cret' });
    client.on('**', () => {});
    await until('it waits', () => client.status.state === 'waiting');
    expect(client.status.reason).toContain('token is no token');
  });
});

describe('an onStatus that throws', () => {
  it('is heard of, and stops neither the stream nor its end', async () => {
    const daemon = await new ScriptedDaemon().start();
    const uncaught: unknown[] = [];
    const own = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', error => uncaught.push(error.message));
    try {
      const client = connect({
        url: daemon.url,
        token: daemon.token,
        WebSocket,
        onStatus: ({ state }) => {
          throw new Error(`no ${state}`);
        },
      });
      await client.getSnapshot();
      client.close();
      await expect(client.closed).resolves.toBeUndefined();
      await until('its last word was heard', () => uncaught.includes('no closed'));
      expect(uncaught).toEqual(expect.arrayContaining(['no connecting', 'no live']));
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of own) process.on('uncaughtException', listener);
      await daemon.stop();
    }
  });
});
