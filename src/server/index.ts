// The door of the server.

export { Daemon, type DaemonOptions, startDaemon } from './daemon.ts';
export { type Logger, makeLogger } from './logger.ts';
export { PortInUseError } from './web-server.ts';
