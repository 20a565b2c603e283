// Links that open one request: made as `hookline on` makes them, and opened as a phone's browser does.
import type { Reached, Said } from './approvals.ts';

/** What the daemon says to a request for a link. */
export async function askForLink(
  daemon: Reached,
  requestId: string,
  headers: Record<string, string> = { authorization: `Bearer ${daemon.token}` },
): Promise<Said> {
  const answer = await fetch(`${daemon.url}/api/approvals/${requestId}/link`, { method: 'POST', headers });
  return { status: answer.status, body: (await answer.json()) as Said['body'] };
}

/** The ticket of a new link. @throws when there is none to be had */
export async function makeLink(daemon: Reached, requestId: string, token = daemon.token): Promise<string> {
  const { status, body } = await askForLink(daemon, requestId, { authorization: `Bearer ${token}` });
  if (status !== 200) throw new Error(`no link: ${JSON.stringify(body)}`);
  return String(body['ticket']);
}

/** The address of a link. */
export const linkUrl = (url: string, requestId: string, ticket: string): string =>
  `${url}/answer#request=${requestId}&ticket=${ticket}`;

export interface Opened extends Said {
  /** The cookie as it is sent back; empty when there was none. */
  readonly cookie: string;
  /** What the daemon said of it. */
  readonly attributes: string;
}

/** Exchanges a ticket for what a browser keeps of it. */
export async function openLink(
  daemon: Pick<Reached, 'url'>,
  ticket: unknown,
  headers: Record<string, string> = {},
): Promise<Opened> {
  const answer = await fetch(`${daemon.url}/api/answer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ ticket }),
  });
  const [cookie = '', ...attributes] = (answer.headers.get('set-cookie') ?? '').split('; ');
  const body = (await answer.json()) as Said['body'];
  return { status: answer.status, body, cookie, attributes: attributes.join('; ') };
}

/** Asks as the page of a link does: for its request with nothing to say, else answering it. */
export async function atLink(
  daemon: Pick<Reached, 'url'>,
  requestId: string,
  headers: Record<string, string>,
  answer?: unknown,
): Promise<Said> {
  const asked = await fetch(`${daemon.url}/api/answer/${requestId}`, {
    headers: { ...headers, ...(answer === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(answer === undefined ? {} : { method: 'POST', body: JSON.stringify(answer) }),
  });
  return { status: asked.status, body: (await asked.json()) as Said['body'] };
}
