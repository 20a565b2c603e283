// Who we are to push services: a key that is made once, and signs every message (RFC 8292).
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { readIfThere, writePrivate } from '../../private-file.ts';

const Jwk = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
});

export interface VapidKeys {
  /** As browsers want it: the point, uncompressed, in base64url. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

/** The file with our key holds something else. Its message has no word of what is in it. */
export class PushKeyError extends Error {
  readonly code = 'push_key';
  override readonly name = 'PushKeyError';
}

/** How long a signature is good for, in seconds: services take a day at most. */
const GOOD_SEC = 12 * 3600;

/** The keys of a state directory, made and kept there where there are none. @throws PushKeyError */
export async function vapidKeys(home: string): Promise<VapidKeys> {
  const file = path.join(home, 'push-key.json');
  const text = await readIfThere(file);
  if (text !== undefined) return keysOf(text, file);
  const made = `${JSON.stringify(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }))}\n`;
  await writePrivate(file, made);
  return keysOf(made, file);
}

function keysOf(text: string, file: string): VapidKeys {
  try {
    const jwk = Jwk.parse(JSON.parse(text));
    const point = [Buffer.of(4), Buffer.from(jwk.x, 'base64url'), Buffer.from(jwk.y, 'base64url')];
    return {
      publicKey: Buffer.concat(point).toString('base64url'),
      privateKey: createPrivateKey({ key: jwk, format: 'jwk' }),
    };
  } catch {
    throw new PushKeyError(
      `${file} does not hold our key for push services; remove it, and browsers subscribe anew`,
    );
  }
}

/**
 * The header that says who sends.
 *
 * @param subject a URL, by which the service reaches whoever sends
 * @param now milliseconds since 1970
 */
export function vapidHeader(endpoint: string, keys: VapidKeys, subject: string, now: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { aud: new URL(endpoint).origin, exp: Math.floor(now / 1000) + GOOD_SEC, sub: subject };
  const signed = `${part({ typ: 'JWT', alg: 'ES256' })}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(signed), { key: keys.privateKey, dsaEncoding: 'ieee-p1363' });
  return `vapid t=${signed}.${signature.toString('base64url')}, k=${keys.publicKey}`;
}
