// A real user manager of systemd, with a home, a runtime folder and a journal of its own: the machine's own are not told of it.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEveryFile } from './endings.ts';
import { type Output, runAny } from './run.ts';
import { until } from './until.ts';

const SYSTEMD = ['/usr/lib/systemd/systemd', '/lib/systemd/systemd'].find(file => fs.existsSync(file));
/** A process of systemd belongs into a group of its own, whatever kind of groups there is. */
const GROUPS = ['/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified', '/sys/fs/cgroup'].filter(folder =>
  fs.existsSync(path.join(folder, 'cgroup.procs')),
);

export interface UserManager {
  /** What reaches it: XDG_RUNTIME_DIR. */
  readonly env: Readonly<Record<string, string>>;
  /** What comes before a command that is to read its journal. */
  readonly within: readonly string[];
  systemctl(...args: readonly string[]): Promise<Output>;
  stop(): Promise<void>;
}

const managers: UserManager[] = [];
afterEveryFile(() => Promise.all(managers.splice(0).map(one => one.stop())));

/**
 * It believes that the machine was started by systemd, in a mount namespace of its own, and so needs no bus and no login.
 *
 * @param env HOME and PATH of what it runs
 * @throws what it said, where it cannot run
 */
export async function startUserManager(env: Readonly<Record<string, string>>): Promise<UserManager> {
  if (SYSTEMD === undefined) throw new Error('there is no systemd here');
  if (process.getuid?.() !== 0) throw new Error('only root can make room for one');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-systemd-'));
  const name = path.basename(folder);
  const inside = { ...env, XDG_RUNTIME_DIR: folder };
  // By these names the journal knows whose a line is.
  const group = `${name}.slice/user@${process.getuid()}.service`;
  const journald = path.join(path.dirname(SYSTEMD), 'systemd-journald');
  const script = [
    'mount -t tmpfs tmpfs /run/systemd || { mkdir -p /run/systemd && mount -t tmpfs tmpfs /run/systemd; } || exit 9',
    'mkdir -p /run/systemd/system /run/systemd/journal /run/log && mount -t tmpfs tmpfs /run/log && mkdir /run/log/journal || exit 9',
    `${journald} >/dev/null 2>&1 & echo $! >${folder}/journald.pid`,
    ...GROUPS.map(at => `mkdir -p "${at}/${group}" && echo $$ >"${at}/${group}/cgroup.procs" || exit 9`),
    `exec ${SYSTEMD} --user --log-target=console`,
  ].join('\n');
  const child = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script], {
    env: inside,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const systemctl = (...args: readonly string[]): Promise<Output> =>
    runAny('systemctl', ['--user', ...args], { env: inside, timeout: 60_000 });
  const manager: UserManager = {
    env: { XDG_RUNTIME_DIR: folder },
    within: ['nsenter', '--target', String(child.pid), '--mount', '--'],
    systemctl,
    stop: () => end(child, `${name}.slice`, folder),
  };
  managers.push(manager);
  const isUp = async (): Promise<boolean> => {
    if (child.exitCode !== null)
      throw new Error(`it ended with ${child.exitCode}: ${said.trim().split('\n').at(-1)}`);
    return (await systemctl('show', '--property=Version')).code === 0;
  };
  await until('the user manager answers', isUp);
  return manager;
}

async function end(child: ChildProcess, name: string, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise(resolve => child.once('close', resolve));
    child.kill('SIGTERM');
    const deadline = setTimeout(() => child.kill('SIGKILL'), 30_000);
    await gone;
    clearTimeout(deadline);
  }
  const journald = path.join(folder, 'journald.pid');
  if (fs.existsSync(journald)) endProcess(Number(fs.readFileSync(journald, 'utf8')));
  for (const group of GROUPS) removeGroup(path.join(group, name));
  fs.rmSync(folder, { recursive: true, force: true });
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** A group goes when nothing is in it any more, the innermost first. */
function removeGroup(group: string): void {
  if (!fs.existsSync(group)) return;
  try {
    execFileSync('find', [group, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';'], {
      env: { PATH: process.env['PATH'], HOME: os.tmpdir() },
      stdio: 'ignore',
    });
  } catch {
    // Something of it is still ending: an empty group does no harm.
  }
}
