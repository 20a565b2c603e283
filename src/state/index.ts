// The door of the projections.
export { type LivingSession, Projection } from './projection.ts';
