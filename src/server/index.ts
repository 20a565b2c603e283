// The door of the server.

export { type Logger, makeLogger } from '../logger.ts';
export { Daemon, type DaemonOptions, startDaemon } from './daemon.ts';
export { PortInUseError } from './http/web-server.ts';
