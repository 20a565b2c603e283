// The client library: one import, no dependency.

export type { Position } from '../protocol/index.ts';
export { connect } from './connect.ts';
export { RefusedError, SubscriptionError } from './errors.ts';
export type {
  Connection,
  ConnectOptions,
  Fresh,
  Item,
  Reset,
  ResetChoice,
  SocketConstructor,
  SocketLike,
  Status,
} from './types.ts';
