// Each message of a client on the WebSocket needs a scope; a token without it is told so, and the connection lives on.
import { expect, it } from 'vitest';
import { MESSAGES } from '../../src/asyncapi/channels.ts';
import { Access } from '../../src/auth/index.ts';
import { CLIENT_MESSAGE_TYPES, ClientMessage, type ServerMessage } from '../../src/protocol/index.ts';
import { handle, type Peer } from '../../src/server/ws/commands.ts';

it.each(CLIENT_MESSAGE_TYPES)('%s', type => {
  const sent: ServerMessage[] = [];
  // Nothing else of the connection may be touched.
  const peer = { access: new Access([]), send: (message: ServerMessage) => sent.push(message) };
  const [example] = MESSAGES[type]?.examples ?? [];
  handle(peer as unknown as Peer, { ...ClientMessage.parse(example?.payload), id: 7 });
  expect(sent).toEqual([
    {
      type: 'error',
      id: 7,
      code: 'forbidden',
      message: expect.stringMatching(new RegExp(`may not ${type} \\(scope [a-z]+\\)`)),
    },
  ]);
});
