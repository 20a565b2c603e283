// What goes over a session's inbox socket, one JSON text a line; observed with Claude Code 2.1.332.
import type { Parcel, Receipt } from '../../../inbox/index.ts';

export interface Address {
  /** Our own socket, where receipts and answers come. */
  readonly from: string;
}

/** What waits for a running turn to end goes before what waits for the whole of it. `now` would cut the turn, and a dialog with it. */
const PRIORITY = { high: 'next', normal: 'next', low: 'later' } as const;

/** A message as another session of the client would send it: one quiet line on the screen, whatever the session does. */
export function messageFrame({ messageId, sessionId, text, priority }: Parcel, { from }: Address): string {
  const content = `<cross-session-message from="${from}" from-name="hookline" msg="${messageId}">\n${text}\n</cross-session-message>`;
  return `${JSON.stringify({
    type: 'user',
    message: { role: 'user', content },
    session_id: sessionId,
    priority: PRIORITY[priority],
    from,
    msg_id: messageId,
  })}\n`;
}

interface Control {
  readonly type?: unknown;
  readonly action?: unknown;
  readonly status?: unknown;
  readonly status_detail?: unknown;
  readonly drop_reason?: unknown;
  readonly orig_msg_id?: unknown;
  readonly dropped_msg_ids?: unknown;
}

/** What a line says of messages of ours; nothing when it says something else, or is no line of the client. */
export function receiptsIn(line: string): Receipt[] {
  let frame: Control | null;
  try {
    frame = JSON.parse(line) as Control | null;
  } catch {
    return [];
  }
  if (frame?.type !== 'control' || frame.action !== 'peer_message_status') return [];
  const { status, status_detail: detail, drop_reason: dropped, orig_msg_id: id } = frame;
  const more = Array.isArray(frame.dropped_msg_ids) ? (frame.dropped_msg_ids as unknown[]) : [];
  const ids = [...new Set([id, ...more])].filter(one => typeof one === 'string');
  const all = (kind: Receipt['kind'], reason: string): Receipt[] =>
    ids.map(messageId => ({ messageId, kind, reason }));
  switch (status) {
    case 'held':
      return all('held', "the session's user has to let it in");
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
