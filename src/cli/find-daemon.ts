// Finds the daemon of a HOOKLINE_HOME, and tells it apart from whoever else may have its pid or port by now.
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
// Not through the server's door, which would load the whole daemon into every command.
import { DAEMON_FILE, type DaemonFile } from '../config/index.ts';

const DaemonInfo: z.ZodType<DaemonFile> = z.object({
  pid: z.int().positive(),
  port: z.int(),
  host: z.string(),
  url: z.url(),
  epoch: z.string(),
  version: z.string(),
  startedAt: z.number(),
});

export const Health = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  uptimeSec: z.number(),
  epoch: z.string(),
  seq: z.int(),
  sessions: z.int(),
  connections: z.int(),
});
export type Health = z.infer<typeof Health>;

/** A daemon that was seen alive. */
export interface Running {
  readonly state: 'running';
  readonly info: DaemonFile;
  readonly health: Health;
}

/** What was found; `file` is where daemon.json is or would be. */
export type Found =
  | Running
  | { readonly state: 'none'; readonly file: string }
  /** daemon.json is of a daemon that died without a word: its process is gone, or its pid or port is somebody else's. */
  | {
      readonly state: 'stale';
      readonly file: string;
      readonly info: DaemonFile | undefined;
      readonly why: string;
    }
  /** The process lives and its port takes connections, but no answer comes. */
  | { readonly state: 'silent'; readonly file: string; readonly info: DaemonFile };

/** Milliseconds to wait for the answer of `/health`. */
const HEALTH_TIMEOUT_MS = 2_000;

/** Looks for the daemon of this HOOKLINE_HOME: its file, its process, and an answer with the epoch of the file. */
export async function findDaemon(home: string): Promise<Found> {
  const file = path.join(home, DAEMON_FILE);
  const info = readInfo(file);
  if (info === undefined) return { state: 'none', file };
  if (info === 'unreadable') return { state: 'stale', file, info: undefined, why: 'it cannot be read' };
  if (!isAlive(info.pid)) return { state: 'stale', file, info, why: `process ${info.pid} is gone` };
  const health = await askHealth(info.url);
  if (health === 'timeout') return { state: 'silent', file, info };
  if (health === 'no answer') {
    return {
      state: 'stale',
      file,
      info,
      why: `nobody listens at ${info.url}; process ${info.pid} is another one, or is just stopping`,
    };
  }
  if (health === 'somebody else') {
    return { state: 'stale', file, info, why: `something that is not hookline listens at ${info.url}` };
  }
  if (health.epoch === info.epoch) return { state: 'running', info, health };
  // The daemon may have begun a new epoch just now; then its file says so too.
  const again = readInfo(file);
  if (typeof again === 'object' && again.epoch === health.epoch)
    return { state: 'running', info: again, health };
  return { state: 'stale', file, info, why: `another hookline listens at ${info.url}` };
}

function readInfo(file: string): DaemonFile | undefined | 'unreadable' {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : 'unreadable';
  }
  try {
    return DaemonInfo.parse(JSON.parse(text));
  } catch {
    return 'unreadable';
  }
}

/** Whether a process with this id exists, whoever it belongs to. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether a process has ended and only waits for its parent to notice; known on Linux only. */
function isZombie(pid: number): boolean {
  try {
    // The name before the state may hold anything, parentheses too.
    return fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.startsWith('Z') ?? false;
  } catch {
    return false;
  }
}

/** What `/health` at a URL says, or why there is nothing to be had. */
export async function askHealth(url: string): Promise<Health | 'timeout' | 'no answer' | 'somebody else'> {
  try {
    const response = await fetch(new URL('/health', url), {
      redirect: 'manual',
      signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS),
    });
    const parsed = Health.safeParse(await response.json());
    return parsed.success ? parsed.data : 'somebody else';
  } catch (error) {
    const { name, cause } = error as Error;
    if (name === 'TimeoutError') return 'timeout';
    const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
    return name === 'SyntaxError' || code.startsWith('HPE_') ? 'somebody else' : 'no answer';
  }
}
