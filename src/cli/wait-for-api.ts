// For commands that follow the stream: they wait for a daemon that is not there yet.
import { setTimeout as delay } from 'node:timers/promises';
import { type Api, connectApi } from './api.ts';
import type { ConnectionStatus } from './connection-status.ts';
import { Failure } from './failure.ts';

/** Milliseconds between tries. */
const RETRY_MS = 300;

/** The daemon's HTTP interface, as soon as there is one; undefined when the signal fires before. */
export async function waitForApi(
  home: string,
  connection: ConnectionStatus,
  signal: AbortSignal,
): Promise<Api | undefined> {
  for (;;) {
    try {
      return await connectApi(home);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      connection.waiting(error.message);
    }
    await delay(RETRY_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) return undefined;
  }
}
