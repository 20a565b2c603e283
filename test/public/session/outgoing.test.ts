// What a session sends is told from its calls: to whom, what, and which message it became.
import { expect, it } from 'vitest';
import { messageIdIn, outgoing } from '../../../public/session/outgoing.ts';

it.each([
  [
    'SendMessage',
    { to: 'uds:/tmp/cc-socks/hookline.sock', message: '4040' },
    { to: 'hookline', text: '4040' },
  ],
  ['SendMessage', { to: 'uds:/tmp/cc-socks/4711.sock', message: 'x' }, { to: 'another session', text: 'x' }],
  ['mcp__hookline__send_message', { to: 'backend', message: 'hello' }, { to: 'backend', text: 'hello' }],
  ['mcp__reviewer__reply', { chat_id: 'm1', text: 'yes' }, { to: 'm1', text: 'yes' }],
  ['mcp__hookline__send_message', { to: 7, message: 'hello' }, undefined],
  ['mcp__hookline__check_messages', {}, undefined],
  ['Bash', { to: 'backend', message: 'hello' }, undefined],
  ['SendMessage', null, undefined],
])('%s with %j', (tool, input, sent) => {
  expect(outgoing(tool, input)).toEqual(sent);
});

it('the message is the one that the tool says, in whichever form its result comes', () => {
  const id = '019a7d2c-0000-7000-8000-000000000000';
  const said = `queued (id: ${id}, to: backend, state: queued)`;
  for (const response of [said, [{ type: 'text', text: said }], { content: `sent (id: ${id})` }])
    expect(messageIdIn(response)).toBe(id);
  for (const response of ['hello', undefined, null, { id }]) expect(messageIdIn(response)).toBeUndefined();
});
