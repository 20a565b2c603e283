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
  listedMessages: 'Most messages in one `messages` or answer of `GET /api/messages`.',
  listedMessagesDefault: 'Messages in a list when the client does not say.',
  sessionIds: 'Most ids in one answer of `/api/db/sessions`.',
  searchCharacters: 'Longest `q` of `/api/events` and `/api/histogram`, in characters.',
  histogramBuckets: 'Most buckets in one answer of `/api/histogram`.',
  histogramBucketsDefault: 'Most buckets when the client does not say.',
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
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** `none`, `cookie`, `secret` (of the webhook), `link` (what opening one left in the browser), or the scope a token must have. */
  readonly needs:
    | 'none'
    | 'cookie'
    | 'ticket'
    | 'secret'
    | 'link'
    | 'read'
    | 'control'
    | 'ingest'
    | 'send'
    | 'approve';
  readonly summary: string;
}

/** Every HTTP route; `/events` and `/hook` are channels as well. */
export const ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: '/hook',
    needs: 'ingest',
    summary:
      'Takes a hook in; answers once it is in the log: 202, or 200 with a hook output object. Messages are only in the answer to a hook that says, by a header `Hookline-Prints`, that it prints what it is answered. With `Hookline-Prints: rewake` it is no event: a hook waits in the background of the session `session_id` for half a minute at most, and is told to print what wakes it (200, text), to ask again (204), or that it need not wait (410).',
  },
  { method: 'GET', path: '/events', needs: 'read', summary: 'The stream as Server-Sent Events.' },
  {
    method: 'GET',
    path: '/health',
    needs: 'none',
    summary:
      'Version, uptime, epoch, seq, counts, how the brokers are, and on a hub how many machines are there.',
  },
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
    path: '/api/sessions/:id/export',
    needs: 'read',
    summary:
      'One session whole, over or not, as a file. `?format=md` is a document to read; `json`, the default, is `{format: "hookline-session", version: 1, hookline, exportedAt, sessionId, usage, events, session}`: its events as the log has them, in its order (those from before hookline with `"log": "history"`), and what they say about it.',
  },
  {
    method: 'GET',
    path: '/api/usage',
    needs: 'read',
    summary:
      'The same as `usage`; `?sessionId=` for one session. `?by=day&from=2026-11-01&to=2026-11-30`: rows `{day, project, model, input, output, cacheRead, cacheCreation, costUsd?, costEstimateUsd?}`, both ends included, by the days of `&zone=Europe/Berlin`, or of where the daemon runs; `?by=project` and `?by=model` add them up. `?by=session`: a row for each session, over or not. `?by=block`: a row for each window of five hours, the one that runs with `burn {tokensPerMinute, cacheReadPerMinute, usdPerHour?}` and what it is `projected {tokens, usd?}` to come to. All of these take `&since=` and `&until=` as `/api/events` does: of days to the quarter of an hour, of sessions by when they used something last, of windows by what was used in them. `?by=prompt&sessionId=`: a row for each of the last 50 prompts of a session, by `promptId`; `?by=agent&sessionId=` for each of its subagents, by `agentId`. `?by=budget`: how the budgets of the configuration stand, `{budget, per, project?, usd, spentUsd, estimated, crossed, sessionId?, startsAt?, endsAt?}`.',
  },
  {
    method: 'GET',
    path: '/api/stats',
    needs: 'read',
    summary:
      'What was done in all sessions, those from before included: `tools` by calls, with `failed`, `interrupted`, `denied`, `failureRate` and `fastestMs`, `medianMs` (right to 2.5 %), `slowestMs` of the calls that told how long they took; `hours` `{day, hour, prompts, calls, failed}`; `errors` `{event, kind, count}`; and what was used by `projects` and `weekdays` (1 for Monday). `?since=` and `&until=` as `/api/events` takes them, to the quarter of an hour; days and hours are those of `&zone=Europe/Berlin`, or of where the daemon runs. `&project=` is a folder, or its own name; `&tool=` leaves of `tools`, `hours` and `errors` what is of that tool. All of it outlives the events, for 400 days; `countsFrom` says since when anything is counted.',
  },
  {
    method: 'GET',
    path: '/api/events',
    needs: 'read',
    summary:
      'A page of the log, ascending by seq: `?topics=&sessionId=&after=&before=&from=&since=&until=&limit=&q=`. `after` and `before` are seqs and exclusive. `from` is `oldest` or `newest`, the end at which a page begins; by default the oldest, with `before` alone the newest. `since` (inclusive) and `until` (exclusive) are milliseconds since 1970 or ISO 8601. `topics` and `sessionId` are lists with commas. Of `q`, every word must occur in type, data or payload, in any case. `log=history` reads the sessions from before hookline that were taken in, by the seqs of their own log; so does a `sessionId` that only that log has, and a `q` without seqs that finds nothing else, unless `log=events`. The answer says `"log": "history"` and its `epoch` then.',
  },
  {
    method: 'GET',
    path: '/api/histogram',
    needs: 'read',
    summary:
      'How many events there were when: `?topics=&sessionId=&since=&until=&q=` as of `/api/events`, and `&buckets=`, the most there may be. `{epoch, seq, since, until, width, buckets}`: all up to `seq` was counted, in buckets of `width` milliseconds, as narrow as their number lets them be, each `{at, events, failed, waiting}` and beginning at a multiple of the width; those without an event are left out. `failed` are events of what went wrong, `waiting` those of what waited for somebody. Without `since` it begins with the first event, without `until` it ends now.',
  },
  {
    method: 'GET',
    path: '/api/history',
    needs: 'read',
    summary:
      'Sessions from before hookline: `unseen` finished ones that it has never seen, what is `held` of those taken in, and how the `import` goes on.',
  },
  {
    method: 'POST',
    path: '/api/history/import',
    needs: 'control',
    summary:
      'Takes them in, in the background: `{since?, project?}`, milliseconds since 1970 and a glob of folders. 202 with what `GET /api/history` answers; the same again goes on with what is under way, anything else is refused meanwhile (409). The end of it is told by `system.history_imported`.',
  },
  {
    method: 'DELETE',
    path: '/api/history/import',
    needs: 'control',
    summary: 'Ends what is under way; what was taken in stays, and the next import goes on there.',
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
      'Ids of all sessions there are events of, also those that are over or were taken in from before; `?prefix=` for those that begin so.',
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
      'Sends a message: `{to, message, from?, key?, priority?, ttlMs?, replyTo?, inReplyTo?, correlationId?, files?, metadata?}`, or `type` and `payload` in place of `message`. The header `Idempotency-Key` stands for `key`. Answers 202 `{id, state, duplicate, recipients}` once it is on record, 200 when it was sent before, and 429 when too many wait, or come (`rate_limited`, with `Retry-After`).',
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
      'A message, and how it stands with each recipient. `?wait=accepted&timeoutMs=30000`: once it is in that state, or at an end, or the time is up; `wait=answered`: once everybody who got it has answered.',
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
    path: '/api/messages/:id/release',
    needs: 'control',
    summary:
      'Lets a message go that is `held` with the reason `loop`. One that the user of a session has to let in is refused: 409.',
  },
  {
    method: 'POST',
    path: '/api/messages/release',
    needs: 'control',
    summary: 'The same with all of them; answers `{released}`.',
  },
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
    method: 'DELETE',
    path: '/api/dead',
    needs: 'control',
    summary: 'Forgets every dead letter; answers `{purged}`.',
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
      '`{max = 10, waitMs = 0, leaseMs = 30000, inReplyTo?}`: hands out what waits for a name, or only what answers a message. What is not acknowledged before the lease is out waits again.',
  },
  {
    method: 'DELETE',
    path: '/api/inbox/:name',
    needs: 'control',
    summary: 'Takes back whatever waits for a name.',
  },
  {
    method: 'GET',
    path: '/api/approvals',
    needs: 'read',
    summary:
      'The requests of sessions that can be answered now; `input` is whole with the scope `approve` only.',
  },
  {
    method: 'POST',
    path: '/api/approvals/:id',
    needs: 'approve',
    summary:
      'Answers one, as `answer_permission` does: 409 `already_answered` when somebody was first, or its time was up.',
  },
  {
    method: 'POST',
    path: '/api/approvals/:id/link',
    needs: 'approve',
    summary:
      'Makes the single-use ticket of a link that opens this one request, for a phone: `{ticket, expiresInSec}`; the link is `/answer#request=ID&ticket=TICKET`. 409 `already_answered`.',
  },
  {
    method: 'POST',
    path: '/api/answer',
    needs: 'ticket',
    summary:
      'Exchanges the ticket of a link for a cookie that is good for its request, and nothing else: `{requestId}`.',
  },
  {
    method: 'GET',
    path: '/api/answer/:id',
    needs: 'link',
    summary:
      'That request, whole, as `{request}`, or how it ended, as `{ended: {outcome, by, message?}}`; with `wait=true` once it has ended, or after 25 s.',
  },
  {
    method: 'POST',
    path: '/api/answer/:id',
    needs: 'link',
    summary: 'Answers it, as `POST /api/approvals/ID` does.',
  },
  {
    method: 'GET',
    path: '/api/alerts',
    needs: 'read',
    summary:
      'The alerts that are open, and whom rules tell, by their names: `{alerts: [{alertId, when, sessionId, title, text, advice, since, firedAt, to, ...}], targets}`. The same list is `alerts` of a `snapshot`.',
  },
  {
    method: 'POST',
    path: '/api/alerts/:id/acknowledge',
    needs: 'control',
    summary:
      'Somebody has seen it: it is open no more, for nobody, and neither is what other rules tell of the same cause. `{alertId, by}`, with who was first; 404 when it is over.',
  },
  {
    method: 'POST',
    path: '/api/alerts/test',
    needs: 'control',
    summary:
      'Tries whether targets are reached, `{target}` or with `{}` all that rules tell: `{tried: [{target, reason?}]}`, with why not.',
  },
  {
    method: 'GET',
    path: '/api/alerts/push',
    needs: 'read',
    summary:
      'The key by which a browser subscribes to alerts, `{publicKey}` in base64url; 404 where no rule tells `push`.',
  },
  {
    method: 'POST',
    path: '/api/alerts/push',
    needs: 'control',
    summary:
      'Subscribes a browser, `{endpoint, keys: {p256dh, auth}}` as it gives it; 400 for an address of no push service that hookline knows.',
  },
  {
    method: 'DELETE',
    path: '/api/alerts/push',
    needs: 'control',
    summary: 'Ends that, by its `{endpoint}`.',
  },
  {
    method: 'GET',
    path: '/api/names',
    needs: 'read',
    summary:
      '`names`: who is called what (`name`, `sessionId?`, `live`, `groups`), `by` what (`given`, `environment`, `agent`, `rule`), and the `ways` in, each with `whyNot` where it does not lead there now.',
  },
  {
    method: 'GET',
    path: '/api/brokers',
    needs: 'read',
    summary:
      '`brokers`: of each its `label`, `kind` and `node`, its `state` (`up`, `down`), `lastSeq` (up to where the broker has confirmed events), how many are `behind`, and the `reason` why it is away.',
  },
  {
    method: 'GET',
    path: '/api/nodes',
    needs: 'read',
    summary:
      '`nodes`: on a hub, the machines that it shows: what each is called (`node`), its `state` (`online`, `away`), `version`, `epoch`, `lastSeq` (its newest event here), how many are `behind`, how many `sessions` live there, and when it was heard of last (`heardAt`). Empty elsewhere.',
  },
  {
    method: 'PUT',
    path: '/api/names/:name',
    needs: 'control',
    summary:
      'Gives a name to a session that lives (`sessionId`), or puts it into these `groups`, or both; with `take` also when another one that lives has it. 409 `conflict` without.',
  },
  {
    method: 'DELETE',
    path: '/api/names/:name',
    needs: 'control',
    summary: 'Takes back what was given, its groups too. What waits for the name waits on.',
  },
  {
    method: 'POST',
    path: '/api/event',
    needs: 'send',
    summary:
      '`{type, payload?}`, whatever its content type: a message for `?to=` (default `bridge`), which `relay` prints and so wakes a session. Answers 202 `{ok, id}` once it is on record. `?token=` will do; a refusal of the body is `{"error": text}`.',
  },
  {
    method: 'POST',
    path: '/api/push',
    needs: 'send',
    summary:
      'The same body goes to every client of every relay, or of those of the name `?to=`, as the event `relay.pushed`. Answers 200 `{ok}`.',
  },
  {
    method: 'POST',
    path: '/in/:name',
    needs: 'secret',
    summary:
      'A webhook: whatever is posted becomes a message. It is signed as Standard Webhooks has it (`webhook-id`, `webhook-timestamp`, `webhook-signature`) or as GitHub does (`x-hub-signature-256`), or has `?secret=`. Answers 202 `{ok, id}` once it is on record; the same `webhook-id` is the same message.',
  },
  {
    method: 'GET',
    path: '/channel',
    needs: 'none',
    summary:
      'Where the WebSocket of rooms is, for clients of claude-socket: `?session=ROOM`, `&to=` for whom its messages are, and a token with the scope `read`; with `send` it writes there, with `approve` it is shown what the session asks, and answers. In plain HTTP: `{status, sessions}`, the rooms that somebody is in.',
  },
  { method: 'GET', path: '/metrics', needs: 'read', summary: 'Figures for Prometheus.' },
  { method: 'GET', path: '/asyncapi.json', needs: 'none', summary: 'This document.' },
  { method: 'GET', path: '/docs', needs: 'none', summary: 'This document, as a page to read.' },
  { method: 'GET', path: '/answer', needs: 'none', summary: 'The page that a link to one request opens.' },
  { method: 'GET', path: '/', needs: 'cookie', summary: 'The live page, or how to log in.' },
  {
    method: 'POST',
    path: '/api/ticket',
    needs: 'control',
    summary:
      'Makes the single-use ticket that logs a browser in; `readOnly=true` makes one for somebody who may look, and do nothing else.',
  },
  { method: 'POST', path: '/api/login', needs: 'ticket', summary: 'Exchanges a ticket for a cookie.' },
  {
    method: 'POST',
    path: '/api/token/rotate',
    needs: 'control',
    summary:
      'Replaces both tokens; connections with the old ones are closed with 4401. Tokens that were made for others stay.',
  },
  {
    method: 'GET',
    path: '/api/tokens',
    needs: 'control',
    summary:
      'The tokens that were made for others: `{tokens[{name, scopes, to?, from?, createdAt, expiresAt?, lastUsedAt?}]}`, the last since the daemon started.',
  },
  {
    method: 'POST',
    path: '/api/tokens',
    needs: 'control',
    summary:
      'Makes a token for somebody: `{name, scopes, to?, from?, ttlMs?}`. `scopes` are of `read`, `send`, `ingest` and `approve`; `to` is a list of patterns of addresses, `from` the only name it writes as. Answers 201 with the same and `token`, which is not told again; 409 where there is one of this name.',
  },
  {
    method: 'DELETE',
    path: '/api/tokens/:name',
    needs: 'control',
    summary: 'Revokes a token; connections that used it are closed with 4401.',
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
