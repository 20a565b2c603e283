// The door of the hub: many hooklines as one.
export { Hub } from './hub.ts';
export { ApprovalsForHubs } from './hub-listener.ts';
export type { Resume } from './resume.ts';
