// What the running daemon leaves beside the hook: where it listens, and whether hooks should skip it for a while.
import fs from 'node:fs/promises';
import path from 'node:path';
import { readIfThere, writePrivate } from '../private-file.ts';
import { isAlive, startTime } from '../process-probe.ts';

/**
 * Seconds a hook waits for the daemon. The first hook that runs out of it makes the others skip, so a hung daemon
 * costs a session one limit, or two when another one had already started: within the 2 s it may cost in all.
 * Whole seconds on purpose: curl reads fractions by the user's locale.
 */
export const HOOK_TIME_LIMIT_SEC = 1;

/** What was to be written is no address, or no token. */
export class InvalidEndpointError extends Error {
  readonly code = 'invalid_endpoint';
  override readonly name = 'InvalidEndpointError';
}

export interface Endpoint {
  /** The daemon's process; hooks do nothing once it is gone. */
  pid: number;
  /** Of the hook route, as a process on this machine reaches it: `http://127.0.0.1:3838/hook`. */
  url: string;
  /** The token of scope `ingest`. */
  hookToken: string;
  /** Milliseconds that a hook waits which lets a person answer; a little more than the daemon holds it. Default: as long as any hook. */
  waitMs?: number;
}

export interface EndpointState {
  state: 'missing' | 'unreadable' | 'dead' | 'alive';
  pid?: number;
  url?: string;
}

/** Stands for a start time where the system tells none. */
const UNKNOWN = '-';

function endpointFile(home: string): string {
  return path.join(path.resolve(home), 'hooks', 'endpoint');
}

/** Where hooks keep the payloads that found nobody home. */
export function spoolFolder(home: string): string {
  return path.join(path.resolve(home), 'hooks', 'spool');
}

function stalledFile(home: string): string {
  return path.join(path.resolve(home), 'hooks', 'stalled');
}

/**
 * Tells the hooks where the daemon is. Call it when the daemon listens, and again when port or token change.
 * The file (0600) is a curl config, so that the token shows in no process list, with the same in one line on top for
 * a hook that needs no curl, and how long one waits that lets a person answer in the next. @throws InvalidEndpointError for what could not be written there safely
 */
export async function writeEndpoint(home: string, endpoint: Endpoint): Promise<void> {
  const { pid, url, hookToken, waitMs = 0 } = endpoint;
  const { protocol, hostname, port, pathname } = new URL(url);
  if (protocol !== 'http:' || pathname !== '/hook' || !/^[\w.~+/=-]+$/.test(hookToken))
    throw new InvalidEndpointError('an endpoint is an http: URL that ends in /hook, and a token');
  const host = hostname.replace(/^\[|\]$/g, '');
  const owner = `pid ${pid} started ${startTime(pid) ?? UNKNOWN}`;
  const options = [
    `# ${owner} host ${host} port ${port || 80} limit ${HOOK_TIME_LIMIT_SEC} token ${hookToken}`,
    `# wait ${Math.max(HOOK_TIME_LIMIT_SEC, Math.ceil(waitMs / 1000))}`,
    `url = "${new URL(url).href}"`,
    `header = "Authorization: Bearer ${hookToken}"`,
    'header = "Content-Type: application/json"',
    'header = "Expect:"', // else curl asks first before it sends a megabyte
    `max-time = ${HOOK_TIME_LIMIT_SEC}`,
    'noproxy = "*"', // the user's http_proxy is not for this
    'proto = "=http"',
    'globoff', // [::1] is an address
    'silent',
    'output = "/dev/null"',
    '',
  ];
  await writePrivate(endpointFile(home), options.join('\n'));
}

/** Takes the endpoint away on a clean stop; leaves that of another daemon alone. */
export async function removeEndpoint(home: string, pid: number = process.pid): Promise<void> {
  const owner = readOwner(await readIfThere(endpointFile(home)));
  if (owner?.pid === pid) await fs.rm(endpointFile(home), { force: true });
}

/** For `doctor`: whose endpoint lies there, never its token. */
export async function readEndpoint(home: string): Promise<EndpointState> {
  const text = await readIfThere(endpointFile(home));
  if (text === undefined) return { state: 'missing' };
  const owner = readOwner(text);
  const url = /^url = "(.*)"$/m.exec(text)?.[1];
  if (!owner || url === undefined) return { state: 'unreadable' };
  const alive = isAlive(owner.pid) && owner.started === (startTime(owner.pid) ?? UNKNOWN);
  return { state: alive ? 'alive' : 'dead', pid: owner.pid, url };
}

/**
 * Takes away the mark of a hook that got no answer, so that hooks call again. The daemon calls this on start and then
 * every few seconds, as long as it knows that `/hook` answers: a hook still in flight may leave a late mark.
 * Costs one system call when there is none.
 */
export async function clearStalled(home: string): Promise<void> {
  await fs.rm(stalledFile(home), { force: true });
}

/** Whether hooks are skipping right now. */
export async function isStalled(home: string): Promise<boolean> {
  return (await readIfThere(stalledFile(home))) !== undefined;
}

function readOwner(text: string | undefined): { pid: number; started: string } | undefined {
  const owner = /^# pid (\d+) started (\S+) /.exec(text ?? '');
  return owner?.[1] && owner[2] ? { pid: Number(owner[1]), started: owner[2] } : undefined;
}
