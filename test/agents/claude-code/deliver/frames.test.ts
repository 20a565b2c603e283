// What goes over a session's inbox socket, and what comes back, as the real client speaks it.
import { expect, it } from 'vitest';
import { messageFrame, receiptsIn } from '../../../../src/agents/claude-code/deliver/frames.ts';

const parcel = {
  messageId: '878c3253-8356-412a-a0e5-9c4bf5137b66',
  sessionId: '095032c8-c8d1-454f-aee4-6884b9797d51',
  from: 'ci',
  text: 'hello\n"there"',
  priority: 'normal',
  attempt: 1,
} as const;
const from = 'uds:/tmp/cc-socks/hookline-1.sock';

it('a message is one line, pinned to its session, in the wrapper of the client', () => {
  const line = messageFrame(parcel, { from });
  expect(line.endsWith('}\n')).toBe(true);
  expect(line.slice(0, -1)).not.toContain('\n');
  expect(JSON.parse(line)).toEqual({
    type: 'user',
    message: {
      role: 'user',
      content: `<cross-session-message from="${from}" from-name="hookline" msg="${parcel.messageId}">\nhello\n"there"\n</cross-session-message>`,
    },
    session_id: parcel.sessionId,
    priority: 'next',
    from,
    msg_id: parcel.messageId,
  });
  // Nothing is ever sent that would cut a turn or cancel a dialog.
  const priorities = (['high', 'normal', 'low'] as const).map(
    priority => JSON.parse(messageFrame({ ...parcel, priority }, { from })).priority,
  );
  expect(priorities).toEqual(['next', 'next', 'later']);
});

// As Claude Code 2.1.332 wrote them.
const status = (fields: object): string =>
  JSON.stringify({
    ...{ type: 'control', action: 'peer_message_status', from: 'uds:/tmp/cc-socks/4242.sock', msgV: 1 },
    ...{ orig_msg_id: parcel.messageId, msg_id: 'aa2664ad-cd9a-4d98-bd2f-28730ec1986c' },
    ...fields,
  });

it.each([
  ['held', status({ status: 'held' }), [['held', parcel.messageId]]],
  ['let in', status({ status: 'delivered' }), [['delivered', parcel.messageId]]],
  ['not let in', status({ status: 'denied' }), [['refused', parcel.messageId]]],
  [
    'refused by a setting',
    status({ status: 'expired', status_detail: 'refused' }),
    [['refused', parcel.messageId]],
  ],
  ['not decided on', status({ status: 'expired' }), [['refused', parcel.messageId]]],
  [
    'dropped with others',
    status({ status: 'dropped', drop_reason: 'rate-limited', dropped_msg_ids: ['b', parcel.messageId, 7] }),
    [
      ['dropped', parcel.messageId],
      ['dropped', 'b'],
    ],
  ],
  ['of a kind nobody knows', status({ status: 'pondered' }), []],
  ['a notice', JSON.stringify({ type: 'control', action: 'peer_idle_notice', orig_msg_id: 'x' }), []],
  ['a message', JSON.stringify({ type: 'user', message: { content: 'hi' } }), []],
  ['no JSON', '{"type":', []],
  ['nothing', 'null', []],
])('%s', (_, line, expected) => {
  expect(receiptsIn(line).map(({ kind, messageId }) => [kind, messageId])).toEqual(expected);
});
