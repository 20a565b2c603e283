// The door of the engine: the way of an event into the log, and what may be asked about it.
export { Engine } from './engine.ts';
export type { HookAnswerer, HookCall, HookReply, TakenIn } from './hook-answers.ts';
export { NoPastLogError, type PastLog } from './past-log.ts';
export type { Queries } from './queries.ts';
export { OutOfReachError } from './time-travel.ts';
