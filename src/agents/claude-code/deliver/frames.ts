// What goes over a session's inbox socket, one JSON text a line; observed with Claude Code 2.1.332.
import type { Parcel, Receipt } from '../../../inbox/index.ts';

export interface Address {
  /** Our own socket, where receipts and answers come. */
  readonly from: string;
}

/** What waits for a running turn to end goes before what waits for the whole of it. `now` would cut the turn, and a dialog with it. */
const PRIORITY = { high: 'next', normal: 'next', low: 'later' } as const;

/** A message as another session of the client would send it: one quiet line on the screen, whatever the session does. */
export function messageFrame(parcel: Parcel, { from }: Address): string {
  const { messageId, sessionId, priority } = parcel;
  return `${JSON.stringify({
    type: 'user',
    message: { role: 'user', content: wrapped(parcel, from) },
    session_id: sessionId,
    priority: PRIORITY[priority],
    from,
    msg_id: messageId,
  })}\n`;
}

/**
 * The text in the frame that the client puts around what comes from other sessions: a model knows by it that its user did not say it.
 *
 * @param from where the model's own tool sends an answer, if that leads anywhere
 */
export function wrapped(
  { messageId, text, attempt }: Pick<Parcel, 'messageId' | 'text' | 'attempt'>,
  from: string,
): string {
  // What was said before is dropped without a word, so what is said again is not quite the same.
  const again = attempt > 1 ? ` try="${attempt}"` : '';
  return `<cross-session-message from="${from}" from-name="hookline" msg="${messageId}"${again}>\n${text}\n</cross-session-message>`;
}

/** What stands in a line of a transcript that has such a message in it. */
export const markOf = (messageId: string): string => `msg=\\"${messageId}\\"`;

interface Control {
  readonly type?: unknown;
  readonly action?: unknown;
  readonly status?: unknown;
  readonly status_detail?: unknown;
  readonly drop_reason?: unknown;
  readonly orig_msg_id?: unknown;
  readonly dropped_msg_ids?: unknown;
}

interface FromModel {
  readonly type?: unknown;
  readonly from?: unknown;
  readonly msg_id?: unknown;
  readonly message?: { readonly content?: unknown } | null;
}

/** What a model wrote to us with the client's own `SendMessage`. */
export interface Answer {
  /** The socket of its session. */
  readonly socket: string;
  readonly text: string;
  readonly key: string | undefined;
}

const WRAPPED = /^<cross-session-message\b[^>]*>\n(.*)\n<\/cross-session-message>$/s;

/** Undefined when a line says something else. */
export function answerIn(line: string): Answer | undefined {
  const frame = parsed<FromModel>(line);
  const content = frame?.message?.content;
  if (frame?.type !== 'user' || typeof content !== 'string') return undefined;
  const { from, msg_id: key } = frame;
  if (typeof from !== 'string' || !from.startsWith('uds:')) return undefined;
  const text = WRAPPED.exec(content)?.[1] ?? content;
  return { socket: from.slice('uds:'.length), text, key: typeof key === 'string' ? key : undefined };
}

function parsed<T>(line: string): T | undefined {
  try {
    return (JSON.parse(line) as T | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** What a line says of messages of ours; nothing when it says something else, or is no line of the client. */
export function receiptsIn(line: string): Receipt[] {
  const frame = parsed<Control>(line);
  if (frame?.type !== 'control' || frame.action !== 'peer_message_status') return [];
  const { status, status_detail: detail, drop_reason: dropped, orig_msg_id: id } = frame;
  const more = Array.isArray(frame.dropped_msg_ids) ? (frame.dropped_msg_ids as unknown[]) : [];
  const ids = [...new Set([id, ...more])].filter(one => typeof one === 'string');
  const all = (kind: Receipt['kind'], reason: string): Receipt[] =>
    ids.map(messageId => ({ messageId, kind, reason }));
  switch (status) {
    case 'held':
      return all(
        'held',
        "the session's user has to let it in, at its terminal; its setting crossSessionInbound says whether others come in by themselves",
      );
    case 'delivered':
      return all('delivered', "the session's user let it in");
    case 'denied':
      return all('refused', "the session's user did not let it in");
    case 'expired':
      return detail === 'refused'
        ? all('refused', 'the session takes no messages from others (its setting crossSessionInbound)')
        : all('refused', "the session's user did not decide in time");
    case 'dropped':
      return all('dropped', `the session dropped it (${String(dropped)})`);
    default:
      return [];
  }
}
