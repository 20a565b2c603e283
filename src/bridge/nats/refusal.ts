// What a NATS server refuses, in words.
import { JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { wordsOf as wordsOfAny } from '../words.ts';

/** Something did not work at a NATS server. Its message is for people, and has no secrets. */
export class NatsError extends Error {
  readonly code = 'nats';
  override readonly name = 'NatsError';

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
  }
}

/** Whether JetStream has refused something with this code of its own (`err_code`: server/errors.json of nats-server). */
export const isCode = (error: unknown, code: number): boolean =>
  error instanceof JetStreamApiError && error.code === code;

/** JetStream is not there for an account, or for the whole server. */
const NOT_FOR_ACCOUNT = 10039;
const NOT_ENABLED = 10076;

/** What the library says in one word, as a sentence. */
export function wordsOf(error: unknown): string {
  if (error instanceof errors.TimeoutError) return 'it did not answer in time';
  if (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError)
    return `it refuses who this is (${error.message}); see the user in the URL, and passwordFile`;
  if (error instanceof errors.PermissionViolationError)
    return `this user may not ${error.operation === 'publish' ? 'publish to' : 'subscribe to'} ${error.subject}`;
  if (isCode(error, NOT_FOR_ACCOUNT) || isCode(error, NOT_ENABLED) || isUnanswered(error))
    return 'JetStream does not answer; start the server with -js, and let the account have it';
  if (error instanceof Error && error.cause instanceof errors.PermissionViolationError)
    return wordsOf(error.cause);
  return error instanceof Error && error.message !== '' ? wordsOfAny(error) : 'it closed the connection';
}

/** Nobody there takes what was published: no stream has the subject, or JetStream does not run. */
export function isUnanswered(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof errors.NoRespondersError) return true;
  return error.name === 'JetStreamNotEnabled' || isUnanswered(error.cause);
}
