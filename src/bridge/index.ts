// The door of the bridges to brokers.
export type { Bridge, BridgeState } from './bridge.ts';
export { type LoadedBroker, loadBrokers, makeBridges, statesOf, whyNoAddress } from './bridges.ts';
export { MissingLibraryError } from './drivers.ts';
