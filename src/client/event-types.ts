// Which events a topic pattern stands for, as the compiler sees it: `'tool.*'` is the union of all tool events.
import type { EventEnvelope, EventOf, EventType, HookEvent, HooklineEvent } from '../protocol/index.ts';

/** One topic pattern, or several. */
export type Topics = string | readonly string[];

/** `a,b` → `a` | `b` */
type Choices<Inner extends string> = Inner extends `${infer First},${infer Rest}`
  ? First | Choices<Rest>
  : Inner;

/** `{a,b}.c` → `a.c` | `b.c` */
type Plain<P extends string> = P extends `${infer Head}{${infer Inner}}${infer Tail}`
  ? Plain<`${Head}${Choices<Inner>}${Tail}`>
  : P;

/** `a.*` → `a.${string}` */
type Template<P extends string> = P extends '*' | '**'
  ? string
  : P extends `${infer Head}**${infer Tail}`
    ? `${Head}${string}${Template<Tail>}`
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
 * tool events, which narrows by `type`. A pattern the compiler does not know as a literal gives any event.
 */
export type EventFor<P extends Topics> = P extends readonly string[]
  ? EventForPattern<P[number]>
  : P extends string
    ? EventForPattern<P>
    : never;

type EventForPattern<P extends string> = string extends P ? HooklineEvent : Matching<Template<Plain<P>>>;
