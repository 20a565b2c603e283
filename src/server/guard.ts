// The side door of the server: what keeps strangers out, for another server of ours that is to be as safe without being the daemon.
export { type CredentialPlaces, Gate, rawValues } from './http/gate.ts';
export { HttpError } from './http/http-error.ts';
export { refuseUnreadable } from './http/refuse.ts';
export { handleUpgrades } from './http/upgrade.ts';
