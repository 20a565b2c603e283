// Talks to a running daemon over HTTP, as the user who owns its token.
import { z } from 'zod';
import { withDeadline } from '../deadline.ts';
import type { Via } from '../protocol/index.ts';
import { inDoubt, outOfDoubt } from './doubt.ts';
import { Failure, NoAnswer, Refusal } from './failure.ts';
import { findDaemon, type Running } from './find-daemon.ts';
import { selfCommand } from './invocation.ts';
import { connectProven, request as send } from './proven.ts';

export interface Api {
  readonly daemon: Running;
  /** @param timeoutMs default 10 s */
  get<T>(resource: string, schema: z.ZodType<T>, timeoutMs?: number): Promise<T>;
  /**
   * @param timeoutMs default 10 s
   * @param body JSON to send along
   * @param signal gives up when it fires
   */
  post<T>(
    resource: string,
    schema: z.ZodType<T>,
    timeoutMs?: number,
    body?: object,
    signal?: AbortSignal,
  ): Promise<T>;
  put<T>(resource: string, schema: z.ZodType<T>, body: object): Promise<T>;
  /** Within 10 s. */
  delete<T>(resource: string, schema: z.ZodType<T>): Promise<T>;
  /** An answer of any length, as it comes. @throws Failure, also when it ends too early */
  stream(resource: string): AsyncGenerator<string>;
}

/** Milliseconds to wait for an answer. */
const TIMEOUT_MS = 10_000;

const ErrorBody = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/**
 * The daemon of this HOOKLINE_HOME.
 *
 * @throws NoAnswer that says why there is none and what to do.
 */
export async function requireDaemon(home: string): Promise<Running> {
  const found = await findDaemon(home);
  const start = `start it with: ${selfCommand()} start`;
  switch (found.state) {
    case 'running':
      return found;
    case 'none':
      throw new NoAnswer(`hookline is not running; ${start}`);
    case 'stale':
      throw new NoAnswer(`hookline is not running (${found.file} was left behind: ${found.why}); ${start}`);
    case 'silent':
      throw new NoAnswer(
        `hookline (process ${found.info.pid}) does not answer at ${found.info.url}; look at its output, and end it with: ${selfCommand()} stop`,
      );
    case 'unproven':
      throw new NoAnswer(`${inDoubt(found)}, so it was sent no token; ${outOfDoubt(found)}`);
  }
}

/** The HTTP interface of the daemon of this HOOKLINE_HOME. @param via by which way what is sent says that it came */
export async function connectApi(home: string, via: Via = 'cli'): Promise<Api> {
  const daemon = await requireDaemon(home);
  const ask = async (
    method: string,
    resource: string,
    signal?: AbortSignal,
    body?: object,
  ): Promise<Response> => {
    const { url } = daemon.info;
    try {
      const proven = await connectProven(home, daemon.info);
      const headers = {
        authorization: `Bearer ${proven.token}`,
        'hookline-via': via,
        ...(body && { 'content-type': 'application/json' }),
      };
      const response = await send(proven, new URL(resource, url), {
        method,
        headers,
        ...(signal && { signal }),
        ...(body && { body: JSON.stringify(body) }),
      });
      if (response.ok) return response;
      throw refusal(response.status, await response.json().catch(() => undefined), daemon);
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw unanswered(method, resource, error);
    }
  };
  const unanswered = (method: string, resource: string, cause: unknown): NoAnswer =>
    new NoAnswer(`hookline at ${daemon.info.url} did not answer ${method} ${resource}`, { cause });
  const request = async <T>(
    method: string,
    resource: string,
    schema: z.ZodType<T>,
    timeoutMs = TIMEOUT_MS,
    body?: object,
    stop?: AbortSignal,
  ): Promise<T> => {
    const answer = await withDeadline(timeoutMs, [stop], async (signal): Promise<unknown> => {
      const response = await ask(method, resource, signal, body);
      return response.json().catch(error => {
        // What is no JSON is told below; what broke off is none of the daemon's words.
        if (!(error instanceof SyntaxError)) throw unanswered(method, resource, error);
      });
    });
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new Failure(
      `hookline at ${daemon.info.url} (version ${daemon.info.version}) answered ${resource} in an unknown form; is it another version? Restart it with: ${selfCommand()} stop; ${selfCommand()} start`,
    );
  };
  return {
    daemon,
    get: (resource, schema, timeoutMs) => request('GET', resource, schema, timeoutMs),
    post: (resource, schema, timeoutMs, body, signal) =>
      request('POST', resource, schema, timeoutMs, body, signal),
    put: (resource, schema, body) => request('PUT', resource, schema, TIMEOUT_MS, body),
    delete: (resource, schema) => request('DELETE', resource, schema),
    async *stream(resource) {
      const decoder = new TextDecoder();
      try {
        for await (const bytes of (await ask('GET', resource)).body ?? [])
          yield decoder.decode(bytes, { stream: true });
      } catch (error) {
        if (error instanceof Failure) throw error;
        throw new Failure(
          `hookline at ${daemon.info.url} ended its answer before it was complete; its output says why`,
          { cause: error },
        );
      }
    },
  };
}

function refusal(status: number, body: unknown, { info }: Running): Refusal {
  const parsed = ErrorBody.safeParse(body);
  const said = parsed.success ? parsed.data.error : undefined;
  const hint = status === 401 ? `; try: ${selfCommand()} doctor` : '';
  const words = `hookline at ${info.url} refused: ${said?.message ?? `HTTP ${status}`}${hint}`;
  return new Refusal(status, words, said);
}
