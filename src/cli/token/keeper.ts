// Who keeps the tokens that were made for others: the daemon, so that it knows at once, and without one their file.
import { z } from 'zod';
import {
  addGrant,
  GrantError,
  Granted,
  GrantInfo,
  type NewGrant,
  readGrants,
  removeGrant,
} from '../../auth/index.ts';
import { connectApi } from '../api.ts';
import { Failure } from '../failure.ts';
import { findDaemon } from '../find-daemon.ts';

export interface Keeper {
  /** @throws Failure */
  create(asked: NewGrant): Promise<Granted>;
  /** @throws Failure */
  list(): Promise<GrantInfo[]>;
  /** @throws Failure */
  revoke(name: string): Promise<void>;
}

const List = z.object({ tokens: z.array(GrantInfo) });
const Revoked = z.object({ revoked: z.string() });

/** @throws Failure when there may be a daemon, and it cannot be asked */
export async function keeperOf(home: string): Promise<Keeper> {
  const { state } = await findDaemon(home);
  if (state === 'none' || state === 'stale') return keeperOfFile(home);
  const api = await connectApi(home);
  return {
    create: asked => api.post('/api/tokens', Granted, undefined, asked),
    list: async () => (await api.get('/api/tokens', List)).tokens,
    revoke: async name => void (await api.delete(`/api/tokens/${encodeURIComponent(name)}`, Revoked)),
  };
}

function keeperOfFile(home: string): Keeper {
  return {
    create: async asked => told(() => addGrant(home, asked, Date.now())),
    list: async () => told(() => readGrants(home).map(({ digest: _, ...info }) => info)),
    revoke: async name => told(() => removeGrant(home, name)),
  };
}

function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof GrantError) throw new Failure(error.message, { cause: error });
    throw error;
  }
}
