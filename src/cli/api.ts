// Talks to a running daemon over HTTP, as the user who owns its token.
import path from 'node:path';
import { z } from 'zod';
import { readToken } from '../auth/index.ts';
import { Failure } from './failure.ts';
import { findDaemon, type Running } from './find-daemon.ts';

export interface Api {
  readonly daemon: Running;
  /** @param timeoutMs default 10 s */
  get<T>(resource: string, schema: z.ZodType<T>, timeoutMs?: number): Promise<T>;
  post<T>(resource: string, schema: z.ZodType<T>): Promise<T>;
}

/** Milliseconds to wait for an answer. */
const TIMEOUT_MS = 10_000;

const ErrorBody = z.object({ error: z.object({ message: z.string() }) });

/**
 * The daemon of this HOOKLINE_HOME.
 *
 * @throws Failure that says why there is none and what to do.
 */
export async function requireDaemon(home: string): Promise<Running> {
  const found = await findDaemon(home);
  switch (found.state) {
    case 'running':
      return found;
    case 'none':
      throw new Failure('hookline is not running; start it with: hookline start');
    case 'stale':
      throw new Failure(
        `hookline is not running (${found.file} was left behind: ${found.why}); start it with: hookline start`,
      );
    case 'silent':
      throw new Failure(
        `hookline (process ${found.info.pid}) does not answer at ${found.info.url}; look at its output, and end it with: kill ${found.info.pid}`,
      );
  }
}

/** The HTTP interface of the daemon of this HOOKLINE_HOME. */
export async function connectApi(home: string): Promise<Api> {
  const daemon = await requireDaemon(home);
  const request = async <T>(
    method: string,
    resource: string,
    schema: z.ZodType<T>,
    timeoutMs = TIMEOUT_MS,
  ): Promise<T> => {
    const token = readToken(home);
    const response = await fetch(new URL(resource, daemon.info.url), {
      method,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      throw new Failure(`hookline at ${daemon.info.url} did not answer ${method} ${resource}`, {
        cause: error,
      });
    });
    const body: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw refusal(response.status, body, daemon, home);
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    throw new Failure(
      `hookline at ${daemon.info.url} (version ${daemon.info.version}) answered ${resource} in an unknown form; is it another version? Restart it with: hookline stop; hookline start`,
    );
  };
  return {
    daemon,
    get: (resource, schema, timeoutMs) => request('GET', resource, schema, timeoutMs),
    post: (resource, schema) => request('POST', resource, schema),
  };
}

function refusal(status: number, body: unknown, { info }: Running, home: string): Failure {
  const parsed = ErrorBody.safeParse(body);
  const said = parsed.success ? parsed.data.error.message : `HTTP ${status}`;
  const hint =
    status === 401 ? ` (the token was read from ${path.join(home, 'token')}); try: hookline doctor` : '';
  return new Failure(`hookline at ${info.url} refused: ${said}${hint}`);
}
