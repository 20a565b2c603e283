// The configuration: its shape, where its values come from, and its reference.
export { ruleName } from './alerts.ts';
export * from './config.ts';
export { DAEMON_FILE, type DaemonFile, removeDaemonFile, urlOf, writeDaemonFile } from './daemon-file.ts';
export { configReference } from './docs.ts';
export { ConfigError } from './error.ts';
export { type ConfigSources, type Flags, findHome, loadConfig } from './load.ts';
export { isLoopback } from './loopback.ts';
export { LIMIT_OPTIONS, OPTIONS } from './options.ts';
export { nearest } from './spelling.ts';
