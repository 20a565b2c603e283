// Throw-away places for the command line, and commands that run until a test ends them.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEveryFile } from './endings.ts';
import type { Place } from './hookline.ts';
import { until } from './until.ts';

export const MAIN: string = path.join(import.meta.dirname, '../../dist/cli/main.js');

/** How hints call hookline here: it is not on the PATH, so its name alone would run nothing, and it has a home of its own. */
export const commandIn = ({ hooklineHome }: Place): string =>
  `HOOKLINE_HOME=${hooklineHome} node ${fs.realpathSync(MAIN)}`;

const folders: string[] = [];
const children: ChildProcess[] = [];
afterEveryFile(() => {
  for (const child of children.splice(0))
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

export interface CliPlace extends Place {
  readonly home: string;
  readonly claudeDir: string;
}

/** A home with nothing in it; no `claude` is on its PATH. */
export function makePlace(): CliPlace {
  const home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-cli-')));
  folders.push(home);
  const claudeDir = path.join(home, 'claude');
  const bin = path.join(home, 'bin');
  fs.mkdirSync(bin);
  fs.symlinkSync(process.execPath, path.join(bin, 'node'));
  const env = {
    HOME: home,
    CLAUDE_CONFIG_DIR: claudeDir,
    PATH: `${bin}:/usr/bin:/bin`,
    TERM: 'xterm',
    TZ: 'UTC',
  };
  return { home, claudeDir, env, hooklineHome: path.join(home, 'hookline') };
}

export interface Running {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** The lines on stdout that are whole. */
  lines(): string[];
  /** Waits until stdout has this many lines. */
  haveLines(count: number, timeoutMs?: number): Promise<string[]>;
  /** Waits until stderr says this. */
  says(words: string): Promise<unknown>;
  /** Sends a signal (default SIGINT) and waits for the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  readonly exit: Promise<number | null>;
}

/** Starts a command that runs until it is ended, at the latest after the test file. */
export function runCli(place: Place, args: readonly string[], env: Record<string, string> = {}): Running {
  return follow(
    spawn(process.execPath, [MAIN, ...args], {
      env: { ...place.env, HOOKLINE_HOME: place.hooklineHome, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

/** Collects what a process writes. */
export function follow(child: ChildProcess): Running {
  children.push(child);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      texts[name] += chunk;
    });
  }
  const exit = new Promise<number | null>(resolve => child.once('close', resolve));
  const lines = (): string[] => texts.stdout.split('\n').slice(0, -1);
  return {
    child,
    exit,
    lines,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    async haveLines(count, timeoutMs) {
      await until(`${count} lines came`, () => lines().length >= count, timeoutMs).catch(error => {
        throw new Error(`${(error as Error).message}; there are:\n${texts.stdout}${texts.stderr}`);
      });
      return lines();
    },
    says: words => until(`stderr said ${JSON.stringify(words)}`, () => texts.stderr.includes(words)),
    end(signal = 'SIGINT') {
      child.kill(signal);
      return exit;
    },
  };
}

/** Posts a hook payload, as the hooks do. */
export async function postHook(
  daemon: { url: string; token: string },
  event: string,
  fields: Record<string, unknown> = {},
): Promise<void> {
  const response = await fetch(`${daemon.url}/hook`, {
    method: 'POST',
    headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      session_id: '8dd92b6f-one',
      cwd: '/home/dev/shop',
      hook_event_name: event,
      ...fields,
    }),
  });
  if (!response.ok) throw new Error(`POST /hook was answered ${response.status}: ${await response.text()}`);
}
