// The door of the projections.
export { Projection } from './projection.ts';
