// Secrets and signatures as Standard Webhooks has them (https://www.standardwebhooks.com).
import { createHmac } from 'node:crypto';

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
