// Puts the configuration together: flag > environment > config.json > default, everything checked.
import os from 'node:os';
import path from 'node:path';
import { LIMITS, type Limits } from '../protocol/index.ts';
import { NoTargetError, type WrittenAlert, withTargets } from './alert-targets.ts';
import { PlaceError, withPlace } from './broker-places.ts';
import type { AlertRule, AlertTarget, BrokerConfig, Config, LineInput } from './config.ts';
import { badPart, badSecret, badValue, ConfigError } from './error.ts';
import { readConfigFile } from './file.ts';
import type { Input } from './inputs.ts';
import { isLoopback } from './loopback.ts';
import type { Option } from './option.ts';
import { LIMIT_OPTIONS, OPTIONS } from './options.ts';
import { nearest } from './spelling.ts';

/** Options as the command line gave them, by their key; text is read like text from the environment. */
export type Flags = { readonly [K in keyof Omit<Config, 'limits'>]?: string | boolean };

export interface ConfigSources {
  /** Only what the user typed, not what the command line falls back to. Default none. */
  readonly flags?: Flags;
  /** Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The user's home directory, absolute. Default `os.homedir()`. */
  readonly homedir?: string;
}

/**
 * The configuration this process runs with.
 *
 * @throws ConfigError with one line that names the source, the value and what is allowed.
 */
export function loadConfig(sources: ConfigSources = {}): Config {
  const { flags = {}, env = process.env, homedir = os.homedir() } = sources;
  const home = findHome(sources);
  const file = path.join(home, 'config.json');
  const written = readConfigFile(file);
  checkKeys(written, file);
  const from: Layers = { flags, env, file: written, filePath: file, homedir };
  const plain = Object.entries(OPTIONS).map(([key, option]) => [
    key,
    choose(key, option as Option<unknown>, from),
  ]);
  const config = {
    ...Object.fromEntries(plain),
    limits: readLimits(written['limits'], file),
  } as Omit<Config, 'in' | 'alerts'> & {
    readonly in: readonly Input[];
    readonly alerts: readonly WrittenAlert[];
  };
  if (!config.auth && !isLoopback(config.host)) {
    throw new ConfigError(
      `--no-auth works on a loopback address only, and the host is ${config.host}: drop --no-auth, or listen on 127.0.0.1`,
    );
  }
  return {
    ...config,
    home,
    claudeDir: absolute(config.claudeDir, homedir),
    logFile: config.logFile === undefined ? undefined : absolute(config.logFile, homedir),
    in: config.in.flatMap(one => ('place' in one ? [] : [withPath(one, homedir)])),
    brokers: withPlaces(config.brokers, config.in, `${file}: "in"`).map(broker => ({
      ...broker,
      ...filesOf(broker, homedir),
    })),
    alerts: alertsOf(config.alerts, config.alertTargets, homedir, file),
  };
}

/** @throws ConfigError */
function alertsOf(
  rules: readonly WrittenAlert[],
  named: Readonly<Record<string, AlertTarget>>,
  homedir: string,
  file: string,
): readonly AlertRule[] {
  try {
    return withTargets(rules, named).map(rule => ({ ...rule, to: rule.to.map(one => atHome(one, homedir)) }));
  } catch (error) {
    if (error instanceof NoTargetError) throw new ConfigError(`${file}: "alerts" is wrong: ${error.message}`);
    throw error;
  }
}

/** The target with its file where that is. */
function atHome(target: AlertTarget, homedir: string): AlertTarget {
  if (target.kind === 'webhook') return { ...target, secretFile: absolute(target.secretFile, homedir) };
  if (target.kind === 'slack' || target.kind === 'discord')
    return { ...target, urlFile: absolute(target.urlFile, homedir) };
  if (target.kind !== 'ntfy' || target.tokenFile === undefined) return target;
  return { ...target, tokenFile: absolute(target.tokenFile, homedir) };
}

const withPath = (input: LineInput, homedir: string): LineInput =>
  'fifo' in input
    ? { ...input, fifo: absolute(input.fifo, homedir) }
    : { ...input, unix: absolute(input.unix, homedir) };

/** The brokers, with all that is to be read at them. @throws ConfigError */
function withPlaces(
  brokers: readonly BrokerConfig[],
  inputs: readonly Input[],
  source: string,
): readonly BrokerConfig[] {
  let all = brokers;
  for (const [n, input] of inputs.entries()) {
    if (!('place' in input)) continue;
    try {
      all = withPlace(all, input);
    } catch (error) {
      if (!(error instanceof PlaceError)) throw error;
      throw badPart(source, [n, input.kind], error.message, OPTIONS.in.kind.allowed);
    }
  }
  return all;
}

function filesOf(
  { passwordFile, ca, cert, key }: BrokerConfig,
  homedir: string,
): Pick<BrokerConfig, 'passwordFile' | 'ca' | 'cert' | 'key'> {
  const given = Object.entries({ passwordFile, ca, cert, key });
  return Object.fromEntries(
    given.flatMap(([name, file]) => (file === undefined ? [] : [[name, absolute(file, homedir)]])),
  );
}

/** The state directory, which nothing but a flag or the environment can name. @throws ConfigError */
export function findHome({
  flags = {},
  env = process.env,
  homedir = os.homedir(),
}: ConfigSources = {}): string {
  return absolute(choose('home', OPTIONS.home, { flags, env, file: {}, homedir }), homedir);
}

interface Layers {
  readonly flags: Flags;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file: Readonly<Record<string, unknown>>;
  readonly filePath?: string;
  readonly homedir: string;
}

/** The value of the strongest layer that has one. Those of the others are checked too: they count the next time. */
function choose<T>(key: string, option: Option<T>, from: Layers): T {
  const given: T[] = [];
  const typed = from.flags[key as keyof Flags];
  if (typed !== undefined) given.push(check(option, typed, option.flag?.split(' ')[0] ?? key, true));
  const variable = option.env === undefined ? undefined : from.env[option.env];
  if (variable !== undefined && variable !== '' && option.env !== undefined)
    given.push(check(option, variable, option.env, true));
  if (key in from.file) given.push(check(option, from.file[key], `${from.filePath}: "${key}"`));
  const [strongest] = given;
  if (strongest !== undefined) return strongest;
  const { fallback } = option;
  return typeof fallback === 'function' ? (fallback as (homedir: string) => T)(from.homedir) : fallback;
}

function check<T>(option: Option<T>, value: unknown, source: string, asText = false): T {
  const { schema, fromText } = option.kind;
  const result = schema.safeParse(asText && typeof value === 'string' ? fromText(value) : value);
  if (result.success) return result.data;
  const { allowed, hasParts } = option.kind;
  const [wrong] = result.error.issues;
  if (hasParts && wrong && wrong.path.length > 0) throw badPart(source, wrong.path, wrong.message, allowed);
  if (option.kind.isSecret) throw badSecret(source, wrong?.message ?? 'it is none', allowed);
  throw badValue(source, value, allowed);
}

function checkKeys(written: Readonly<Record<string, unknown>>, file: string): void {
  const known = Object.entries(OPTIONS)
    .filter(([, option]) => option.inFile !== false)
    .map(([key]) => key);
  refuseUnknown(Object.keys(written), [...known, 'limits'], file, '');
}

function readLimits(value: unknown, file: string): Limits {
  const written = value ?? {};
  if (typeof written !== 'object' || Array.isArray(written)) {
    throw badValue(`${file}: "limits"`, value, 'an object such as {"connections": 100}');
  }
  refuseUnknown(Object.keys(written), Object.keys(LIMIT_OPTIONS), file, 'limits.');
  const changed = Object.entries(written).map(([key, given]) => {
    const option = LIMIT_OPTIONS[key as keyof typeof LIMIT_OPTIONS];
    return [key, check(option, given, `${file}: "limits.${key}"`)];
  });
  return { ...LIMITS, ...Object.fromEntries(changed) };
}

function refuseUnknown(
  keys: readonly string[],
  known: readonly string[],
  file: string,
  prefix: string,
): void {
  const stranger = keys.find(key => !known.includes(key));
  if (stranger === undefined) return;
  const guess = nearest(stranger, known);
  const hint = guess === undefined ? `known keys: ${known.join(', ')}` : `did you mean "${prefix}${guess}"?`;
  throw new ConfigError(`${file}: ${JSON.stringify(prefix + stranger)} is not a known key; ${hint}`);
}

/** An absolute path; `~` stands for the home directory, because files and service units do not expand it. */
function absolute(directory: string, homedir: string): string {
  return path.resolve(directory.replace(/^~(?=\/|\\|$)/, homedir));
}
