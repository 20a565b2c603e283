// The one validated object a daemon is started with.
import type { Limits } from '../protocol/index.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Config {
  /** State directory, absolute. Default `~/.hookline`. */
  readonly home: string;
  /** Claude Code's directory, absolute. Default `~/.claude`. */
  readonly claudeDir: string;
  /** Address to bind. Default `127.0.0.1`. */
  readonly host: string;
  /** TCP port; 0 picks a free one. Default 3838. */
  readonly port: number;
  /** False: keep events in memory only. Default true. */
  readonly store: boolean;
  /** False: no token needed (loopback hosts only). Default true. */
  readonly auth: boolean;
  /** False: `start` leaves settings.json alone. Default true. */
  readonly hooks: boolean;
  /** Default `info`. */
  readonly logLevel: LogLevel;
  /** Events the ring buffer holds. Default 10,000. */
  readonly ringEvents: number;
  /** Bytes the ring buffer holds at most; the oldest go first. Default 64 MiB. */
  readonly ringBytes: number;
  /** Age in days after which stored events are deleted. Default 30. */
  readonly retentionDays: number;
  /** Size in bytes the store is kept under. Default 1 GiB. */
  readonly retentionBytes: number;
  /** Messages that may wait for one name. Default 1,000. */
  readonly inboxMessages: number;
  /** Hours after which a session without a known process that was not heard of counts as over. Default 72. */
  readonly silentHours: number;
  /** Further values of `Host` (with port) that are ours. Default none. */
  readonly allowedHosts: readonly string[];
  /** Further values of `Origin` that may connect. Default none. */
  readonly allowedOrigins: readonly string[];
  /** Replace secrets in well-known formats. Default true. */
  readonly redact: boolean;
  /** Trim long strings, drop `originalFile` and base64 images. Default true. */
  readonly trim: boolean;
  readonly limits: Limits;
}
