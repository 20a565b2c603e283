// Every normal event type with the schema of its data, and the types a client program works with.
import type { z } from 'zod';
import type { EventEnvelope } from './envelope.ts';
import { DAEMON_EVENTS } from './events/daemon.ts';
import { SESSION_EVENTS } from './events/session.ts';
import { SURROUNDINGS_EVENTS } from './events/surroundings.ts';
import { WORK_EVENTS } from './events/work.ts';

/**
 * Event type → schema of its `data`. A field the agent left out, or gave a type of its own, is left out of `data`;
 * fields may be added, never renamed. What has no normal form travels as `hook.<event>` with the payload as `data`.
 */
export const EVENT_DATA = {
  ...SESSION_EVENTS,
  ...WORK_EVENTS,
  ...SURROUNDINGS_EVENTS,
  ...DAEMON_EVENTS,
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
export const DAEMON_EVENT_TYPES: readonly EventType[] = Object.keys(DAEMON_EVENTS) as EventType[];

/** Whether a type has a normal form, that is, a schema in `EVENT_DATA`. */
export function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENT_DATA, type);
}
