// Finds the daemon of a HOOKLINE_HOME, and has it prove that it is not somebody else who has its pid or port by now.
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
// Not through the server's door, which would load the whole daemon into every command.
import { DAEMON_FILE, type DaemonFile } from '../config/index.ts';
import { isAlive, startTime } from '../process-probe.ts';
import { VERSION } from '../version.ts';
import { connectProven, request, UnprovenError } from './proven.ts';

const DaemonInfo: z.ZodType<DaemonFile> = z.object({
  pid: z.int().positive(),
  port: z.int(),
  host: z.string(),
  url: z.url(),
  epoch: z.string(),
  version: z.string(),
  startedAt: z.number(),
  processStart: z.string().exactOptional(),
});

export const Health = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  uptimeSec: z.number(),
  epoch: z.string(),
  seq: z.int(),
  sessions: z.int(),
  connections: z.int(),
  /** Finished sessions from before that it has never seen; absent where there are none. */
  unseen: z.int().exactOptional(),
  /** Absent where none is configured. */
  brokers: z
    .array(z.object({ label: z.string(), state: z.enum(['up', 'down']), lastSeq: z.int(), behind: z.int() }))
    .exactOptional(),
  /** How many machines there are; absent where it is no hub. */
  nodes: z.object({ online: z.int(), away: z.int() }).exactOptional(),
});
export type Health = z.infer<typeof Health>;

/** A daemon that has proved to be the one of daemon.json: it holds our token, and is the process with that pid. */
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
  | { readonly state: 'silent'; readonly file: string; readonly info: DaemonFile }
  /** Somebody answers as the daemon would, but did not prove to be it; an earlier version cannot. It gets no token. */
  | {
      readonly state: 'unproven';
      readonly file: string;
      readonly info: DaemonFile;
      /** In words, after "whoever answers". */
      readonly why: string;
      /** Nothing speaks against it: there is only no token here to check its answer with. */
      readonly unchecked: boolean;
    };

/** Milliseconds to wait for the answer of `/health`. */
const HEALTH_TIMEOUT_MS = 2_000;

/** Looks for the daemon of this HOOKLINE_HOME: its file, its process, and who answers at its address. */
export async function findDaemon(home: string): Promise<Found> {
  const file = path.join(home, DAEMON_FILE);
  const info = readInfo(file);
  if (info === undefined) return { state: 'none', file };
  if (info === 'unreadable') return { state: 'stale', file, info: undefined, why: 'it cannot be read' };
  const { pid } = info;
  if (!isAlive(pid)) return { state: 'stale', file, info, why: `process ${pid} is gone` };
  if (isItsProcess(info) === false)
    return { state: 'stale', file, info, why: `process ${pid} is another one by now` };
  try {
    return { state: 'running', info, health: await provenHealth(home, info) };
  } catch (error) {
    if (!(error instanceof UnprovenError)) throw error;
    return error.doubt === 'silent' ? { state: 'silent', file, info } : notProven(file, info, error);
  }
}

/**
 * Whether the process that has the pid of daemon.json is the one that wrote it; undefined where nobody can tell: the system does
 * not say when processes started, or did not tell the daemon.
 */
export function isItsProcess({ pid, processStart }: DaemonFile): boolean | undefined {
  const started = startTime(pid);
  return started === undefined || processStart === undefined ? undefined : started === processStart;
}

/** @throws UnprovenError */
async function provenHealth(home: string, info: DaemonFile): Promise<Health> {
  const proven = await connectProven(home, info);
  try {
    const signal = AbortSignal.timeout(HEALTH_TIMEOUT_MS);
    return Health.parse(await (await request(proven, new URL('/health', info.url), { signal })).json());
  } catch (error) {
    // It was there a moment ago: it is stopping, or hangs.
    const late = (error as Error).name === 'TimeoutError';
    throw new UnprovenError(late ? 'silent' : 'nobody', 'the daemon did not say how it is', { cause: error });
  }
}

/** Tells who it is that did not prove to be the daemon, as far as anybody can. */
async function notProven(file: string, info: DaemonFile, { doubt, message }: UnprovenError): Promise<Found> {
  const { pid, url } = info;
  const stale = (why: string): Found => ({ state: 'stale', file, info, why });
  const health = await askHealth(url);
  if (doubt === 'nobody' || health === 'no answer')
    return stale(`nobody listens at ${url}; process ${pid} is another one, or is just stopping`);
  if (health === 'timeout') return { state: 'silent', file, info };
  if (health === 'somebody else') return stale(`something that is not hookline listens at ${url}`);
  if (health.epoch !== info.epoch) return stale(`another hookline listens at ${url}`);
  const unproven = (why: string, unchecked = false): Found => ({
    state: 'unproven',
    file,
    info,
    why,
    unchecked,
  });
  switch (doubt) {
    case 'no token':
      return unproven(`cannot be checked: ${message}`, true);
    case 'wrong proof':
      return unproven('holds another token than this one');
    default:
      return unproven(
        `cannot prove that it is yours, as hookline ${VERSION} does: it is older, or something else`,
      );
  }
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

/** What `/health` at a URL says, whoever that is, or why there is nothing to be had. */
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
