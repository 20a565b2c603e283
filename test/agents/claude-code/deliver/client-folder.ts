// A client of whom there is only its folder: the register, with this very process in it, and the transcript of a session.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startTime } from '../../../../src/process-probe.ts';

export const SESSION = '095032c8-c8d1-454f-aee4-6884b9797d51';
export const NOW = 1_800_000_000_000;

export class ClientFolder {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hl-'));
  readonly transcript = path.join(this.folder, 'session.jsonl');
  readonly socket = path.join(this.folder, 'client.sock');
  permissionMode: string | undefined = 'default';
  now = NOW;
  #last: string | null = null;

  constructor() {
    fs.mkdirSync(path.join(this.folder, 'sessions'));
    fs.writeFileSync(this.transcript, '');
    this.register({});
  }

  register(changes: object): void {
    const entry = {
      ...{ pid: process.pid, procStart: startTime(process.pid), sessionId: SESSION, version: '2.1.247' },
      startedAt: NOW - 60_000,
      ...changes,
    };
    fs.rmSync(path.join(this.folder, 'sessions'), { recursive: true });
    fs.mkdirSync(path.join(this.folder, 'sessions'));
    fs.writeFileSync(path.join(this.folder, 'sessions', `${entry.pid}.json`), JSON.stringify(entry));
  }

  /** A line that goes on from the last one, or from another. */
  write(line: object, parentUuid = this.#last): void {
    const uuid = randomUUID();
    this.now += 100;
    const timestamp = new Date(this.now).toISOString();
    fs.appendFileSync(
      this.transcript,
      `${JSON.stringify({ parentUuid, isSidechain: false, uuid, timestamp, ...line })}\n`,
    );
    if (parentUuid === this.#last) this.#last = uuid;
  }

  context(text: string): void {
    const hook = { hookName: 'Stop', toolUseID: 'x', hookEvent: 'Stop' };
    const output = { hookSpecificOutput: { hookEventName: 'Stop', additionalContext: text } };
    this.write({
      type: 'attachment',
      attachment: { type: 'hook_success', ...hook, stdout: JSON.stringify(output) },
    });
    this.write({
      type: 'attachment',
      attachment: { type: 'hook_additional_context', ...hook, content: [text] },
    });
  }

  answer(parentUuid?: string): void {
    const content = [{ type: 'text', text: 'ok' }];
    this.write({ type: 'assistant', message: { id: randomUUID(), role: 'assistant', content } }, parentUuid);
  }

  close(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
