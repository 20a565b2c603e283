// Takes in the body of a request to a relay, whatever type it says it is.
import type { IncomingMessage } from 'node:http';
import { type RelayFrame, readRelayFrame } from '../protocol/index.ts';
import { rawValues } from '../server/guard.ts';
import { RelayRefusal } from './refusal.ts';

/** Largest body, in bytes. */
const MOST = 1024 * 1024;

/** @throws RelayRefusal 400, 413, 415 */
export async function takeFrame(request: IncomingMessage): Promise<RelayFrame> {
  const frame = readRelayFrame(await textOf(request));
  if ('problem' in frame) throw new RelayRefusal(400, frame.problem);
  return frame;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const encoding = rawValues(request, 'content-encoding').join(',').trim().toLowerCase();
  if (encoding !== '' && encoding !== 'identity')
    throw new RelayRefusal(415, 'send the body as it is, without "Content-Encoding"');
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MOST) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new RelayRefusal(400, 'the connection closed before the body did', { cause });
  }
  if (size <= MOST) return Buffer.concat(chunks).toString();
  throw new RelayRefusal(413, `the body is larger than ${MOST} bytes; put what is long into a file`, {
    headers: { connection: 'close' },
  });
}
