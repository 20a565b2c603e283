// What a relay answers: events in, pushes out, messages too long for a line, and the page of its user.
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { type RelayFrame, relayPayloadProblem } from '../protocol/index.ts';
import type { Gate } from '../server/guard.ts';
import { takeFrame } from './body.ts';
import { RelayRefusal } from './refusal.ts';

export interface RouteOptions {
  readonly gate: Gate;
  /** Keeps an event for whoever prints it; resolves with its id once it is on record. @throws RelayRefusal */
  readonly keep: (event: RelayFrame) => Promise<string>;
  /** An event that is on record; undefined when there is none of this id. @throws RelayRefusal */
  readonly find: (id: string) => Promise<object | undefined>;
  /** Sends a text to every client. */
  readonly push: (text: string) => void;
  /** The page at `/`. Default: there is none. */
  readonly page: string | undefined;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const TOKEN = { query: true };
const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  // Its address may have the token in it.
  'referrer-policy': 'no-referrer',
};

/** As a client gets a push: its type, and its payload where there is one. */
export const pushText = ({ type, payload }: RelayFrame): string => JSON.stringify({ type, payload });

/** The request MUST have passed `gate.checkRoute`. @throws RelayRefusal, HttpError */
export async function answer(request: IncomingMessage, options: RouteOptions): Promise<Reply> {
  const { gate, keep, find, push, page } = options;
  const [path = ''] = (request.url ?? '').split('?');
  const [, id] = /^\/api\/messages\/([^/]+)$/.exec(path) ?? [];
  if (path === '/api/event') {
    checkMethod(request, 'POST', path);
    gate.authorize(request, 'send', TOKEN);
    const event = await takeFrame(request);
    const problem = relayPayloadProblem(event);
    if (problem !== undefined) throw new RelayRefusal(413, problem);
    return json(202, { ok: true, id: await keep(event) });
  }
  if (path === '/api/push') {
    checkMethod(request, 'POST', path);
    gate.authorize(request, 'send', TOKEN);
    push(pushText(await takeFrame(request)));
    return json(200, { ok: true });
  }
  gate.authorize(request, 'read', TOKEN);
  if (id !== undefined) {
    checkMethod(request, 'GET', path);
    const message = await find(id);
    if (message === undefined) throw new RelayRefusal(404, 'there is no such message here');
    return json(200, message);
  }
  if (path === '/ws')
    throw new RelayRefusal(426, 'this is where the WebSocket is; ask with "Upgrade: websocket"', {
      headers: { upgrade: 'websocket' },
    });
  if (path !== '/') throw new RelayRefusal(404, `there is nothing at ${path}`);
  checkMethod(request, 'GET', path);
  if (page === undefined)
    throw new RelayRefusal(404, 'there is no page here; name one with BRIDGE_CLIENT, and start again');
  return { status: 200, headers: PAGE_HEADERS, body: await pageText(page) };
}

export function json(status: number, value: object): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

function checkMethod({ method }: IncomingMessage, wanted: string, path: string): void {
  if (method === wanted) return;
  throw new RelayRefusal(405, `${path} does not take ${method}, only ${wanted}`, {
    headers: { allow: wanted },
  });
}

async function pageText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new RelayRefusal(500, `the page of BRIDGE_CLIENT cannot be read (${(cause as Error).message})`, {
      cause,
    });
  }
}
