// An interactive session of the real client in a terminal of its own: keys go in, the screen comes out.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from '../run.ts';
import type { World } from './world.ts';

/** Whether there is a tmux to run; says on the console when there is none. */
export function hasTmux(): boolean {
  try {
    execFileSync('tmux', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('skipped: no tmux on PATH, so no interactive sessions; install the package "tmux"');
    return false;
  }
}

/** Whether a line has the mark of what is chosen. Other lines change while nobody does anything: a call blinks, time goes by. */
const isMarked = (line: string): boolean => line.includes('❯');

const literally = (text: string): string => text.replace(/[^\w\s]/g, '\\$&');

export interface Terminal {
  /** What the screen shows now. */
  screen(): Promise<string>;
  /** Every different screen looked at so far, what flashed by while waiting included, and what is there now. */
  seen(): Promise<string>;
  /** Types a text, and no Enter. */
  type(text: string): Promise<void>;
  /** Types a line and presses Enter once the screen has it. */
  submit(line: string): Promise<void>;
  /** Presses keys by tmux's names: `Enter`, `Escape`, `Down`, `C-c`. */
  press(...keys: string[]): Promise<void>;
  /**
   * Presses a key until the screen matches: a dialog ignores keys for a moment after it opens. Every 2 s, for a key
   * too many can do harm (Escape twice at the prompt opens another dialog).
   */
  pressUntil(key: string, what: RegExp, timeoutMs?: number): Promise<string>;
  /** Moves down to an option of a dialog and presses Enter there: once it has stayed there, for a slow screen may go one too far. */
  choose(option: RegExp): Promise<void>;
  /** Resolves with the screen once it matches; fails after `timeoutMs` (default a minute) and shows the screen. */
  waitFor(what: RegExp, timeoutMs?: number): Promise<string>;
  /** Makes the window so large. */
  resize(columns: number, rows: number): Promise<void>;
  /** Resolves with its exit code once the client has ended by itself. */
  waitForExit(timeoutMs?: number): Promise<number>;
  /** Ends whatever runs in this terminal, and only that. */
  close(): Promise<void>;
}

export interface TerminalOptions {
  world: World;
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** What to run instead of the client, with those arguments after it. */
  command?: readonly string[];
}

/** The client hears of its terminal's end and writes its last files; only then may its folder go. */
async function ended(pid: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      process.kill(pid, tries < 99 ? 0 : 'SIGKILL');
    } catch {
      return;
    }
    await delay(50);
  }
}

/** How long the client may take for anything, in milliseconds: a machine may have ten times as much to do as it can. */
const PATIENCE_MS = 60_000;
/** How long the client may take to draw anything: its first start reads some 200 MB, on a disk that others use too. */
const START_MS = 90_000;

/** Starts the client in a tmux server that nobody else uses; its socket lies in the world's folder. Resolves once it has drawn something. */
export async function openTerminal({
  world,
  args = [],
  env = {},
  command = [world.bin],
}: TerminalOptions): Promise<Terminal> {
  const socket = path.join(world.root, `tmux-${randomBytes(3).toString('hex')}`);
  const tmux = async (...command: string[]): Promise<string> => {
    const { stdout } = await run('tmux', ['-S', socket, '-f', '/dev/null', ...command], {
      env: { ...world.env, ...env },
      timeout: 60_000,
    });
    return stdout;
  };
  const capture = (...extra: string[]): Promise<string> => tmux('capture-pane', '-p', '-t', 'main', ...extra);
  const screens = new Set<string>();
  const screen = async (): Promise<string> => {
    const shown = await capture();
    screens.add(shown);
    return shown;
  };
  const history = (): Promise<string> => capture('-S', '-');

  async function until(what: string, done: () => Promise<boolean>, timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!(await done())) {
      if (performance.now() > deadline)
        throw new Error(`the terminal did not ${what} within ${timeoutMs} ms; it shows:\n${await history()}`);
      await delay(100);
    }
  }

  // The pane outlives the client, so that its last screen can still be read.
  const size = ['-x', '120', '-y', '50'];
  const options = [
    'set-option',
    '-g',
    'remain-on-exit',
    'on',
    ';',
    'set-option',
    '-g',
    'history-limit',
    '5000',
  ];
  await tmux(
    ...options,
    ';',
    'new-session',
    '-d',
    '-s',
    'main',
    ...size,
    '-c',
    world.project,
    ...command,
    ...args,
  );

  async function waitFor(
    what: RegExp,
    timeoutMs = PATIENCE_MS,
    meanwhile?: () => Promise<void>,
  ): Promise<string> {
    let shown = '';
    const matches = async (): Promise<boolean> => {
      shown = await screen();
      if (what.test(shown)) return true;
      await meanwhile?.();
      return false;
    };
    await until(`show ${what}`, matches, timeoutMs);
    return shown;
  }
  await waitFor(/\S/, START_MS);
  const press = async (...keys: string[]): Promise<void> =>
    void (await tmux('send-keys', '-t', 'main', ...keys));

  async function choose(option: RegExp): Promise<void> {
    const chosen = async (): Promise<string> => (await screen()).split('\n').filter(isMarked).join('\n');
    for (let tries = 0; tries < 20; tries++) {
      if (!option.test(await chosen())) await press('Down');
      await delay(1000);
      const before = await chosen();
      await delay(500);
      if (option.test(before) && (await chosen()) === before) return press('Enter');
    }
    throw new Error(`the terminal did not stay at ${option}; it shows:\n${await screen()}`);
  }

  const pid = Number(await tmux('display-message', '-p', '-t', 'main', '#{pane_pid}'));

  return {
    screen,
    press,
    waitFor: (what, timeoutMs) => waitFor(what, timeoutMs),
    pressUntil(key, what, timeoutMs) {
      let pressedAt = Number.NEGATIVE_INFINITY;
      return waitFor(what, timeoutMs, async () => {
        if (performance.now() - pressedAt < 2_000) return;
        pressedAt = performance.now();
        await press(key);
      });
    },
    choose,
    seen: async () => [...screens, await history()].join('\n'),
    async submit(line) {
      await tmux('send-keys', '-t', 'main', '-l', line);
      // The input box is the last prompt on the screen; earlier ones are what was said before.
      await waitFor(new RegExp(`❯\\s${literally(line)}(?![^]*❯)`));
      await press('Enter');
    },
    type: async text => void (await tmux('send-keys', '-t', 'main', '-l', text)),
    resize: async (columns, rows) =>
      void (await tmux('resize-window', '-t', 'main', '-x', String(columns), '-y', String(rows))),
    async waitForExit(timeoutMs = PATIENCE_MS) {
      const told = (what: string): Promise<string> => tmux('display-message', '-p', '-t', 'main', what);
      await until('end', async () => (await told('#{pane_dead}')).trim() === '1', timeoutMs);
      return Number(await told('#{pane_dead_status}'));
    },
    async close() {
      await tmux('kill-server').catch(() => {}); // gone already is as good
      await ended(pid);
    },
  };
}
