// Every normal event type with the schema of its data, and the types a client program works with.
import type { z } from 'zod';
import type { EventEnvelope } from './envelope.ts';
import { ALERT_EVENTS } from './events/alerts.ts';
import { APPROVAL_EVENTS } from './events/approvals.ts';
import { EMPTY } from './events/common.ts';
import { DAEMON_EVENTS } from './events/daemon.ts';
import { INBOX_EVENTS } from './events/inbox.ts';
import { SESSION_EVENTS } from './events/session.ts';
import { SURROUNDINGS_EVENTS } from './events/surroundings.ts';
import { WORK_EVENTS } from './events/work.ts';

/**
 * Event type → schema of its `data`. A field the agent left out, or gave a type of its own, is left out of `data`, or empty
 * if every event of the type has it; fields may be added, never renamed. What has no normal form travels as `hook.<event>`
 * with the payload as `data`.
 */
export const EVENT_DATA = {
  ...SESSION_EVENTS,
  ...WORK_EVENTS,
  ...SURROUNDINGS_EVENTS,
  ...DAEMON_EVENTS,
  ...INBOX_EVENTS,
  ...APPROVAL_EVENTS,
  ...ALERT_EVENTS,
} as const;

export type EventType = keyof typeof EVENT_DATA;

/** The `data` of an event type. */
export type EventDataOf<T extends EventType> = z.infer<(typeof EVENT_DATA)[T]>;

type EnvelopeRest = Omit<EventEnvelope, 'type' | 'data'>;

/** The event of a type: `EventOf<'tool.use'>`. */
export type EventOf<T extends EventType> = EnvelopeRest & { type: T; data: EventDataOf<T> };

/** A hook by its own name, with the payload as the agent sent it. */
export type HookEvent = EnvelopeRest & { type: `hook.${string}`; data: Record<string, unknown> };

/** Any event; narrows by `type`. */
export type HooklineEvent = { [T in EventType]: EventOf<T> }[EventType] | HookEvent;

/** Every normal event type. */
export const EVENT_TYPES: readonly EventType[] = Object.keys(EVENT_DATA) as EventType[];

/** Event types that only the daemon itself tells; nobody may post them. */
export const DAEMON_EVENT_TYPES: readonly EventType[] = Object.keys({
  ...DAEMON_EVENTS,
  ...INBOX_EVENTS,
  ...APPROVAL_EVENTS,
  ...ALERT_EVENTS,
}) as EventType[];

/** Event type → what its events have in any case, as it is when nobody told it. */
const EMPTY_DATA: ReadonlyMap<EventType, readonly (readonly [string, unknown])[]> = new Map(
  EVENT_TYPES.map(type => [
    type,
    Object.entries<z.ZodType>(EVENT_DATA[type].shape).flatMap(([name, field]) => {
      const empty = EMPTY.get(field);
      return empty === undefined ? [] : [[name, empty.value] as const];
    }),
  ]),
);

/**
 * The data with all that its type promises: a string or a list that nobody told is empty. Whoever makes an event of what an
 * agent said MUST pass it through here. Gives back the same object when nothing is missing.
 */
export function complete<T extends EventType>(
  type: T,
  data: Readonly<Record<string, unknown>>,
): EventDataOf<T> {
  const missing = EMPTY_DATA.get(type)?.filter(([name]) => data[name] === undefined) ?? [];
  return (missing.length === 0 ? data : { ...data, ...Object.fromEntries(missing) }) as EventDataOf<T>;
}

/** Whether a type has a normal form, that is, a schema in `EVENT_DATA`. */
export function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENT_DATA, type);
}
