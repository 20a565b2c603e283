// The live page's way to follow the stream: from the first frame, through restarts, without losing or repeating.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Note, Stream } from '../../public/live/stream.ts';
import type { Position, SessionState } from '../../src/protocol/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { ScriptedDaemon } from '../support/scripted-daemon.ts';
import { until } from '../support/until.ts';

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
    notes: [] as Note[],
    snapshots: 0,
    position: undefined as Position | undefined,
  };
  const sessions: SessionState[][] = [];
  open = new Stream(
    `ws://127.0.0.1:${port}/ws`,
    {
      phase: ({ phase }) => {
        seen.phase = phase;
        seen.phases.push(phase);
      },
      snapshot: snapshot => {
        seen.snapshots++;
        sessions.push(snapshot.sessions);
      },
      renumbered: () => {
        seen.seqs = [];
      },
      events: events => {
        seen.seqs.push(...events.map(({ seq }) => seq));
      },
      position: position => {
        seen.position = position;
      },
      note: note => {
        seen.notes.push(note);
      },
    },
    {
      WebSocket,
      ...(recent === undefined ? {} : { recent }),
    },
  );
  return { seen, sessions, stream: open };
}

async function start(port: number, store: boolean): Promise<TestDaemon> {
  last = await startTestDaemon({ config: { auth: false, port, store, home } });
  return last;
}

/** A daemon that does as the test says, and lets everybody in. */
async function scripted(): Promise<ScriptedDaemon> {
  const daemon = new ScriptedDaemon();
  daemon.refuseWith = { status: 200, code: '' };
  return daemon.start();
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

it('answers with the state as it is now', async () => {
  const daemon = await start(0, false);
  const { seen, sessions, stream } = follow(daemon.port);
  await until('the page is live', () => seen.phase === 'live');
  await daemon.hook('SessionStart', { source: 'startup' });
  stream.askSnapshot();
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
  await until('the events after the restart came', () => seen.seqs.at(-1) === after);
  expect(seen.seqs).toEqual(Array.from({ length: after }, (_, index) => index + 1));
  expect(seen.notes).toMatchObject([{ kind: 'away' }]);
});

it('begins anew, and says so, when the numbering is another one', async () => {
  const first = await start(0, false);
  const { seen } = follow(first.port);
  await until('the page is live', () => seen.phase === 'live');
  const before = await first.emit(5);
  await until('the events came', () => seen.seqs.at(-1) === before);
  const { port } = first;
  await first.stop();
  const second = await start(port, false);
  await until('the page says so', () => seen.notes.some(note => note.kind === 'epoch'));
  const after = await second.emit(3);
  await until('the events of the new numbering came', () => seen.seqs.at(-1) === after);
  expect(seen.seqs).toEqual(Array.from({ length: after }, (_, index) => index + 1));
});

it('says exactly what retention took away while it was gone, and shows what is left', async () => {
  const daemon = await scripted();
  const { seen } = follow(Number(new URL(daemon.url).port));
  await until('the page is live', () => seen.phase === 'live');
  for (let n = 1; n <= 3; n++) daemon.publish('a.b');
  await until('the events came', () => seen.seqs.at(-1) === 3);
  await daemon.stop();
  for (let n = 4; n <= 9; n++) daemon.publish('a.b', {}, true);
  daemon.log.splice(0, 6);
  daemon.oldestSeq = 7;
  await daemon.start();
  await until('the rest came', () => seen.seqs.at(-1) === 9);
  expect(seen.seqs).toEqual([1, 2, 3, 7, 8, 9]);
  expect(seen.notes).toMatchObject([{ kind: 'gap', from: 4, to: 6 }, { kind: 'away' }]);
  await daemon.stop();
});

it('resumes from where it was whole when a batch goes on from elsewhere', async () => {
  const daemon = await scripted();
  const { seen } = follow(Number(new URL(daemon.url).port));
  await until('the page is live', () => seen.phase === 'live');
  daemon.publish('a.b');
  await until('the first came', () => seen.seqs.length === 1);
  daemon.publish('a.b', {}, true);
  daemon.skipAhead();
  daemon.publish('a.b');
  await until('all came', () => seen.seqs.length === 3);
  expect(seen.seqs).toEqual([1, 2, 3]);
  expect(seen.notes[0]).toMatchObject({ kind: 'broken' });
});
