// The door of the engine: the way of an event into the log, and what may be asked about it.
export { Core, type HookAnswers } from './engine.ts';
export type { Intake } from './intake.ts';
export type { Services } from './queries.ts';
export { SpoolDrain } from './spool-drain.ts';
export { OutOfReachError } from './time-travel.ts';
