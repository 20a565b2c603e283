// What is pushed at the daemon, for the clients of a relay.
import { setTimeout as delay } from 'node:timers/promises';
import { pushText } from '../../relay/index.ts';
import type { ConnectionStatus } from '../connection-status.ts';
import { connectClient } from '../stream.ts';

/** Milliseconds until a daemon that refused us is asked again: its token may have been replaced. */
const RETRY_MS = 1_000;

export interface PushOptions {
  readonly home: string;
  /** Whose relay it is: what is pushed to another name is not for its clients. */
  readonly name: string;
  readonly push: (text: string) => void;
  readonly connection: ConnectionStatus;
  readonly signal: AbortSignal;
}

/** Hands on what is pushed from now on, until the signal fires. */
export async function passPushesOn({ home, name, push, connection, signal }: PushOptions): Promise<void> {
  let said: string | undefined;
  while (!signal.aborted) {
    const client = connectClient(home, { signal, onLoss: loss => connection.loss(loss) });
    try {
      for await (const { data } of client.events('relay.pushed'))
        if (data.to === undefined || data.to === name)
          push(pushText({ type: data.type, payload: data.payload }));
    } catch (error) {
      const { message } = error as Error;
      if (!signal.aborted && message !== said) connection.say(`pushes at the daemon: ${message}`);
      said = message;
    } finally {
      client.close();
    }
    await delay(RETRY_MS, undefined, { signal }).catch(() => {});
  }
}
