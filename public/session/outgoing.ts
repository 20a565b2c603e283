// What a session sends to others: the calls that do it, by the client's own tool or by those of hookline, and the message that became of one.
import { field } from '../design/lookup.ts';
import { cut, line, textOf } from '../design/text.ts';

/** What a call sends. */
export interface Outgoing {
  /** To whom, for people. */
  readonly to: string;
  /** Its beginning, as far as that is kept. */
  readonly text: string;
}

/** Most characters kept of a text. */
const LONGEST = 2000;
/** Tool → the fields that say to whom, and what. */
const SENDING: readonly (readonly [RegExp, string, string])[] = [
  [/^SendMessage$/, 'to', 'message'],
  [/^mcp__.+__send_message$/, 'to', 'message'],
  [/^mcp__.+__reply$/, 'chat_id', 'text'],
];
/** How the client addresses sockets; one of them is ours, where answers go. */
const SOCKET = /^uds:.*?([^/]*)\.sock$/;

/** Undefined for a call that sends nothing. */
export function outgoing(tool: string, input: unknown): Outgoing | undefined {
  const [, toField = '', textField = ''] = SENDING.find(([name]) => name.test(tool)) ?? [];
  const [to, text] = [field(input, toField), field(input, textField)];
  if (typeof to !== 'string' || typeof text !== 'string') return undefined;
  const socket = SOCKET.exec(to)?.[1];
  return { to: line(socket === undefined ? to : socketWords(socket), 128), text: cut(text, LONGEST) };
}

/** A session has a socket by its process; ours is called after us. */
const socketWords = (name: string): string => (/^\d+$/.test(name) ? 'another session' : name);

/** The message that hookline's tools say they sent; undefined where the result says of none. */
export const messageIdIn = (response: unknown): string | undefined =>
  /\(id: ([0-9a-f-]{36})[,)]/.exec(textOf(response).slice(0, 4000))?.[1];
