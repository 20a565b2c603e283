// Runs a command in a terminal within this one: what goes in and comes out is as it would be without.
import type { IPty } from '@lydell/node-pty';
import { Screen, WrapSession } from '../../agents/claude-code/wrap/index.ts';
import { inWords } from '../../system-error.ts';
import { UsageError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { findCommand } from './find-command.ts';
import { loadPackages } from './packages.ts';
import { readToEnd } from './read-to-end.ts';
import { passStops } from './stops.ts';

export interface WrapRequest {
  readonly file: string;
  readonly args: readonly string[];
  readonly name: string;
  /** The state directory. */
  readonly home: string;
  readonly claudeDir: string;
}

/** What others may send us, and the command is to get. */
const PASSED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/**
 * Runs it to its end.
 *
 * @returns its exit code; 128 and the signal's number when a signal ended it
 * @throws UsageError without a terminal, the packages that it takes, or such a command
 */
export async function runWrapped(request: WrapRequest, terminal: Terminal): Promise<number> {
  const { file, args, name, home, claudeDir } = request;
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY)
    throw new UsageError(
      `it passes a terminal on, and ${stdin.isTTY ? 'stdout' : 'stdin'} is none; run it in one, without a pipe`,
    );
  const { spawn, Emulator } = await loadPackages();
  const command = findCommand(file, terminal.env['PATH']);
  if (command === undefined)
    throw new UsageError(`there is no command ${JSON.stringify(file)} on the PATH that could be run`);
  const size = () => ({ cols: stdout.columns || 80, rows: stdout.rows || 24 });
  let child: IPty | undefined;
  const screen = new Screen(new Emulator({ ...size(), scrollback: 0, allowProposedApi: true }));
  const send = (input: string | Uint8Array): void =>
    child?.write(typeof input === 'string' ? input : (Buffer.from(input) as unknown as string));
  const session = new WrapSession({ home, claudeDir, screen, send });
  await session.open().catch(error => {
    terminal.say(`hookline: no message can be typed in this terminal: ${inWords(error, home)}`);
  });
  child = spawn(command, [...args], {
    ...size(),
    name: terminal.env['TERM'] ?? 'xterm-256color',
    cwd: process.cwd(),
    env: { ...terminal.env, HOOKLINE_NAME: name },
    // Bytes as they come: a character may be cut in two.
    encoding: null,
  });
  readToEnd(child);
  const { pid } = child;
  session.watch(pid);
  const resize = (): void => {
    const { cols, rows } = size();
    child?.resize(cols, rows);
    screen.resize(cols, rows);
  };
  const ended = exitOf(child);
  passOutput(child, screen);
  stdin.setRawMode(true).resume();
  stdin.on('data', (input: Buffer) => session.press(input));
  // The window was closed: SIGHUP says so too, and the command has the last word.
  stdin.on('error', () => {});
  stdout.on('resize', resize);
  const stops = passStops(pid, { stdin, resumed: resize });
  const pass = (signal: NodeJS.Signals): void => child?.kill(signal);
  for (const signal of PASSED) process.on(signal, pass);
  try {
    return await ended;
  } finally {
    for (const signal of PASSED) process.off(signal, pass);
    stops.close();
    stdout.off('resize', resize);
    stdin.setRawMode(false).pause();
    session.close();
    screen.close();
  }
}

/** What the command writes goes out as it is; it writes no faster than that. */
function passOutput(child: IPty, screen: Screen): void {
  const { stdout } = process;
  child.onData(data => {
    const output = data as unknown as Buffer;
    screen.write(output);
    if (stdout.write(output)) return;
    child.pause();
    stdout.once('drain', () => child.resume());
  });
}

function exitOf(child: IPty): Promise<number> {
  return new Promise(resolve => {
    child.onExit(({ exitCode, signal = 0 }) => resolve(signal === 0 ? exitCode : 128 + signal));
  });
}
