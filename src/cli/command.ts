// What all commands share: examples in the help, options from the table of the configuration, and where it is loaded.
import { type Command, Option } from 'commander';
import { type Config, type Flags, loadConfig, OPTIONS } from '../config/index.ts';
import { UsageError } from './failure.ts';
import type { Terminal } from './terminal.ts';
import { parseDuration } from './text/time.ts';

/** Adds examples under the help of a command: what to type, and what it does. */
export function examples(command: Command, lines: readonly (readonly [string, string])[]): void {
  const width = Math.max(...lines.map(([typed]) => typed.length));
  const text = lines.map(([typed, meaning]) => `  $ ${typed.padEnd(width)}   ${meaning}`);
  command.addHelpText('after', `\nExamples:\n${text.join('\n')}`);
}

/** For an option that may be given again and again. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** For an option that takes a whole number. */
export function whole(option: string, least: number, most: number): (text: string) => number {
  return text => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new UsageError(
      `${option} is ${JSON.stringify(text)}, but it must be a whole number from ${least} to ${most}`,
    );
  };
}

/** One of a few words. @throws UsageError */
export function oneOf<T extends string>(
  option: string,
  value: string | undefined,
  all: readonly T[],
): T | undefined {
  if (value === undefined || all.includes(value as T)) return value as T | undefined;
  throw new UsageError(`${option} is ${JSON.stringify(value)}, but it must be one of ${all.join(', ')}`);
}

/** Milliseconds of a length of time. @throws UsageError */
export function durationOf(option: string, text: string | undefined): number | undefined {
  const ms = text === undefined ? undefined : parseDuration(text);
  if (text === undefined || ms !== undefined) return ms;
  throw new UsageError(`${option} is ${JSON.stringify(text)}, but it must be such as 30s, 10m, 2h or 1d`);
}

type FlagKey = keyof Flags;

/** What there is to say of a daemon's log. */
export const LOG_OPTIONS = ['logLevel', 'logFormat', 'logFile', 'logMaxBytes', 'logFiles'] as const;

/** Adds the flags of these configuration options, with their defaults in the help. */
export function configOptions(command: Command, keys: readonly FlagKey[]): void {
  for (const key of keys) {
    const { flag, about, kind, fallback, fallbackText } = OPTIONS[key];
    if (flag === undefined) continue;
    if (typeof fallback === 'boolean') command.addOption(new Option(flag, switchedOff[key] ?? about));
    else
      command.addOption(
        new Option(flag, `${about} ${capital(kind.allowed)}. (default: ${fallbackText ?? fallback})`),
      );
  }
}

/** What a `--no-...` flag does, where the option's own words say what it is when on. */
const switchedOff: Partial<Record<FlagKey, string>> = {
  hooks: "Leave Claude Code's settings alone. (default: the hooks are installed)",
  store: 'Keep events in memory only, until the daemon stops. (default: on disk)',
  auth: 'Ask for no token; on a loopback address only. (default: a token is needed)',
};

/**
 * The configuration, with the flags that were really typed (not commander's defaults).
 *
 * @throws ConfigError
 */
export function configOf(command: Command, terminal: Terminal): Config {
  const typed = Object.entries(command.opts<Record<string, string | boolean>>()).filter(
    ([key]) => key in OPTIONS && command.getOptionValueSource(key) === 'cli',
  );
  return loadConfig({ env: terminal.env, flags: Object.fromEntries(typed) });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
