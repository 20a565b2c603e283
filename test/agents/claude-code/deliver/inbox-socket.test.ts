// Into a session by the socket that its client opens: here the socket of a client that is this very process.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { InboxSocket } from '../../../../src/agents/claude-code/deliver/inbox-socket.ts';
import type { Parcel, Receipt, Said } from '../../../../src/inbox/index.ts';
import { Client, SESSION } from '../../../support/claude/peer.ts';
import { until } from '../../../support/until.ts';
import { type DeliveryLab, describeDeliveryPath } from '../../delivery-conformance.ts';

const socketOf = (client: Client, transcriptOf: () => string | undefined): InboxSocket =>
  new InboxSocket({
    ...{ configDirOf: () => client.folder, configDirs: () => [client.folder] },
    ...{ socketName: 'hookline-ours.sock', transcriptOf },
  });

describeDeliveryPath('the inbox socket', async (): Promise<DeliveryLab> => {
  const client = new Client();
  await client.open();
  const transcript = path.join(client.folder, 'session.jsonl');
  fs.writeFileSync(transcript, '');
  const socket = socketOf(client, () => transcript);
  return {
    path: socket,
    sessionId: SESSION,
    received: () => client.frames.map(({ message }) => message.content),
    record: text => {
      const line = { type: 'queue-operation', operation: 'enqueue', content: text };
      fs.appendFileSync(transcript, `${JSON.stringify(line)}\n`);
    },
    loseRecord: () => fs.rmSync(transcript),
    cut: () => client.cut(),
    close: async () => {
      socket.close();
      await client.close();
    },
  };
});

let client: Client;
let socket: InboxSocket;
beforeEach(async () => {
  client = new Client();
  await client.open();
  socket = socketOf(client, () => undefined);
});
afterEach(async () => {
  socket.close();
  await client.close();
});

const parcel: Parcel = {
  messageId: '878c3253-8356-412a-a0e5-9c4bf5137b66',
  sessionId: SESSION,
  from: 'ci',
  priority: 'normal',
  text: 'hello',
  attempt: 1,
};

it.each([
  ['another session', { sessionId: 'another' }, 'no process has registered'],
  ['a socket that is gone', { messagingSocketPath: '/nowhere/1.sock' }, 'the socket of its inbox is gone'],
  ['a process that is gone', { pid: 4_190_000 }, 'its process is gone'],
  ['a later process with its pid', { procStart: '1' }, 'its process is gone'],
  ['a client without an inbox', { messagingSocketPath: undefined }, 'its client has no inbox'],
])('says that it does not reach %s', (_, changes, words) => {
  client.register(changes);
  expect(socket.whyNot(SESSION)).toContain(words);
});

it('hears receipts on a socket of its own, beside that of the client and for this user only', async () => {
  const left = path.join(client.sockets, 'hookline-4190000.sock');
  fs.writeFileSync(left, '');
  const receipts: Receipt[] = [];
  socket.onReceipt = receipt => receipts.push(receipt);
  await socket.give(parcel);
  await until('the client got it', () => client.frames.length === 1);
  const own = client.frames[0]?.from.replace('uds:', '') ?? '';
  expect(path.dirname(own)).toBe(client.sockets);
  expect(fs.statSync(own).mode & 0o777).toBe(0o600);
  expect(fs.existsSync(left)).toBe(false);
  const held = {
    type: 'control',
    action: 'peer_message_status',
    status: 'held',
    orig_msg_id: parcel.messageId,
  };
  const line = `${JSON.stringify(held)}\n`;
  // In pieces, with nonsense before and behind it, and from somebody who does not end.
  const teller = net.connect(own);
  teller.write(`{"type":"user"}\nnot json\n${line.slice(0, 20)}`);
  setTimeout(() => teller.write(`${line.slice(20)}{"half`), 50);
  await until('it was heard', () => receipts.length === 1);
  expect(receipts).toMatchObject([{ kind: 'held', messageId: parcel.messageId }]);
  teller.destroy();
  socket.close();
  expect(fs.existsSync(own)).toBe(false);
});

it('hears what models say, also as the first thing, and to the daemon before it', async () => {
  const own = path.join(client.sockets, 'hookline-ours.sock');
  // Of a daemon that was killed.
  fs.writeFileSync(own, '');
  const other = path.join(client.sockets, 'hookline-other.sock');
  const listener = net.createServer().listen(other);
  const said: Said[] = [];
  socket.onSaid = one => said.push(one);
  await socket.open();
  expect(fs.existsSync(other)).toBe(true);
  const frame = (fields: object): string =>
    `${JSON.stringify({
      ...{ type: 'user', msg_id: 'c5499f83-a3d0-4482-b3ff-b8f3e90d4b49', from: `uds:${client.socket}` },
      message: {
        role: 'user',
        content: `<cross-session-message from="uds:${client.socket}" from-name="work-78" from-mode="prompting">\nIt is\n\nthere.\n</cross-session-message>`,
      },
      ...fields,
    })}\n`;
  const stranger =
    frame({ from: 'uds:/nowhere/1.sock' }) + frame({ message: { content: [] } }) + frame({ from: 7 });
  net.connect(own).end(stranger + frame({}) + frame({ message: { content: 'bare' }, msg_id: 7 }));
  await until('it was heard', () => said.length === 2);
  expect(said).toEqual([
    { sessionId: SESSION, text: 'It is\n\nthere.', key: 'c5499f83-a3d0-4482-b3ff-b8f3e90d4b49' },
    { sessionId: SESSION, text: 'bare', key: undefined },
  ]);
  await new Promise(resolve => listener.close(resolve));
});
