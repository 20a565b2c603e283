// The brokers of this machine, for tests of bridges: real ones, where they listen. A test whose broker is away is skipped, and says so.
import net from 'node:net';

const BROKERS = {
  amqp: { name: 'RabbitMQ', port: 5672 },
  mqtt: { name: 'Mosquitto', port: 1883 },
  redis: { name: 'Redis', port: 6379 },
  nats: { name: 'NATS with JetStream', port: 4222 },
} as const;

export type BrokerName = keyof typeof BROKERS;

/** The URL of a broker that listens on this machine; undefined, with a line that says so, when it does not. */
export async function findBroker(kind: BrokerName): Promise<string | undefined> {
  const { name, port } = BROKERS[kind];
  if (await listens(port)) return `${kind}://127.0.0.1:${port}`;
  console.log(`skipped: nothing listens at 127.0.0.1:${port}, and these tests need ${name}`);
  return undefined;
}

function listens(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect(port, '127.0.0.1');
    socket.setTimeout(2000, () => socket.destroy(new Error('no answer')));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** A word that no other test uses at a broker that all share. */
export const unique = (prefix: string): string => `${prefix}${Math.random().toString(36).slice(2, 10)}`;
