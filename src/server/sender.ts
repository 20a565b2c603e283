// Who sends a message, to whom they may, and whose inbox they may take from: all of it as their token says.
import type { Access } from '../auth/index.ts';
import { InboxError, type InboxErrorCode, type Origin, type SessionNames } from '../inbox/index.ts';
import type { NewMessage, Via } from '../protocol/index.ts';

/** The ways in that a program may say it is, when it was given a token of its own; the others are parts of the daemon, or the user's. */
const SAID: ReadonlySet<Via> = new Set(['http', 'ws', 'cli', 'mcp']);

/**
 * A message as it goes out, and how certain it is from whom.
 *
 * @param said the way in, as the program says itself
 * @throws InboxError forbidden, for one that the token does not reach to, or whose sender it may not be
 */
export function signed(
  message: NewMessage,
  access: Access,
  said: Via,
  names: SessionNames,
): { readonly message: NewMessage; readonly origin: Origin } {
  const { reach } = access;
  const via = reach === undefined || SAID.has(said) ? said : 'http';
  checkReach(access, message.to, names);
  const { from = reach?.from ?? via } = message;
  if (reach?.from !== undefined) {
    if (from !== reach.from)
      throw forbidden(`the token ${reach.name} writes as ${reach.from} only; leave "from" out`);
    return { message: { ...message, from }, origin: { via, verified: true } };
  }
  // The user may write in anybody's name, and may be a session of theirs that answers in a shell.
  if (reach !== undefined && names.isLive(from))
    throw forbidden(
      `a session is called ${from}, and the token ${reach.name} may not write in its name; write as somebody else, or with a token made for it (--from ${from})`,
    );
  // That it is theirs is certain only of the way in itself, and of what a browser that is logged in writes as.
  return { message, origin: { via, verified: from === via || from === access.speaksAs } };
}

/**
 * The same for a door that says itself who its messages are from. Whoever is behind it chose that name, so it is not certain.
 *
 * @throws InboxError forbidden
 */
export function signedByDoor(
  message: NewMessage,
  { access, via, names }: { readonly access: Access; readonly via: Via; readonly names: SessionNames },
): { readonly message: NewMessage; readonly origin: Origin } {
  const { reach } = access;
  checkReach(access, message.to, names);
  if (reach?.from !== undefined && reach.from !== message.from)
    throw forbidden(
      `the token ${reach.name} writes as ${reach.from} only, and this would be from ${message.from}; connect with one that was made without --from`,
    );
  return { message, origin: { via, verified: false } };
}

/** @throws InboxError forbidden, for a name or an address that a token does not reach to */
export function checkReach(access: Access, address: string, names: SessionNames): void {
  const { reach } = access;
  if (reach === undefined || access.reaches(address, names.nameOf(address))) return;
  throw forbidden(
    `the token ${reach.name} does not reach ${JSON.stringify(address)}; it is for ${reach.to?.join(', ')}`,
  );
}

/** Whether a token reaches a message: one that it could have sent, or has to do with one of those it is for. */
export function reachesMessage(
  access: Access,
  { from, to }: { readonly from: string; readonly to: string },
  names: SessionNames,
): boolean {
  const { reach } = access;
  if (reach === undefined) return true;
  return (reach.from === undefined || reach.from === from) && access.reaches(to, names.nameOf(to));
}

/** What the inbox refuses, as it is called on the wire. */
export function codeOf({
  code,
}: InboxError): Exclude<InboxErrorCode, 'message_too_large'> | 'payload_too_large' {
  return code === 'message_too_large' ? 'payload_too_large' : code;
}

const forbidden = (words: string): InboxError => new InboxError('forbidden', words);
