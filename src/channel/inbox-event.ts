// What happened to a message, as the log has it; read once for all who are told of it.
import type { LogRecord } from '../log/index.ts';
import type { MessageState } from '../protocol/index.ts';

/** The way in of those in a room. */
export const VIA = 'channel';
/** How a message is given to those in a room. */
export const PATH = 'channel';

export interface InboxEvent {
  readonly state: MessageState;
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly name: string;
  readonly via: string;
  readonly path?: string;
  /** What it says comes with the first event of a message only: a text, or what a payload is. */
  readonly message?: string;
  readonly type?: string;
}

export const INBOX_TOPIC = 'inbox.*';
const PREFIX = 'inbox.';

const read = new WeakMap<LogRecord, InboxEvent>();

/** Undefined for an event of another kind, or of another machine. */
export function inboxEvent(record: LogRecord): InboxEvent | undefined {
  const { type, data } = record;
  if (!type.startsWith(PREFIX)) return undefined;
  const known = read.get(record);
  if (known) return known;
  const told = JSON.parse(data) as InboxEvent & { node?: unknown };
  // On a hub: what became of a message on another machine, which has its own rooms.
  if (told.node !== undefined) return undefined;
  const event = { ...told, state: type.slice(PREFIX.length) as MessageState };
  read.set(record, event);
  return event;
}

/** Whether it tells of a message for the first time. */
export const isNew = ({ message, type }: InboxEvent): boolean => message !== undefined || type !== undefined;

/** Whether somebody in a room sent it: whoever writes in its name by another way is not one of them. */
export function isFromRoom(sent: Pick<InboxEvent, 'from' | 'via'>, address: string): boolean {
  return sent.from === address && sent.via === VIA;
}
