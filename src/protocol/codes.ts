// The one table of error and close codes.

/** Codes of the `error` reply on the WebSocket. */
export const ERROR_CODES = {
  invalid_json: 'The frame is not JSON.',
  invalid_message: 'The message lacks a field or has a wrong one; `details` says which.',
  unknown_type: 'No client message has this `type`.',
  invalid_topic: 'A topic pattern is too long or outside the grammar.',
  limit_exceeded: 'The connection would hold more than it may.',
  rate_limited: 'Too many messages; wait before sending more.',
  not_found: 'There is no such session, or nobody whom the message could be for.',
  forbidden: 'The token does not reach this far, or a rule says no.',
  conflict: 'The key was used for another message.',
  already_answered: 'The request was answered before, here or at its terminal, or its time was up.',
  payload_too_large: 'The message is larger than it may be.',
  inbox_full: 'Too many messages wait there; send it when some of them were taken.',
  not_durable: 'The message was not taken, for it could be lost.',
  internal: 'The daemon failed; its log says why.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** WebSocket close codes the daemon uses, and what a client should do. */
export const CLOSE_CODES = {
  1001: { name: 'going_away', meaning: 'The daemon stops or restarts: come back and resume.' },
  1003: { name: 'no_binary', meaning: 'A binary frame came; send JSON text.' },
  1009: { name: 'too_big', meaning: 'A frame over the limit came.' },
  1011: {
    name: 'internal',
    meaning: 'The daemon failed to go on with this connection: reconnect and resume.',
  },
  4400: { name: 'misuse', meaning: 'The client asks on and on without reading the answers.' },
  4401: {
    name: 'token_invalid',
    meaning: 'The token was replaced or revoked, or its time is up: get a new one and reconnect.',
  },
  4408: { name: 'slow', meaning: 'Nothing could be sent for 30 s: reconnect and resume.' },
  4410: { name: 'no_pong', meaning: 'No pong within 10 s of a ping.' },
  4429: { name: 'too_many_messages', meaning: 'The client went on sending after `rate_limited`.' },
} as const;

export type CloseCode = keyof typeof CLOSE_CODES;

/** Codes in the body of an HTTP error, with their status. */
export const HTTP_ERRORS = {
  invalid_json: 400,
  invalid_payload: 400,
  invalid_message: 400,
  invalid_query: 400,
  bad_request: 400,
  unauthorized: 401,
  wrong_signature: 401,
  forbidden: 403,
  forbidden_origin: 403,
  forbidden_scope: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  conflict: 409,
  already_answered: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  wrong_host: 421,
  upgrade_required: 426,
  inbox_full: 429,
  rate_limited: 429,
  headers_too_large: 431,
  internal: 500,
  draining: 503,
  not_durable: 503,
  too_many_connections: 503,
} as const;

export type HttpErrorCode = keyof typeof HTTP_ERRORS;

/** Why a position could not be resumed. */
export const RESUME_REASONS = ['epoch_changed', 'evicted', 'future', 'superseded'] as const;
export type ResumeReason = (typeof RESUME_REASONS)[number];
