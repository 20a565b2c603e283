// What a daemon tells of itself: a line each, with a level, in words or as JSON, on stderr or in a file.
import { type Config, LOG_LEVELS, type LogFormat, type LogLevel } from './config/config.ts';
import { LogFile } from './log-file.ts';

/** What the words say, for programs: JSON has it beside them, text leaves it out. `time`, `level`, `message` and `pid` are taken. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

type Write = (line: string) => void;
type Line = (level: LogLevel, message: string, fields: LogFields) => string;

const toStderr: Write = line => process.stderr.write(line);

const LINES: Readonly<Record<LogFormat, Line>> = {
  text: (level, message) => `${new Date().toISOString()} ${level.padEnd(5)} ${message}\n`,
  json: (level, message, fields) =>
    `${JSON.stringify({ time: new Date().toISOString(), level, message, pid: process.pid, ...fields })}\n`,
};

/** Logs to `write` what is at least as grave as `level`. Tokens never come here: nothing that holds one is ever logged. */
export function makeLogger(level: LogLevel, write: Write = toStderr, format: LogFormat = 'text'): Logger {
  const from = LOG_LEVELS.indexOf(level);
  const at =
    (name: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (LOG_LEVELS.indexOf(name) >= from) write(LINES[format](name, message, fields));
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** The logger of a configuration: into its file where it names one, and to stderr what that does not take. */
export function openLogger(
  config: Pick<Config, 'logLevel' | 'logFormat' | 'logFile' | 'logMaxBytes' | 'logFiles'>,
): Logger {
  const { logLevel, logFormat, logFile } = config;
  const onStderr = makeLogger(logLevel, toStderr, logFormat);
  if (logFile === undefined) return onStderr;
  const file = new LogFile({
    file: logFile,
    maxBytes: config.logMaxBytes,
    keep: config.logFiles,
    instead: toStderr,
    failed: why => onStderr.error(why),
    mended: lines => logger.warn(`log: ${lines} lines before this one went to stderr`, { lines }),
  });
  const logger = makeLogger(logLevel, line => file.write(line), logFormat);
  return logger;
}
