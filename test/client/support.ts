// What the client's tests share: clients that are closed when the test is over, and readers that remember.
import WebSocket from 'ws';
import { type Client, type ConnectOptions, connect, type ForeignTopic } from '../../src/client/index.ts';
import { afterEveryTest } from '../support/endings.ts';

const clients: Client[] = [];
afterEveryTest(() => {
  for (const client of clients.splice(0)) client.close();
});

interface Address {
  readonly port: number;
  readonly token: string;
}

/** A topic of the tests' own. */
export const foreign = (topic: string): ForeignTopic => topic as ForeignTopic;

/** A client of a daemon, quick to come back. */
export function clientOf(daemon: Address, options: Partial<ConnectOptions> = {}): Client {
  const client = connect({
    url: `ws://127.0.0.1:${daemon.port}/ws`,
    token: daemon.token,
    WebSocket,
    retryBaseMs: 5,
    retryCapMs: 50,
    ...options,
  });
  clients.push(client);
  return client;
}

/** Reads on in the background; `error` is what ended it, if anything did. */
export function collect<T>(items: AsyncIterable<T>): { readonly seen: T[]; error: unknown; ended: boolean } {
  const result = { seen: [] as T[], error: undefined as unknown, ended: false };
  const read = async (): Promise<void> => {
    for await (const item of items) result.seen.push(item);
  };
  read()
    .catch((error: unknown) => {
      result.error = error;
    })
    .finally(() => {
      result.ended = true;
    });
  return result;
}
