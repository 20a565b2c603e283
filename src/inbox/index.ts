// The door of the inbox.
export type { Origin } from './acceptance.ts';
export { type Carrier, type CarrierReceipt, elsewhere, NotCarriedError } from './carrier.ts';
export type { DeliveryPath, Parcel, Receipt, Said } from './delivery-path.ts';
export { InboxError, type InboxErrorCode } from './errors.ts';
export { Inbox, type InboxOptions, type Prompted } from './inbox.ts';
export type { TakeOptions } from './leases.ts';
export type { Addresses } from './ledger.ts';
export { addressOfRoom, folderFilter, isRoom, matchesFolder, queueNameOf, roomAt } from './names/address.ts';
export type { NameShelf } from './names/name-book.ts';
export {
  type NamedSession,
  type NameState,
  type NewBinding,
  SessionNames,
  type SessionNamesOptions,
} from './names/names.ts';
export type { Fate, HookOpening, HookOutput, Opening, PullPath } from './pull-path.ts';
export { headersIn, neutralized, rendered } from './rendering.ts';
export { MessageRules } from './rules.ts';
export type { InboxState, InboxView, MessageFilter } from './view.ts';
export type { WaitingHook, WakePath } from './wake-path.ts';
export type { Woken } from './wakers.ts';
