// What a service runs: this node and this script, with what the environment says of a daemon.
import fs from 'node:fs';
import path from 'node:path';
import { type Config, OPTIONS } from '../../config/index.ts';
import { VERSION } from '../../version.ts';
import { Failure } from '../failure.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface Job {
  /** Of the hookline that wrote it. */
  readonly version: string;
  /** HOOKLINE_HOME. */
  readonly home: string;
  /** Absolute. */
  readonly node: string;
  /** Absolute. */
  readonly script: string;
  /** What follows the script. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where its log goes; undefined where that is for its manager to keep. */
  readonly log: string | undefined;
}

/** How this command was started. */
export interface Runner {
  readonly node: string;
  readonly script: string;
}

/** A log file of the daemon's own, for managers that keep none: in its home. */
export const LOG_FILE = 'hookline.log';

/** Places of packagers that lead to the node of the day; what they lead to has its version in its path, and goes with the next one. */
const LASTING_NODES = [
  '/opt/homebrew/bin/node',
  '/usr/local/bin/node',
  '/home/linuxbrew/.linuxbrew/bin/node',
];
/** Paths in variables count from where they were set. */
const PATHS = {
  HOOKLINE_HOME: 'home',
  CLAUDE_CONFIG_DIR: 'claudeDir',
  HOOKLINE_LOG_FILE: 'logFile',
} as const;
/** What npm puts on the PATH of what it runs, and takes away again. */
const OF_NPM = path.join('node_modules', '.bin');

const thisProcess = (): Runner => ({ node: process.execPath, script: process.argv[1] ?? '' });

/**
 * The job, and what there is to say of it.
 *
 * @param keepsLog whether its manager keeps what it writes to stderr
 * @throws Failure for a path that no service file can hold
 */
export function jobOf(
  config: Config,
  { env, keepsLog, runner = thisProcess() }: { env: Env; keepsLog: boolean; runner?: Runner },
): { readonly job: Job; readonly notes: readonly string[] } {
  const node = lasting(runner.node);
  const script = fs.realpathSync(runner.script);
  for (const file of [node, script, config.home]) refuseControls(file);
  const carried = carriedOver(config, env);
  const ownLog = keepsLog || config.logFile !== undefined ? undefined : path.join(config.home, LOG_FILE);
  const job: Job = {
    ...{ version: VERSION, home: config.home, node, script },
    args: ['start', ...(ownLog === undefined ? [] : ['--log-file', ownLog])],
    env: carried.env,
    log: config.logFile ?? ownLog,
  };
  return { job, notes: [...notesOn(script), ...carried.notes] };
}

function lasting(node: string): string {
  const real = fs.realpathSync(node);
  const isSame = (file: string): boolean => {
    try {
      return fs.realpathSync(file) === real;
    } catch {
      return false;
    }
  };
  return LASTING_NODES.find(isSame) ?? real;
}

/** What the daemon reads of the environment, and PATH, by which it finds the agent. Nothing that may hold a password. */
function carriedOver(
  config: Config,
  env: Env,
): { readonly env: Record<string, string>; readonly notes: string[] } {
  const options = new Map(
    Object.values(OPTIONS).flatMap(({ env: name, kind }) =>
      name === undefined ? [] : [[name, kind.isSecret === true] as const],
    ),
  );
  const found: Record<string, string> = {};
  const notes: string[] = [];
  for (const [name, value] of Object.entries(env).sort()) {
    const isOurs = name.startsWith('HOOKLINE_') || options.has(name);
    if (!isOurs || value === undefined || value === '') continue;
    const isPath = name in PATHS;
    if (!options.has(name)) notes.push(`${name} is not in the service file: the daemon does not read it.`);
    else if (options.get(name))
      notes.push(
        `${name} is not in the service file: it may hold a password. Put what it says into ${path.join(config.home, 'config.json')}.`,
      );
    else if (hasControls(value)) notes.push(`${name} is not in the service file: it has control characters.`);
    else found[name] = isPath ? (config[PATHS[name as keyof typeof PATHS]] ?? value) : value;
  }
  const carried = Object.keys(found);
  if (carried.length > 0)
    notes.push(
      `As they are now, the service file has: ${carried.join(', ')}. What is in config.json is read anew.`,
    );
  const folders = (env['PATH'] ?? '').split(path.delimiter);
  const PATH = folders.filter(
    folder => path.isAbsolute(folder) && !folder.endsWith(OF_NPM) && !hasControls(folder),
  );
  return { env: { ...(PATH.length > 0 ? { PATH: PATH.join(path.delimiter) } : {}), ...found }, notes };
}

function notesOn(script: string): string[] {
  if (!script.split(path.sep).includes('_npx')) return [];
  return [
    `${script} is in the cache of npx, which is emptied now and then; install hookline for good with: npm install -g hookline`,
  ];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const hasControls = (text: string): boolean => /[\x00-\x1f\x7f]/.test(text);

function refuseControls(file: string): void {
  if (hasControls(file))
    throw new Failure(
      `${JSON.stringify(file)} has a control character, which no service file can hold; rename it`,
    );
}
