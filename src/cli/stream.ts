// Connects a command to the stream of this user's daemon, wherever that is at the moment.
import http from 'node:http';
import type { Duplex } from 'node:stream';
import WebSocket from 'ws';
import { readToken } from '../auth/index.ts';
import { type Client, type ConnectOptions, connect } from '../client/index.ts';
import { requireDaemon } from './api.ts';
import { connectProven, request, type Whom } from './proven.ts';

/**
 * A client that follows the daemon of a HOOKLINE_HOME, also when it comes back on another port or with another token.
 * Each connection is one on which the daemon has proved to be ours first; nobody else gets the token.
 */
export function connectClient(
  home: string,
  options: Omit<ConnectOptions, 'url' | 'token' | 'WebSocket'> = {},
): Client {
  let daemon: Whom;
  class ProvenSocket extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, { agent: new ProvingAgent(home, { ...daemon, url }) });
    }
  }
  return connect({
    // On this machine a daemon is back at once, and nobody else suffers from asking often.
    retryCapMs: 1_000,
    ...options,
    url: async () => {
      daemon = (await requireDaemon(home)).info;
      return new URL('/ws', daemon.url.replace(/^http/, 'ws')).href;
    },
    token: () => readToken(home),
    WebSocket: ProvenSocket,
    fetch: async (url, init) => request(await connectProven(home, { ...daemon, url: url.href }), url, init),
  });
}

/** Lets a WebSocket have a connection only once its other end has proved who it is. */
export class ProvingAgent extends http.Agent {
  readonly #home: string;
  readonly #daemon: Whom;

  constructor(home: string, daemon: Whom) {
    super();
    this.#home = home;
    this.#daemon = daemon;
  }

  override createConnection(
    _options: http.ClientRequestArgs,
    done: (error: Error | null, connection: Duplex) => void,
  ): undefined {
    connectProven(this.#home, this.#daemon).then(
      ({ socket }) => done(null, socket),
      (error: Error) => done(error, undefined as never),
    );
  }
}
