// Whether a post comes from who knows a webhook's secret: signed, or with the secret itself.
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { secretBytes, signatureOf } from '../standard-webhooks.ts';
import { IntakeError } from './errors.ts';

/** A post as it came. */
export interface Posted {
  /** The values of a header, by its name in small letters, one for each time it came. */
  readonly header: (name: string) => readonly string[];
  /** Every `?secret=` of its URL. */
  readonly secrets: readonly string[];
  readonly body: Buffer;
}

export interface Proof {
  /** Whether the body is what somebody with the secret signed; with the secret alone, who sends it is known, and the body is not sealed. */
  readonly signed: boolean;
  /** What tells a repeat. */
  readonly key: string | undefined;
}

/** How far the clocks of sender and receiver may be apart, in milliseconds; as the libraries of Standard Webhooks have it. */
const TOLERANCE_MS = 5 * 60_000;
/** Longest id, in characters. */
const ID_MOST = 256;

/**
 * Standard Webhooks first, then GitHub's way, then the secret itself; a signature that is there has to be right. The body is signed as
 * its bytes came. The library `standardwebhooks` is not asked: it takes the time from the system's clock, and every body to be JSON.
 *
 * @param now milliseconds since 1970
 * @throws IntakeError wrong_signature
 */
export function prove(secret: string, posted: Posted, now: number): Proof {
  const signatures = single(posted, 'webhook-signature');
  if (signatures !== undefined) return provenByStandard(secret, posted, signatures, now);
  const hub = single(posted, 'x-hub-signature-256');
  if (hub !== undefined) return provenByHub(secret, posted, hub);
  const [shown, ...others] = posted.secrets;
  if (shown === undefined)
    throw new IntakeError(
      'wrong_signature',
      'nothing proves who sends this: sign it as Standard Webhooks has it, or post it to the same address with ?secret=',
    );
  if (others.length > 0 || !isSame(shown, secret))
    throw new IntakeError('wrong_signature', 'the secret is not that of this webhook');
  const id = single(posted, 'webhook-id');
  return { signed: false, key: id === undefined ? undefined : idOf(id) };
}

function provenByStandard(secret: string, posted: Posted, signatures: string, now: number): Proof {
  const id = idOf(single(posted, 'webhook-id') ?? '');
  const timestamp = single(posted, 'webhook-timestamp') ?? '';
  const bytes = secretBytes(secret) ?? Buffer.from(secret);
  const expected = signatureOf(bytes, { id, timestamp, body: posted.body });
  if (!signatures.split(' ').some(one => isSame(one, expected))) throw wrong('webhook-signature');
  const apartMs = /^\d{1,12}$/.test(timestamp) ? Math.abs(now - Number(timestamp) * 1000) : Number.NaN;
  if (!(apartMs <= TOLERANCE_MS))
    throw new IntakeError(
      'wrong_signature',
      `webhook-timestamp is not a time within ${TOLERANCE_MS / 60_000} minutes of this clock, in seconds since 1970; send it anew, and see whether both clocks are right`,
    );
  return { signed: true, key: id };
}

/**
 * `sha256=` and the HMAC of the body in hex (https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries). Nothing
 * else is signed, no id and no time: so a body that comes again is the same message.
 */
function provenByHub(secret: string, { body }: Posted, signature: string): Proof {
  const expected = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  if (!isSame(signature.toLowerCase(), expected)) throw wrong('x-hub-signature-256');
  return { signed: true, key: expected };
}

/** @throws IntakeError where it came twice: which one would count is anybody's guess */
function single({ header }: Posted, name: string): string | undefined {
  const [value, ...others] = header(name);
  if (others.length > 0) throw new IntakeError('wrong_signature', `the header ${name} came more than once`);
  return value;
}

function idOf(id: string): string {
  if (id !== '' && id.length <= ID_MOST) return id;
  throw new IntakeError('wrong_signature', `webhook-id must have 1 to ${ID_MOST} characters`);
}

const wrong = (header: string): IntakeError =>
  new IntakeError(
    'wrong_signature',
    `${header} is not right: it has to be made with the secret of this webhook, of the body as it is sent`,
  );

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');
/** Takes as long however alike they are. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
