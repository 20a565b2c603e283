// Encrypts what a browser is pushed, so that the push service cannot read it: RFC 8291, over the content coding of RFC 8188.
import { createCipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from 'node:crypto';

/** What a browser gives of itself, in base64url: its key of P-256, and a secret of 16 bytes. */
export interface PushKeys {
  readonly p256dh: string;
  readonly auth: string;
}

/** What is picked anew for every message, but by tests. */
export interface Picked {
  readonly ours: ECDH;
  readonly salt: Buffer;
}

/** Of one record; what is sent is far shorter, and services take no more. */
const RECORD_BYTES = 4096;
/** Most text that fits into it: 86 bytes of header, 16 of the tag, one that ends it. */
export const PLAIN_BYTES = RECORD_BYTES - 86 - 16 - 1;

/** @throws RangeError for too much text, Error for keys that are none */
export function encrypted(text: Buffer, { p256dh, auth }: PushKeys, picked = pick()): Buffer<ArrayBuffer> {
  if (text.length > PLAIN_BYTES)
    throw new RangeError(`what is pushed has ${text.length} bytes, and ${PLAIN_BYTES} fit`);
  const { ours, salt } = picked;
  const [theirs, mine] = [Buffer.from(p256dh, 'base64url'), ours.getPublicKey()];
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), theirs, mine]);
  const secret = derived(ours.computeSecret(theirs), Buffer.from(auth, 'base64url'), info, 32);
  const key = derived(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = derived(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  // The last record, and the only one, ends with a 2.
  const body = [cipher.update(Buffer.concat([text, Buffer.of(2)])), cipher.final(), cipher.getAuthTag()];
  const size = Buffer.alloc(4);
  size.writeUInt32BE(RECORD_BYTES);
  return Buffer.concat([salt, size, Buffer.of(mine.length), mine, ...body]);
}

function derived(key: Buffer, salt: Buffer, info: Buffer, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, info, length));
}

function pick(): Picked {
  const ours = createECDH('prime256v1');
  ours.generateKeys();
  return { ours, salt: randomBytes(16) };
}
