// The bridges of a daemon, one a broker.
import type { BrokerConfig } from '../config/index.ts';
import { elsewhere } from '../inbox/index.ts';
import { Bridge, type BridgeOptions, type BridgeState } from './bridge.ts';
import type { Driver } from './driver.ts';
import { loadDriver } from './drivers.ts';

/** A broker of the configuration, and what speaks to it. */
export interface LoadedBroker {
  readonly broker: BrokerConfig;
  readonly driver: Driver;
}

/** @throws MissingLibraryError */
export async function loadBrokers(brokers: readonly BrokerConfig[]): Promise<LoadedBroker[]> {
  const loaded: LoadedBroker[] = [];
  for (const broker of brokers) loaded.push({ broker, driver: await loadDriver(broker.kind) });
  return loaded;
}

/** Why nobody can be reached at an address of another machine, for people; undefined when somebody may be. */
export function whyNoAddress(brokers: readonly LoadedBroker[], address: string): string | undefined {
  const labels = brokers.map(({ broker }) => broker.label);
  const known = labels.length === 0 ? 'none is configured' : `there are ${labels.join(', ')}`;
  const place = elsewhere(address);
  if (place === undefined) return `it names no broker after an @, and ${known}`;
  const found = brokers.find(({ broker }) => broker.label === place.carrier);
  if (found === undefined) return `no broker is called ${place.carrier}; ${known}`;
  return found.driver.whyNoName(place.there);
}

export function makeBridges(
  brokers: readonly LoadedBroker[],
  options: Omit<BridgeOptions, 'broker' | 'driver'>,
): Bridge[] {
  return brokers.map(one => new Bridge({ ...options, ...one }));
}

export const statesOf = (bridges: readonly Bridge[]): BridgeState[] => bridges.map(({ state }) => state);
