// Reads a JSON request body with a cap, straight from the socket's stream.
import type { IncomingMessage } from 'node:http';
import { rawValues } from './gate.ts';
import { HttpError } from './http-error.ts';

/**
 * The parsed body.
 *
 * @param most largest body in bytes.
 * @throws HttpError unsupported_media_type (415), payload_too_large (413), invalid_json (400)
 */
export async function readJson(request: IncomingMessage, most: number): Promise<unknown> {
  const type = rawValues(request, 'content-type').join(',').split(';')[0]?.trim().toLowerCase();
  const encoding = rawValues(request, 'content-encoding').join(',').trim().toLowerCase();
  if (type !== 'application/json' || (encoding !== '' && encoding !== 'identity')) {
    throw new HttpError('unsupported_media_type', 'send plain JSON with "Content-Type: application/json"');
  }
  const text = (await readBody(request, most)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HttpError('invalid_json', `the body is not JSON: ${(cause as Error).message}`, { cause });
  }
}

function readBody(request: IncomingMessage, most: number): Promise<Buffer> {
  const tooLarge = (): HttpError =>
    new HttpError(
      'payload_too_large',
      `the body is larger than ${most} bytes; send less, or raise limits.hookBodyBytes`,
    );
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > most) return reject(tooLarge());
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= most) chunks.push(chunk);
      else reject(tooLarge());
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    // A client that goes away is nobody's fault, and there is nobody left to tell.
    for (const end of ['error', 'close'])
      request.on(end, () =>
        reject(new HttpError('bad_request', 'the connection closed before the body did')),
      );
  });
}
