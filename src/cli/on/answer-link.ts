// The link that a webhook is given with a request of a session: it opens that one request on a phone, and answers nothing else.
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type EventEnvelope, expandPattern, SHORT_LENGTH } from '../../protocol/index.ts';
import { connectApi } from '../api.ts';
import { Failure, Refusal, UsageError } from '../failure.ts';

/** What is beside the event. */
export interface AnswerLink {
  /** Whoever has it first may answer the request. */
  readonly url: string;
  /** When it is worth nothing any more, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The link for an event; undefined where there is nothing to answer, or not any more, or no link to be had. */
export type FindLink = (event: EventEnvelope) => Promise<AnswerLink | undefined>;

const ASKED = 'permission.requested';
const Made = z.object({ ticket: z.string(), expiresInSec: z.number() });
/** A request can be answered a moment after its event is told, and is asked for so often, so many milliseconds apart. */
const SOON = { times: 4, ms: 150 };

/** Whether requests are asked for by name: whoever wants everything, such as a recorder, is not one to answer them. */
export const wantsRequests = (topics: readonly string[]): boolean =>
  topics.some(topic => expandPattern(topic).some(one => one === ASKED || one === 'permission.*'));

/**
 * Makes links at the daemon of a HOOKLINE_HOME.
 *
 * @param base the daemon's address as the phone reaches it. Default: its own
 * @param failed told why there is no link where there should be one; the event is worth posting all the same
 */
export function makeLinks(home: string, base: string | undefined, failed: (words: string) => void): FindLink {
  return async ({ type, data }) => {
    const { requestId } = data;
    if (type !== ASKED || typeof requestId !== 'string') return undefined;
    try {
      return await linkTo(requestId, home, base);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failed(`no link for request ${requestId.slice(0, SHORT_LENGTH)}: ${error.message}`);
      return undefined;
    }
  };
}

/** @throws Failure */
async function linkTo(
  requestId: string,
  home: string,
  base: string | undefined,
): Promise<AnswerLink | undefined> {
  const api = await connectApi(home);
  for (let tries = 1; ; tries++) {
    try {
      const { ticket, expiresInSec } = await api.post(`/api/approvals/${requestId}/link`, Made);
      // In the fragment, which browsers send to nobody, and which what previews a link does not see.
      const fragment = new URLSearchParams({ request: requestId, ticket });
      const url = `${new URL('/answer', base ?? api.daemon.info.url)}#${fragment}`;
      return { url, expiresAt: Date.now() + expiresInSec * 1000 };
    } catch (error) {
      if (!(error instanceof Refusal) || (error.status !== 404 && error.status !== 409)) throw error;
      if (error.status === 409 || tries === SOON.times) return undefined;
    }
    await delay(SOON.ms);
  }
}

/** The scheme and host of where a phone reaches the daemon, such as `https://box.example`. @throws UsageError */
export function checkBase(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    `${url.pathname}${url.search}${url.hash}${url.username}${url.password}` === '/';
  if (isPlain) return url.origin;
  throw new UsageError(
    `--link-base is ${JSON.stringify(text)}, but it must be an address such as https://box.example or http://localhost:3838`,
  );
}

/** What the daemon's configuration lacks for pages at a base, in words; undefined for nothing. */
export function lacksFor(
  base: string,
  {
    allowedHosts,
    allowedOrigins,
    port,
  }: {
    readonly allowedHosts: readonly string[];
    readonly allowedOrigins: readonly string[];
    readonly port: number;
  },
): string | undefined {
  const { host, hostname, origin, protocol } = new URL(base);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname) && host.endsWith(`:${port}`);
  const lacks = [
    ...(isLocal || allowedHosts.some(one => one.toLowerCase() === host) ? [] : [`"${host}" in allowedHosts`]),
    ...(protocol === 'http:' || allowedOrigins.includes(origin) ? [] : [`"${origin}" in allowedOrigins`]),
  ];
  if (lacks.length === 0) return undefined;
  return `links to ${origin} open nothing until the daemon takes requests for it: put ${lacks.join(' and ')} of its config.json, and restart it`;
}
