// Every number the protocol promises, in one place; the daemon's configuration may change most of them.

/** The protocol version that `snapshot.protocol` announces. */
export const PROTOCOL_VERSION = 1;

/** The WebSocket subprotocol a client may offer. */
export const SUBPROTOCOL = 'hookline.v1';

/** What the protocol itself fixes: clients may rely on it with every daemon. */
export const FIXED_LIMITS = {
  /** Longest topic pattern, in characters. */
  patternLength: 128,
  /** Most dotted segments a topic pattern may have. */
  patternSegments: 16,
  /** Most segments of a pattern that may have two `*`; the others have at most one. */
  patternDoubleStarSegments: 1,
  /** Most `**` segments in a pattern. */
  patternGlobstars: 2,
  /** Most plain patterns that the `{a,b}` of one pattern may stand for. */
  patternAlternatives: 32,
  /** Most topics in one `subscribe`. */
  topicsPerSubscribe: 100,
  /** Most session ids in the filter of one `subscribe`. */
  sessionIdsPerSubscribe: 100,
  /** Most events in one `session_history` or page of `/api/events`. */
  historyEvents: 1000,
  /** Events in a `session_history` when the client does not say. */
  historyEventsDefault: 100,
  /** Most messages in one `messages` or answer of `/api/messages`. */
  listedMessages: 1000,
  /** Messages in a list when the client does not say. */
  listedMessagesDefault: 100,
  /** Longest text to search for, in characters. */
  searchCharacters: 1000,
  /** Most buckets in one answer of `/api/histogram`. */
  histogramBuckets: 500,
  /** Most buckets in a histogram when the client does not say. */
  histogramBucketsDefault: 120,
  /** Most ids in one answer of `/api/db/sessions`. */
  sessionIds: 1000,
} as const;

/** The defaults of what a daemon's configuration may change. */
export const LIMITS = {
  /** Largest client frame, in bytes. A larger one closes the connection with 1009. */
  clientFrameBytes: 64 * 1024,
  /** Largest body of `POST /hook`, in bytes. A larger one is answered 413. */
  hookBodyBytes: 16 * 1024 * 1024,
  /** Most patterns one connection may hold. */
  patternsPerConnection: 200,
  /** Most characters of JSON in one `session_history` or page of `/api/events`; `hasMore` tells that there is more. */
  historyBytes: 8 * 1024 * 1024,
  /** Most connections at a time. */
  connections: 1000,
  /** Bytes that may wait in a connection's socket before the daemon stops writing to it. */
  socketBacklogBytes: 256 * 1024,
  /** Milliseconds a blocked connection may make no progress before it is closed with 4408. */
  slowReaderMs: 30_000,
  /** Milliseconds of silence after which a connection is told its position. */
  positionEveryMs: 15_000,
  /** Milliseconds between WebSocket pings. */
  pingEveryMs: 30_000,
  /** Milliseconds to wait for the pong before the connection is closed with 4410. */
  pongTimeoutMs: 10_000,
  /** The window of the message rate limit, in milliseconds. */
  rateWindowMs: 10_000,
  /** Messages a client may send in the window; the next ones are answered `rate_limited`. */
  rateMessages: 100,
  /** Messages in the window after which the connection is closed with 4429. */
  rateMessagesClose: 200,
  /** Requests that may wait for an answer the client does not read before it is closed with 4400. */
  pendingRequests: 100,
} as const;

/** The limits as a daemon runs with them. */
export type Limits = { readonly [K in keyof typeof LIMITS]: number };
