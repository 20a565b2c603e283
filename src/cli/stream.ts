// Connects a command to the stream of this user's daemon, wherever that is at the moment.
import WebSocket from 'ws';
import { readToken } from '../auth/index.ts';
import { type Client, type ConnectOptions, connect } from '../client/index.ts';
import { requireDaemon } from './api.ts';

/**
 * A client that follows the daemon of a HOOKLINE_HOME, also when it comes back on another port or with another token.
 * The token goes only to a daemon that proved to be ours, never to whoever has its port by now.
 */
export function connectClient(
  home: string,
  options: Omit<ConnectOptions, 'url' | 'token' | 'WebSocket'> = {},
): Client {
  return connect({
    // On this machine a daemon is back at once, and nobody else suffers from asking often.
    retryCapMs: 1_000,
    ...options,
    url: async () => {
      const { info } = await requireDaemon(home);
      return new URL('/ws', info.url.replace(/^http/, 'ws')).href;
    },
    token: () => readToken(home),
    WebSocket,
  });
}
