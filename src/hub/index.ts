// The door of the hub: many hooklines as one.

export { ApprovalsForHubs } from './approvals-for-hubs.ts';
export { Hub } from './hub.ts';
export type { Resume } from './resume.ts';
