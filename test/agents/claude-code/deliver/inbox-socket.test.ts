// Into a session by the socket that its client opens: here the socket of a client that is this very process.
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { InboxSocket } from '../../../../src/agents/claude-code/deliver/inbox-socket.ts';
import type { Parcel, Receipt } from '../../../../src/inbox/index.ts';
import { startTime } from '../../../../src/process-probe.ts';
import { until } from '../../../support/until.ts';
import { type DeliveryLab, describeDeliveryPath } from '../../delivery-conformance.ts';

const SESSION = '095032c8-c8d1-454f-aee4-6884b9797d51';

interface Frame {
  readonly from: string;
  readonly session_id: string;
  readonly message: { readonly content: string };
}

/** A folder as the client has it, and a socket that takes down what comes. */
class Client {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hl-'));
  readonly sockets = path.join(this.folder, 'socks');
  readonly frames: Frame[] = [];
  readonly #server = net.createServer(socket => {
    let text = '';
    socket.setEncoding('utf8').on('data', chunk => {
      text += chunk;
    });
    socket.on('end', () =>
      this.frames.push(
        ...text
          .trim()
          .split('\n')
          .map(line => JSON.parse(line) as Frame),
      ),
    );
  });

  async open(): Promise<void> {
    fs.mkdirSync(this.sockets, { mode: 0o700 });
    fs.mkdirSync(path.join(this.folder, 'sessions'));
    await new Promise<void>(resolve => this.#server.listen(path.join(this.sockets, 'client.sock'), resolve));
    this.register({});
  }

  register(changes: object): void {
    const entry = {
      ...{ pid: process.pid, procStart: startTime(process.pid), sessionId: SESSION, version: '2.1.332' },
      messagingSocketPath: path.join(this.sockets, 'client.sock'),
      ...changes,
    };
    for (const name of fs.readdirSync(path.join(this.folder, 'sessions')))
      fs.rmSync(path.join(this.folder, 'sessions', name));
    fs.writeFileSync(path.join(this.folder, 'sessions', `${entry.pid}.json`), JSON.stringify(entry));
  }

  async cut(): Promise<void> {
    await new Promise(resolve => this.#server.close(resolve));
  }

  async close(): Promise<void> {
    await this.cut().catch(() => {});
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

describeDeliveryPath('the inbox socket', async (): Promise<DeliveryLab> => {
  const client = new Client();
  await client.open();
  const socket = new InboxSocket({ configDirOf: () => client.folder });
  return {
    path: socket,
    sessionId: SESSION,
    received: () => client.frames.map(({ message }) => message.content),
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
  socket = new InboxSocket({ configDirOf: () => client.folder });
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
};

it.each([
  ['another session', { sessionId: 'another' }, 'no process has registered'],
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
