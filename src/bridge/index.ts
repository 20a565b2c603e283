// The door of the bridges to brokers.
export type { Bridge, BridgeOptions, BridgeState } from './bridge.ts';
export { type LoadedBroker, loadBrokers, makeBridges, statesOf, whyNoAddress } from './bridges.ts';
export type { HubListener, HubSide, NodeStatus, StreamedEvent, StreamPlace, StreamReader } from './driver.ts';
export { MissingLibraryError } from './drivers.ts';
export type { Route } from './messages-out.ts';
