// The door of the hub: many hooklines as one.
export { Hub } from './hub.ts';
export { ApprovalsForHubs } from './approvals-for-hubs.ts';
export type { Resume } from './resume.ts';
