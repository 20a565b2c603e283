// The door of dedup: one story out of hooks that come late, twice, out of order or not at all.
export { boundedState } from './dedup-state.ts';
export type { Implied } from './implied.ts';
export { type PinnedState, pinnedState, unboundedState } from './pinned-state.ts';
export { Reconciler } from './reconciler.ts';
export { SeenIndex } from './seen-index.ts';
