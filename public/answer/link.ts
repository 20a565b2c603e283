// What opens the one request: the ticket in the link's fragment, which browsers send to nobody, becomes a cookie.
import { ask } from '../live/api.ts';

/** What the address says. */
interface Address {
  readonly requestId: string;
  /** Undefined on a page that was opened already, and is loaded again. */
  readonly ticket: string | undefined;
}

/** Takes the ticket out of the address bar and the history; the request stays there. */
export function takeAddress(): Address {
  const words = new URLSearchParams(location.hash.slice(1));
  const requestId = words.get('request') ?? '';
  const ticket = words.get('ticket') ?? undefined;
  if (ticket !== undefined)
    history.replaceState(null, '', `${location.pathname}#request=${encodeURIComponent(requestId)}`);
  return { requestId, ticket };
}

/**
 * Has the ticket exchanged. One that was used is no reason to give up: this very browser may be the one that used it.
 *
 * @throws ApiError with status 0 or 5xx, and the ticket is as good as before or was used by this browser
 */
export const redeem = (ticket: string): Promise<unknown> => ask('POST', '/api/answer', { body: { ticket } });
