// The way in: checks what the program said and makes a client of it.
import { addressOf, sendable } from './address.ts';
import { Client } from './client.ts';
import { systemClock } from './clock.ts';
import { onAbort } from './signals.ts';
import type { ConnectOptions, SocketConstructor } from './types.ts';

/**
 * A client of the daemon at a URL. Returns at once; the first thing asked for opens the connection.
 *
 * Lost connections are made again, after a random wait (full jitter) of up to `retryBaseMs`, doubling up to `retryCapMs`, for ever.
 * Final are only the refusals of the daemon's gate: 401, 403, 421, and a connection closed with 4401; they end the client with a
 * `RefusedError`.
 *
 * @example
 * const client = connect({ url: 'ws://127.0.0.1:3838/ws', token });
 * for await (const event of client.events('tool.use')) {
 *   console.log(event.sessionId, event.data.toolName);
 *   break;
 * }
 * client.close();
 *
 * @throws TypeError when there is no WebSocket to be had, or the URL or the token is none.
 */
export function connect(options: ConnectOptions): Client {
  const WebSocket = options.WebSocket ?? (globalThis.WebSocket as SocketConstructor | undefined);
  if (WebSocket === undefined) {
    throw new TypeError(
      'this runtime has no WebSocket: pass one as the option `WebSocket`, such as that of "ws"',
    );
  }
  if (typeof WebSocket !== 'function') {
    throw new TypeError('the option `WebSocket` is no class; pass one such as that of "ws"');
  }
  if (typeof options.url !== 'function') addressOf(options.url);
  if (typeof options.token !== 'function') sendable(options.token);
  const client = new Client({
    dial: {
      WebSocket,
      fetch: options.fetch ?? ((url, init) => fetch(url, init)),
      url: options.url,
      token: options.token,
      retryBaseMs: options.retryBaseMs ?? 200,
      retryCapMs: options.retryCapMs ?? 5_000,
      idleMs: options.idleMs ?? 45_000,
      random: options.random ?? Math.random,
      clock: options.clock ?? systemClock,
      answers: options.answers ?? true,
    },
    timeoutMs: options.timeoutMs ?? 10_000,
    buffer: options.buffer ?? 1_000,
    onLoss: options.onLoss ?? 'throw',
    onStatus: options.onStatus,
  });
  closeWith(client, options.signal);
  return client;
}

function closeWith(client: Client, signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  if (signal.aborted) return client.close();
  void client.closed.then(onAbort(signal, () => client.close()));
}
