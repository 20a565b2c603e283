// The state is saved while the daemon goes on: nobody waits for all of it, and what is saved is of one moment.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Checkpoints } from '../../src/engine/checkpoints.ts';
import { EventLog, SqliteStore, type Store } from '../../src/log/index.ts';
import type { EventDraft } from '../../src/protocol/index.ts';
import { makeLogger } from '../../src/server/index.ts';
import { Projection } from '../../src/state/index.ts';

const ring = { events: 10_000, bytes: 64 * 1024 * 1024 };
const logged: string[] = [];

let folder: string;
let store: Store;
let log: EventLog;
let projection: Projection;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-checkpoints-'));
  store = new SqliteStore(path.join(folder, 'events.db'));
  log = new EventLog(store, { ring });
  projection = new Projection();
  logged.length = 0;
});
afterEach(() => {
  log.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

function tell(type: string, sessionId: string, data: Record<string, unknown> = {}): void {
  const event: EventDraft = { type, timestamp: log.head + 1, sessionId, source: 'claude-code', data };
  const events = [event, ...projection.apply(event)];
  for (const derived of events.slice(1)) projection.apply(derived);
  log.append(events);
}

/** Something in each of them. */
function everywhere(sessions: number, round: number): void {
  for (let number = 0; number < sessions; number++) {
    const sessionId = `session-${number}`;
    if (round === 0) tell('session.discovered', sessionId, { cwd: `/w/${number}`, startedBy: 'startup' });
    tell('prompt.submitted', sessionId, {
      prompt: `${round}: ${'mend it '.repeat(40)}`,
      promptId: `p${round}`,
    });
    tell('message.assistant', sessionId, {
      messageId: `m-${number}-${round}`,
      model: 'claude-opus-5-5',
      usage: { input: 1, output: 2, cacheRead: 3, cacheCreation: 4 },
      end: 1000 * (round + 1),
    });
  }
}

it('others have their turn while a large state is saved, and what they change is not in it', async () => {
  everywhere(2000, 0);
  const before = projection.save();
  const { head } = log;
  const checkpoints = new Checkpoints(
    log,
    projection,
    0,
    makeLogger('warn', line => logged.push(line)),
  );
  let turns = 0;
  const saving = checkpoints.save();
  for (let done = false; !done; turns++) {
    void saving.then(() => {
      done = true;
    });
    await new Promise(resolve => setImmediate(resolve));
    if (turns < 20) everywhere(100, turns + 1);
  }
  expect(turns).toBeGreaterThan(20);
  expect(checkpoints.seq).toBe(head);
  expect(log.loadCheckpoint()).toEqual({ seq: head, text: before });
  const restored = new Projection();
  expect(restored.load(before)).toBe(true);
  expect(restored.save()).toBe(before);
});

it('a large state is saved as rarely as it takes', async () => {
  everywhere(4000, 0);
  const checkpoints = new Checkpoints(
    log,
    projection,
    0,
    makeLogger('warn', line => logged.push(line)),
  );
  await checkpoints.save();
  const dueAt = checkpoints.seq + projection.save().length / 512;
  expect(dueAt).toBeGreaterThan(checkpoints.seq + 6000);
  const begun = vi.spyOn(log, 'beginCheckpoint');
  const live = (until: number): void => {
    while (log.head < until) {
      tell('session.notification', 'session-1', { message: 'still there' });
      checkpoints.saveIfDue();
    }
  };
  live(dueAt - 2);
  expect(begun).toHaveBeenCalledTimes(0);
  live(dueAt + 2);
  expect(begun).toHaveBeenCalledTimes(1);
  await checkpoints.save();
});

it('the last one is saved at once, whatever is under way', async () => {
  everywhere(2000, 0);
  const checkpoints = new Checkpoints(
    log,
    projection,
    0,
    makeLogger('warn', line => logged.push(line)),
  );
  const saving = checkpoints.save();
  await new Promise(resolve => setImmediate(resolve));
  everywhere(10, 1);
  checkpoints.close();
  await saving;
  expect(log.loadCheckpoint()).toEqual({ seq: log.head, text: projection.save() });
  expect(logged).toEqual([]);
});
