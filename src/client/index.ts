// The client library: one import, no dependency.

export type {
  EventEnvelope,
  EventOf,
  EventType,
  HookEvent,
  HooklineEvent,
  Position,
  ResumeReason,
  SessionState,
  Usage,
} from '../protocol/index.ts';
export type { Client } from './client.ts';
export type { Clock } from './clock.ts';
export { connect } from './connect.ts';
export {
  ClosedError,
  HooklineError,
  InterruptedError,
  LossError,
  RefusedError,
  RequestError,
  SubscriptionError,
  TimeoutError,
} from './errors.ts';
export type { CheckedTopic, EventFor, ForeignTopic, NoEventHasTheTopic, Topics } from './event-types.ts';
export type {
  AgentLogLine,
  AgentLogLines,
  ConnectOptions,
  Delivery,
  EventsOptions,
  Fetch,
  FilterOptions,
  Fresh,
  History,
  HistoryOptions,
  Listener,
  Loss,
  LossHandler,
  OnLoss,
  PositionStore,
  ReplayOptions,
  RequestOptions,
  Snapshot,
  SocketConstructor,
  SocketLike,
  Status,
  Subscription,
  ViewItem,
} from './types.ts';
