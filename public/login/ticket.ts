// The single-use ticket that `hookline open` puts into the URL's fragment, which browsers send to nobody.
import { command } from '../design/command.ts';
import { field } from '../design/lookup.ts';

/** Takes the ticket out of the address bar and the history; undefined when there is none. */
export function takeTicket(): string | undefined {
  const ticket = new URLSearchParams(location.hash.slice(1)).get('ticket');
  if (ticket === null) return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  return ticket;
}

/** What came of it: the login, or what to tell the user. */
export type Redeemed = { readonly readOnly: boolean } | { readonly problem: string };

/** Exchanges a ticket for a cookie. */
export async function redeem(ticket: string): Promise<Redeemed> {
  let response: Response;
  try {
    response = await fetch('/api/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ticket }),
    });
  } catch {
    return {
      problem: `hookline did not answer. Is it still running? Start it with “${command('start')}”, then run “${command('open')}” again.`,
    };
  }
  if (response.ok) return { readOnly: field(await response.json(), 'readOnly') === true };
  if (response.status === 401)
    return {
      problem: `That link was used already, or is older than 30 seconds. Run “${command('open')}” again for a fresh one.`,
    };
  return {
    problem: `hookline refused the login (HTTP ${response.status}). Run “${command('open')}” again; “${command('doctor')}” finds out more.`,
  };
}
