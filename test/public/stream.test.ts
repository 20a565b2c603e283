// The live page's way to follow the stream: from the first frame, through restarts, without losing or repeating.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { EventEnvelope, SessionState } from '../../src/protocol/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { page } from './page.ts';

interface Handlers {
  state(state: { phase: string }): void;
  snapshot(message: { sessions: SessionState[]; seq: number }): void;
  sessions(sessions: SessionState[]): void;
  events(events: EventEnvelope[]): void;
  position(seq: number): void;
  note(text: string): void;
}
interface Stream {
  askSessions(): void;
  close(): void;
}
type StreamClass = new (
  url: string,
  on: Handlers,
  options: { WebSocket: unknown; recent?: number },
) => Stream;

const { Stream } = await page<{ Stream: StreamClass }>('stream.js');

let home: string;
let open: Stream | undefined;
let last: TestDaemon | undefined;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'hookline-page-'));
});
afterEach(async () => {
  open?.close();
  await last?.stop();
  rmSync(home, { recursive: true, force: true });
});

function follow(port: number, recent?: number) {
  const seen = {
    phase: '',
    phases: [] as string[],
    seqs: [] as number[],
    notes: [] as string[],
    snapshots: 0,
  };
  const sessions: SessionState[][] = [];
  open = new Stream(
    `ws://127.0.0.1:${port}/ws`,
    {
      state: ({ phase }) => {
        seen.phase = phase;
        seen.phases.push(phase);
      },
      snapshot: () => {
        seen.snapshots++;
      },
      sessions: list => {
        sessions.push(list);
      },
      events: events => {
        seen.seqs.push(...events.map(({ seq }) => seq));
      },
      position: () => {},
      note: text => {
        seen.notes.push(text);
      },
    },
    { WebSocket, ...(recent === undefined ? {} : { recent }) },
  );
  return { seen, sessions, stream: open };
}

async function start(port: number, store: boolean): Promise<TestDaemon> {
  last = await startTestDaemon({ config: { auth: false, port, store, home } });
  return last;
}

it('shows a little of the past first, then what is live', async () => {
  const daemon = await start(0, false);
  const head = await daemon.emit(50);
  const { seen } = follow(daemon.port, 10);
  await until('the past came', () => seen.seqs.length === 10);
  const newest = await daemon.emit(3);
  await until('the live came', () => seen.seqs.at(-1) === newest);
  const from = head - 9;
  expect(seen.seqs).toEqual(Array.from({ length: newest - from + 1 }, (_, index) => from + index));
});

it('answers with the sessions as they are now', async () => {
  const daemon = await start(0, false);
  const { seen, sessions, stream } = follow(daemon.port);
  await until('the page is live', () => seen.phase === 'live');
  await daemon.hook('SessionStart', { source: 'startup' });
  stream.askSessions();
  await until('the list came', () => sessions.at(-1)?.[0]?.sessionId === 's1');
});

it('goes on where it was after a restart', async () => {
  const first = await start(0, true);
  const { seen } = follow(first.port);
  await until('the page is live', () => seen.phase === 'live');
  const before = await first.emit(5);
  await until('the events came', () => seen.seqs.at(-1) === before);
  const { port } = first;
  await first.daemon.stop();
  await until('the page noticed', () => seen.phases.includes('waiting'));
  const second = await start(port, true);
  const after = await second.emit(5);
  await until('the events after the restart came', () => seen.seqs.at(-1) === after, 15_000);
  expect(seen.seqs).toEqual(Array.from({ length: after }, (_, index) => index + 1));
  expect(seen.notes).toEqual([]);
});

it('says that events were missed, and takes a fresh snapshot, when the numbering is another one', async () => {
  const first = await start(0, false);
  const { seen } = follow(first.port);
  await until('the page is live', () => seen.phase === 'live');
  await first.emit(5);
  const { port } = first;
  await first.stop();
  await start(port, false);
  await until('the page says so', () => seen.notes.some(note => note.includes('epoch_changed')), 15_000);
  await until('a second snapshot of the new daemon came', () => seen.snapshots === 3);
});
