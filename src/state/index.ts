// The door of the projections.
export { type AskedRequest, type LivingSession, Projection } from './projection.ts';
