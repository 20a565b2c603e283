// The door of the inbox.
export type { DeliveryPath, Parcel, Receipt } from './delivery-path.ts';
export { InboxError, type InboxErrorCode } from './errors.ts';
export {
  Inbox,
  type InboxOptions,
  type Origin,
  type TakeOptions,
} from './inbox.ts';
export type { Addresses } from './ledger.ts';
export { neutralized, rendered } from './rendering.ts';
export { type NamedSession, SessionNames } from './session-names.ts';
export type { InboxState, InboxView, MessageFilter } from './view.ts';
