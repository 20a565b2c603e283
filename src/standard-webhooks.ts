// Secrets and signatures as Standard Webhooks has them (https://www.standardwebhooks.com).
import { createHmac } from 'node:crypto';

/** A secret, as bytes. */
export type Secret = Buffer;

/** Bytes a secret may have, as the specification says. */
export const SECRET_BYTES = { min: 24, max: 64 } as const;

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;

/** The bytes of a secret that is written as `whsec_` and base64; undefined for any other text, and for too few or too many bytes. */
export function secretBytes(text: string): Buffer | undefined {
  const bytes = Buffer.from(SECRET.exec(text)?.[1] ?? '', 'base64');
  return bytes.length >= SECRET_BYTES.min && bytes.length <= SECRET_BYTES.max ? bytes : undefined;
}

/**
 * One signature, `v1,` and base64.
 *
 * @param timestamp seconds since 1970, as the header has it
 */
export function signatureOf(
  secret: Buffer,
  { id, timestamp, body }: { id: string; timestamp: string; body: string | Buffer },
): string {
  const signed = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body);
  return `v1,${signed.digest('base64')}`;
}

/**
 * The headers of a signed webhook.
 *
 * @param id the same for every try of the same event, so that its receiver can leave out what it has
 * @param timestamp of this try, in seconds since 1970
 */
export function signedHeaders(
  id: string,
  timestamp: number,
  body: string,
  secrets: readonly Secret[],
): Record<string, string> {
  const signatures = secrets.map(secret => signatureOf(secret, { id, timestamp: String(timestamp), body }));
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
