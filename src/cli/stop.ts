// `hookline stop`: ends the daemon of this HOOKLINE_HOME, and nothing else that may have its pid by now.
import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { DaemonFile } from '../config/index.ts';
import { isAlive } from '../process-probe.ts';
import { configOf, examples } from './command.ts';
import { inDoubt, outOfDoubt } from './doubt.ts';
import { Failure } from './failure.ts';
import { type Found, findDaemon, isItsProcess } from './find-daemon.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine } from './text/plain.ts';

/** Milliseconds a daemon may take to finish. */
const DEADLINE_MS = 10_000;
/** Milliseconds to wait for a process that no longer listens and may be a daemon on its way out. */
const STOPPING_MS = 2_000;

type Stale = Extract<Found, { state: 'stale' }>;

export function addStop(program: Command, terminal: Terminal): void {
  const command = program
    .command('stop')
    .summary('Stop the daemon.')
    .description('Stop the daemon and wait until it is gone. Nothing running is fine too.')
    .option('--json', 'Print {"stopped": true|false, "pid"?} on stdout.')
    .action(async (options: { json?: true }) => {
      const { home } = configOf(command, terminal);
      const stopped = await stop(await findDaemon(home), terminal);
      if (stopped !== undefined) terminal.say(`hookline stopped (process ${stopped}).`);
      if (options.json) {
        const pid = stopped === undefined ? {} : { pid: stopped };
        await terminal.print(jsonLine({ stopped: stopped !== undefined, ...pid }));
      }
    });
  examples(command, [
    ['hookline stop', 'stop the daemon'],
    ['hookline stop && hookline start', 'restart it'],
  ]);
}

/** Ends the daemon, or says why there is nothing to stop. Gives the pid of what has ended. @throws Failure */
async function stop(found: Found, terminal: Terminal): Promise<number | undefined> {
  switch (found.state) {
    case 'running':
      return end(found.info);
    case 'none':
      terminal.say('hookline is not running.');
      return undefined;
    case 'stale':
      return explain(found, terminal);
    case 'silent': {
      const { info } = found;
      if (isItsProcess(info) === true) return end(info);
      throw new Failure(
        `process ${info.pid} does not answer at ${info.url}, so it is not certain that it is hookline; if it is (ps -p ${info.pid}), end it with: kill ${info.pid}`,
      );
    }
    case 'unproven':
      if (found.unchecked && isItsProcess(found.info) === true) return end(found.info);
      throw new Failure(`nothing was stopped: ${inDoubt(found)}; ${outOfDoubt(found)}`);
  }
}

async function end(info: DaemonFile): Promise<number> {
  const { pid } = info;
  // Now, and not when it was found: in between it may have ended, and another one may have got its pid.
  if (isItsProcess(info) !== false && isAlive(pid)) process.kill(pid, 'SIGTERM');
  if (await gone(info, DEADLINE_MS)) return pid;
  throw new Failure(
    `process ${pid} did not end within ${DEADLINE_MS / 1000} s; look at its output, or end it with: kill -9 ${pid}`,
  );
}

/** Says what was left behind; gives the pid of a daemon that is just stopping by itself. */
async function explain({ info, file, why }: Stale, terminal: Terminal): Promise<number | undefined> {
  if (info !== undefined && isAlive(info.pid) && isItsProcess(info) !== false) {
    if (await gone(info, STOPPING_MS)) return info.pid;
    terminal.say(`hookline is not running; ${file} was left behind (${why}).`);
    return undefined;
  }
  fs.rmSync(file, { force: true });
  terminal.say(`hookline is not running; removed ${file}, which was left behind (${why}).`);
  return undefined;
}

/** Waits for the end of a process; a later one with its pid is not it. */
async function gone(info: DaemonFile, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (isAlive(info.pid) && isItsProcess(info) !== false) {
    if (Date.now() > deadline) return false;
    await delay(25);
  }
  return true;
}
