// Looks into values of which nothing is known, as the daemon does.
export { field, own } from '../../src/story/lookup.ts';
