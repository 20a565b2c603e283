// Which events a topic pattern stands for, as the compiler sees it: `'tool.*'` is the union of all tool events.
import type { EventEnvelope, EventOf, EventType, HookEvent, HooklineEvent } from '../protocol/index.ts';

/** One topic pattern, or several. */
export type Topics = string | readonly string[];

declare const foreign: unique symbol;
/** A topic, or pattern, of events that somebody else tells under a name of their own: `'deploy.done' as ForeignTopic`. */
export type ForeignTopic = string & { readonly [foreign]: true };

/** `a,b` → `a` | `b` */
type Choices<Inner extends string> = Inner extends `${infer First},${infer Rest}`
  ? First | Choices<Rest>
  : Inner;

/** `{a,b}.c` → `a.c` | `b.c` */
type Plain<P extends string> = P extends `${infer Head}{${infer Inner}}${infer Tail}`
  ? Plain<`${Head}${Choices<Inner>}${Tail}`>
  : P;

/** `a.*` → `a.${string}`; `**` stands for no segment at all, too. */
type Template<P extends string> = P extends '*' | '**'
  ? string
  : P extends `${infer Head}**.${infer Tail}`
    ? `${Template<Head>}${'' | `${string}.`}${Template<Tail>}`
    : P extends `${infer Head}.**`
      ? Template<Head> | `${Template<Head>}.${string}`
      : P extends `${infer Head}*${infer Tail}`
        ? `${Head}${string}${Template<Tail>}`
        : P;

type Known<T extends string> = { [K in EventType]: K extends T ? EventOf<K> : never }[EventType];

type Hooks<T extends string> = [`hook.${string}`] extends [T]
  ? HookEvent
  : T extends `hook.${string}`
    ? HookEvent & { type: T }
    : never;

type Matching<T extends string> = [Known<T> | Hooks<T>] extends [never] ? EventEnvelope : Known<T> | Hooks<T>;

/**
 * The events that patterns stand for: `EventFor<'tool.use'>` is `EventOf<'tool.use'>`, `EventFor<'tool.*'>` the union of the
 * tool events, which narrows by `type`. A pattern the compiler does not know as a literal gives any event, a `ForeignTopic` the
 * envelope.
 */
export type EventFor<P extends Topics> = P extends readonly string[]
  ? EventForPattern<P[number]>
  : P extends string
    ? EventForPattern<P>
    : never;

type EventForPattern<P extends string> = string extends P
  ? HooklineEvent
  :
      | (Extract<P, ForeignTopic> extends never ? never : EventEnvelope)
      | (Exclude<P, ForeignTopic> extends never
          ? never
          : Matching<Template<Plain<Exclude<P, ForeignTopic>>>>);

/** Whether a pattern without braces can stand for an event of hookline's: each has a dot, and what begins with a star may be a hook. */
type Stands<P extends string> = P extends `*${string}` | `hook.${string}`
  ? true
  : P extends `${string}.${string}`
    ? [Known<Template<P>>] extends [never]
      ? false
      : true
    : false;

type Unfit<P extends string> = P extends unknown ? (Stands<P> extends true ? never : P) : never;

/** The alternatives of patterns that can stand for no event of hookline's. */
type Stray<T extends string> = Unfit<Plain<Exclude<T, ForeignTopic>>>;

/** What the compiler says of a topic that is a literal and no event's of hookline's: most likely a typing mistake. */
export interface NoEventHasTheTopic<P extends string> {
  readonly hint: `'${P}' is no topic of hookline's; one of somebody else's is asked for as '${P}' as ForeignTopic`;
}

/**
 * Nothing, for patterns that stand for events of hookline's, each alternative of them, for a `ForeignTopic`, and for a `string` that
 * is not known before the program runs. A function that hands a topic on takes it as `T & CheckedTopic<T>`, and names the type:
 * `client.events<T>(topic)`.
 */
export type CheckedTopic<T extends string> = string extends T
  ? unknown
  : [Stray<T>] extends [never]
    ? unknown
    : NoEventHasTheTopic<Stray<T>>;
