// `hookline stop`: ends the daemon of this HOOKLINE_HOME, and nothing else that may have its pid by now.
import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { configOf, examples } from './command.ts';
import { Failure } from './failure.ts';
import { type Found, findDaemon, isAlive, type Running } from './find-daemon.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine } from './text/plain.ts';

/** Milliseconds a daemon may take to finish. */
const DEADLINE_MS = 10_000;
/** Milliseconds to wait for a process that no longer listens and may be a daemon on its way out. */
const STOPPING_MS = 2_000;

export function addStop(program: Command, terminal: Terminal): void {
  const command = program
    .command('stop')
    .summary('Stop the daemon.')
    .description('Stop the daemon and wait until it is gone. Nothing running is fine too.')
    .option('--json', 'Print {"stopped": true|false, "pid"?} on stdout.')
    .action(async (options: { json?: true }) => {
      const found = await findDaemon(configOf(command, terminal).home);
      const stopped = found.state === 'running' ? await stop(found) : await explain(found, terminal);
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

async function stop({ info }: Running): Promise<number> {
  const { pid } = info;
  process.kill(pid, 'SIGTERM');
  if (await gone(pid, DEADLINE_MS)) return pid;
  throw new Failure(
    `process ${pid} did not end within ${DEADLINE_MS / 1000} s; look at its output, or end it with: kill -9 ${pid}`,
  );
}

/** Says why there is nothing to stop; gives the pid of a daemon that somebody else is just stopping. */
async function explain(found: Exclude<Found, Running>, terminal: Terminal): Promise<number | undefined> {
  if (found.state === 'silent') {
    const { pid, url } = found.info;
    throw new Failure(
      `process ${pid} does not answer at ${url}, so it is not certain that it is hookline; if it is, end it with: kill ${pid}`,
    );
  }
  if (found.state === 'none') {
    terminal.say('hookline is not running.');
    return undefined;
  }
  const { info, file, why } = found;
  if (info !== undefined && isAlive(info.pid)) {
    if (await gone(info.pid, STOPPING_MS)) return info.pid;
    terminal.say(`hookline is not running; ${file} was left behind (${why}).`);
    return undefined;
  }
  fs.rmSync(file, { force: true });
  terminal.say(`hookline is not running; removed ${file}, which was left behind (${why}).`);
  return undefined;
}

async function gone(pid: number, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await delay(25);
  }
  return true;
}
