// What browsers want to hear before a page of another origin may read an answer (CORS), for origins the configuration names.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { rawValues } from './gate.ts';

/**
 * Lets the page that asks read whatever is answered, refusals too: the client library learns from them why it was not let in.
 * A cookie opens nothing to such a page, for nothing is said of credentials; it has a token.
 *
 * @returns `answered` when it was only the browser's question whether the page may ask. That comes without a token, and promises none.
 */
export function shareWith(
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
): 'answered' | 'to be answered' {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('vary', 'origin');
  // Reading is all that is offered; what changes something is not for pages of elsewhere.
  const [wanted] = rawValues(request, 'access-control-request-method');
  if (request.method !== 'OPTIONS' || wanted !== 'GET') return 'to be answered';
  const allowed = { 'access-control-allow-methods': 'GET', 'access-control-allow-headers': 'authorization' };
  response.writeHead(204, allowed).end();
  return 'answered';
}
