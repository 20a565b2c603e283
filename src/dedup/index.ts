// The door of dedup: one story out of hooks that come late, twice, out of order or not at all.
export { boundedMemory } from './dedup-state.ts';
export { type PinnedMemory, pinnedMemory, unboundedMemory } from './pinned-state.ts';
export { Reconciler } from './reconciler.ts';
export { Recollection } from './seen-index.ts';
