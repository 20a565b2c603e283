// From the query of a WebSocket's URL to the room that its client is in, and to whom it writes.
import type { RoomPlace } from '../../channel/index.ts';
import { addressOfRoom, isRoom } from '../../inbox/index.ts';
import { HttpError } from '../http/http-error.ts';

/** Where clients are that name no room. */
const FALLBACK = 'default';
/** Longest address, as that of any message. */
const ADDRESS_MOST = 256;

/** @throws HttpError invalid_query, for what is no room, or whom a room cannot write to */
export function roomPlace(query: URLSearchParams): RoomPlace {
  const room = only(query, 'session') ?? FALLBACK;
  if (!isRoom(room))
    throw new HttpError(
      'invalid_query',
      `session is ${quoted(room)}, which is no room: it must be a letter or a digit, then up to 63 letters, digits, ".", "_", "-"`,
    );
  const to = only(query, 'to') ?? room;
  if (to === '' || to.length > ADDRESS_MOST)
    throw new HttpError('invalid_query', `to must be 1 to ${ADDRESS_MOST} characters: whom messages are for`);
  if (to === addressOfRoom(room))
    throw new HttpError(
      'invalid_query',
      `to is ${quoted(to)}, the room itself, where everything would come twice; leave it out, or name a session`,
    );
  return { room, to };
}

/** @throws HttpError, where it is given twice: which of them counts is anybody's guess */
function only(query: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = query.getAll(name);
  if (more.some(one => one !== value))
    throw new HttpError(
      'invalid_query',
      `${name} is given twice; leave it out of the URL if the client adds it by itself`,
    );
  return value;
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 64));
