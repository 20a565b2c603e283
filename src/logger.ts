// Words for people, on stderr: one line each, with a level.
import { LOG_LEVELS, type LogLevel } from './config/config.ts';

export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Logs to `write` what is at least as grave as `level`. Tokens never come here: nothing that holds one is ever logged. */
export function makeLogger(
  level: LogLevel,
  write: (line: string) => void = line => process.stderr.write(line),
): Logger {
  const from = LOG_LEVELS.indexOf(level);
  const at = (name: LogLevel) => (message: string) => {
    if (LOG_LEVELS.indexOf(name) >= from) write(`${new Date().toISOString()} ${name.padEnd(5)} ${message}\n`);
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
