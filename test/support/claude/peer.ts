// A client of whom there is only the socket for other sessions, and its place in the register: this very process.
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { startTime } from '../../../src/process-probe.ts';

export const SESSION = '095032c8-c8d1-454f-aee4-6884b9797d51';

export interface Frame {
  readonly from: string;
  readonly session_id: string;
  readonly msg_id: string;
  readonly message: { readonly content: string };
}

/** A folder as the client has it, and a socket that takes down what comes. */
export class Client {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hl-'));
  readonly sockets = path.join(this.folder, 'socks');
  readonly socket = path.join(this.sockets, 'client.sock');
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
    await new Promise<void>(resolve => this.#server.listen(this.socket, resolve));
    this.register({});
  }

  register(changes: object): void {
    const entry = {
      ...{ pid: process.pid, procStart: startTime(process.pid), sessionId: SESSION, version: '2.1.332' },
      messagingSocketPath: this.socket,
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
