// The drivers, each loaded when a broker of its kind is configured: its library is installed by those who need it.
import type { BrokerKind } from '../config/index.ts';
import type { Driver } from './driver.ts';

interface Kind {
  readonly load: () => Promise<Driver>;
  /** What npm is to install for it. */
  readonly libraries: string;
}

const KINDS: Readonly<Record<BrokerKind, Kind>> = {
  amqp: { load: async () => (await import('./amqp/driver.ts')).amqp, libraries: 'amqplib' },
  mqtt: { load: async () => (await import('./mqtt/driver.ts')).mqtt, libraries: 'mqtt' },
  redis: { load: async () => (await import('./redis/driver.ts')).redis, libraries: '@redis/client' },
  nats: {
    load: async () => (await import('./nats/driver.ts')).nats,
    libraries: '@nats-io/transport-node@3.3 @nats-io/jetstream@3.3 @nats-io/kv@3.3',
  },
};

/** The library of a broker is not there. Its message says what to install. */
export class MissingLibraryError extends Error {
  readonly code = 'missing_library';
  override readonly name = 'MissingLibraryError';
}

/** @throws MissingLibraryError */
export async function loadDriver(kind: BrokerKind): Promise<Driver> {
  const { load, libraries } = KINDS[kind];
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new MissingLibraryError(
      `a broker of the configuration needs what is not installed; install it beside hookline with: npm install ${libraries}, and -g or the folder as you installed hookline`,
      { cause: error },
    );
  }
}
