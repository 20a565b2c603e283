// Tables that AsyncAPI has no place for, as `x-` fields: codes, limits and the HTTP routes beside the stream.
import { LIMIT_OPTIONS } from '../config/index.ts';
import {
  CLOSE_CODES,
  ERROR_CODES,
  FIXED_LIMITS,
  HTTP_ERRORS,
  LIMITS,
  RESUME_REASONS,
  type ResumeReason,
} from '../protocol/index.ts';

const FIXED_LIMIT_TEXTS: { readonly [K in keyof typeof FIXED_LIMITS]: string } = {
  patternLength: 'Longest topic pattern, in characters.',
  patternSegments: 'Most dotted segments in a pattern.',
  patternDoubleStarSegments: 'Most segments of a pattern with two `*`; the others have at most one.',
  patternGlobstars: 'Most `**` in a pattern.',
  patternAlternatives: 'Most plain patterns that the `{a,b}` of one pattern may stand for.',
  topicsPerSubscribe: 'Most topics in one `subscribe`.',
  sessionIdsPerSubscribe: 'Most session ids in the filter of one `subscribe`.',
  historyEvents: 'Most events in one `session_history` or page of `/api/events`.',
  historyEventsDefault:
    'Events in a `session_history` or page of `/api/events` when the client does not say.',
  sessionIds: 'Most ids in one answer of `/api/db/sessions`.',
  searchCharacters: 'Longest `q` of `/api/events`, in characters.',
};

const REASON_TEXTS: { readonly [R in ResumeReason]: string } = {
  epoch_changed: 'The position belongs to another numbering of the log.',
  evicted: 'Retention has deleted what came after the position.',
  future: 'The log is not that far; the position is not of this daemon.',
  superseded: 'A later request moved the position before the replay was through.',
};

interface Limit {
  readonly name: string;
  readonly value: number;
  readonly unit?: string;
  readonly description: string;
  /** Whether config.json may change it. */
  readonly configurable: boolean;
}

function limits(): Limit[] {
  const fixed = Object.entries(FIXED_LIMITS).map(([name, value]) => ({
    name,
    value,
    description: FIXED_LIMIT_TEXTS[name as keyof typeof FIXED_LIMITS],
    configurable: false,
  }));
  const configurable = Object.entries(LIMITS).map(([name, value]) => {
    const { about, unit } = LIMIT_OPTIONS[name as keyof typeof LIMITS];
    return { name, value, ...(unit === undefined ? {} : { unit }), description: about, configurable: true };
  });
  return [...fixed, ...configurable];
}

interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** `none`, `cookie`, or the scope a token must have. */
  readonly needs: 'none' | 'cookie' | 'ticket' | 'read' | 'control' | 'ingest' | 'send';
  readonly summary: string;
}

/** Every HTTP route; `/events` and `/hook` are channels as well. */
export const ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: '/hook',
    needs: 'ingest',
    summary: 'Takes a hook in; answers once it is in the log.',
  },
  { method: 'GET', path: '/events', needs: 'read', summary: 'The stream as Server-Sent Events.' },
  { method: 'GET', path: '/health', needs: 'none', summary: 'Version, uptime, epoch, seq and counts.' },
  {
    method: 'GET',
    path: '/api/proof',
    needs: 'none',
    summary:
      'For whoever has the token and wants to know that it is the daemon who answers, before sending it. `?challenge=` of 64 fresh hex digits gives `{proof}`: the HMAC-SHA-256, in hex and with the token as its key, of the five lines `hookline proof`, the challenge, the `pid` of daemon.json, and the address and port of the daemon’s end of this very connection. Send the token on this connection only.',
  },
  {
    method: 'GET',
    path: '/api/snapshot',
    needs: 'read',
    summary:
      'The same as `snapshot` on the WebSocket. `?at=4711`: the state exactly as it was right after that seq; of which ones it can be told, the refusal of another one says.',
  },
  { method: 'GET', path: '/api/sessions', needs: 'read', summary: 'The same as `session_list`.' },
  {
    method: 'GET',
    path: '/api/usage',
    needs: 'read',
    summary:
      'The same as `usage`; `?sessionId=` for one session. `?by=day&from=2026-11-01&to=2026-11-30`: rows `{day, project, model, input, output, cacheRead, cacheCreation, costUsd?}`, both ends included, by the days of `&zone=Europe/Berlin`, or of where the daemon runs. `?by=session`: a row for each session, over or not.',
  },
  {
    method: 'GET',
    path: '/api/events',
    needs: 'read',
    summary:
      'A page of the log, ascending by seq: `?topics=&sessionId=&after=&before=&from=&since=&until=&limit=&q=`. `after` and `before` are seqs and exclusive. `from` is `oldest` or `newest`, the end at which a page begins; by default the oldest, with `before` alone the newest. `since` (inclusive) and `until` (exclusive) are milliseconds since 1970 or ISO 8601. `topics` and `sessionId` are lists with commas. Of `q`, every word must occur in type, data or payload, in any case.',
  },
  {
    method: 'GET',
    path: '/api/db',
    needs: 'read',
    summary: 'What the log holds: events, sessions, types, oldest and newest, size on the disk, retention.',
  },
  {
    method: 'GET',
    path: '/api/db/sessions',
    needs: 'read',
    summary:
      'Ids of all sessions the log has events of, also those that are over; `?prefix=` for those that begin so.',
  },
  {
    method: 'GET',
    path: '/api/db/export',
    needs: 'read',
    summary:
      'The log as NDJSON: a header, then a line an event with all that is kept of it. Takes `topics`, `sessionId`, `after`, `before`, `since` and `until` of `/api/events`.',
  },
  {
    method: 'POST',
    path: '/api/db/vacuum',
    needs: 'control',
    summary: 'Gives free space of the database back, a little at a time; answers `{before, after}` in bytes.',
  },
  {
    method: 'POST',
    path: '/api/messages',
    needs: 'send',
    summary:
      'Sends a message: `{to, message, from?, key?, priority?, ttlMs?, replyTo?, inReplyTo?, correlationId?, files?, metadata?}`, or `type` and `payload` in place of `message`. The header `Idempotency-Key` stands for `key`. Answers 202 `{id, state, duplicate, recipients}` once it is on record, 200 when it was sent before.',
  },
  {
    method: 'GET',
    path: '/api/messages',
    needs: 'read',
    summary:
      '`{messages, hasMore}`, the newest first: `?to=&from=&state=&key=&limit=&before=`. `before` is an id; of `limit` there are 100, and 1,000 at most.',
  },
  {
    method: 'GET',
    path: '/api/messages/:id',
    needs: 'read',
    summary:
      'A message, and how it stands with each recipient. `?wait=accepted&timeoutMs=30000`: once it has come so far, or to an end, or the time is up.',
  },
  {
    method: 'DELETE',
    path: '/api/messages/:id',
    needs: 'send',
    summary: 'Takes a message back that waits still.',
  },
  { method: 'POST', path: '/api/messages/:id/retry', needs: 'send', summary: 'Sends a dead letter again.' },
  {
    method: 'POST',
    path: '/api/messages/:id/ack',
    needs: 'send',
    summary: '`{name}`: whoever took it says that it arrived.',
  },
  {
    method: 'POST',
    path: '/api/messages/:id/nack',
    needs: 'send',
    summary:
      '`{name, reason?}`: whoever took it could do nothing with it; it waits again, and is dead after five tries.',
  },
  {
    method: 'GET',
    path: '/api/inbox',
    needs: 'read',
    summary: 'Every name that messages are under way for, and how many.',
  },
  {
    method: 'GET',
    path: '/api/inbox/:name',
    needs: 'read',
    summary: 'What waits for a name, in the order it is handed out; changes nothing.',
  },
  {
    method: 'POST',
    path: '/api/inbox/:name/take',
    needs: 'send',
    summary:
      '`{max = 10, waitMs = 0, leaseMs = 30000}`: hands out what waits for a name. What is not acknowledged before the lease is out waits again.',
  },
  {
    method: 'DELETE',
    path: '/api/inbox/:name',
    needs: 'control',
    summary: 'Takes back whatever waits for a name.',
  },
  { method: 'GET', path: '/metrics', needs: 'read', summary: 'Figures for Prometheus.' },
  { method: 'GET', path: '/asyncapi.json', needs: 'none', summary: 'This document.' },
  { method: 'GET', path: '/docs', needs: 'none', summary: 'This document, as a page to read.' },
  { method: 'GET', path: '/', needs: 'cookie', summary: 'The live page, or how to log in.' },
  {
    method: 'POST',
    path: '/api/ticket',
    needs: 'control',
    summary: 'Makes the single-use ticket that logs a browser in.',
  },
  { method: 'POST', path: '/api/login', needs: 'ticket', summary: 'Exchanges a ticket for a cookie.' },
  {
    method: 'POST',
    path: '/api/token/rotate',
    needs: 'control',
    summary: 'Replaces both tokens; connections with the old ones are closed with 4401.',
  },
];

const described = (table: Readonly<Record<string, string>>): { code: string; description: string }[] =>
  Object.entries(table).map(([code, description]) => ({ code, description }));

/** The tables, by the name of their field. */
export const REFERENCE = {
  'x-error-codes': described(ERROR_CODES),
  'x-resume-reasons': RESUME_REASONS.map(code => ({ code, description: REASON_TEXTS[code] })),
  'x-close-codes': Object.entries(CLOSE_CODES).map(([code, { name, meaning }]) => ({
    code: Number(code),
    name,
    description: meaning,
  })),
  'x-http-errors': Object.entries(HTTP_ERRORS).map(([code, status]) => ({ code, status })),
  'x-limits': limits(),
  'x-http-routes': ROUTES,
} as const;
