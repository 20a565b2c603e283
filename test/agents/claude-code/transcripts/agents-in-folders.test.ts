// Subagents in folders of their own, as those of a workflow are: found at any depth, wherever they go, at next to no cost.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SessionTranscripts } from '../../../../src/agents/claude-code/transcript/session-transcripts.ts';

let folder: string;
let main: string;
let subagents: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-agents-'));
  main = path.join(folder, 'project', 's1.jsonl');
  subagents = path.join(folder, 'project', 's1', 'subagents');
  fs.mkdirSync(path.dirname(main));
  fs.writeFileSync(main, '');
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

function write(place: string, text: string, below = subagents): void {
  const file = path.join(below, place);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.appendFileSync(file, `${text}\n`);
}

const follow = (): SessionTranscripts => new SessionTranscripts(main, () => 0);
const read = (transcripts: SessionTranscripts): unknown[] =>
  transcripts.read(1024 * 1024).map(({ agentId, text }) => `${agentId}: ${text}`);

it('are followed in a folder for each run, and deeper; what else lies there is no transcript', () => {
  write('agent-a1.jsonl', 'by a call');
  write('workflows/wf_1/agent-b1.jsonl', 'by a workflow');
  write('workflows/wf_1/journal.jsonl', 'no transcript');
  write('workflows/wf_1/agent-b1.meta.json', '{}');
  write('workflows/wf_1/more/deeper/agent-c1.jsonl', 'further down');
  write('1/2/3/4/5/6/7/agent-d1.jsonl', 'nobody looks so far');
  expect(read(follow()).toSorted()).toEqual(['a1: by a call', 'b1: by a workflow', 'c1: further down']);
});

it('are found in folders that appear later, and forgotten with folders that vanish', () => {
  const transcripts = follow();
  expect(read(transcripts)).toEqual([]);
  write('workflows/wf_1/agent-a1.jsonl', 'one');
  expect(read(transcripts)).toEqual(['a1: one']);
  write('workflows/wf_2/agent-b1.jsonl', 'two');
  write('workflows/wf_1/agent-a1.jsonl', 'three');
  expect(read(transcripts)).toEqual(['a1: three', 'b1: two']);
  fs.rmSync(path.join(subagents, 'workflows', 'wf_1'), { recursive: true });
  write('workflows/wf_2/agent-b1.jsonl', 'four');
  expect(read(transcripts)).toEqual(['b1: four']);
  fs.rmSync(subagents, { recursive: true });
  expect(read(transcripts)).toEqual([]);
  write('workflows/wf_3/agent-c1.jsonl', 'five');
  expect(read(transcripts)).toEqual(['c1: five']);
});

it('of the same name in two runs are two files, each told once', () => {
  const transcripts = follow();
  write('workflows/wf_1/agent-a1.jsonl', 'in the first');
  write('workflows/wf_2/agent-a1.jsonl', 'in the second');
  expect(read(transcripts)).toEqual(['a1: in the first', 'a1: in the second']);
  write('workflows/wf_1/agent-a1.jsonl', 'again in the first');
  expect(read(transcripts)).toEqual(['a1: again in the first']);
});

it.each([
  ['at once', (from: string, to: string) => fs.renameSync(from, to)],
  [
    'one after the other, and stay where they were for a while',
    (from: string, to: string, look: () => void) => {
      fs.cpSync(from, to, { recursive: true });
      look();
      fs.rmSync(from, { recursive: true });
    },
  ],
])('that move with the session, %s, are told on from where they were', (_how, move) => {
  const transcripts = follow();
  write('workflows/wf_1/agent-a1.jsonl', 'one');
  expect(read(transcripts)).toEqual(['a1: one']);
  const moved = path.join(folder, 'worktree', 's1');
  fs.mkdirSync(path.dirname(moved));
  transcripts.alsoAt(`${moved}.jsonl`);
  move(path.dirname(subagents), moved, () => expect(read(transcripts)).toEqual([]));
  write('workflows/wf_1/agent-a1.jsonl', 'two', path.join(moved, 'subagents'));
  expect(read(transcripts)).toEqual(['a1: two']);
});

it('that are at rest when the session moves are known again in their new place', () => {
  const transcripts = follow();
  write('workflows/wf_1/agent-a1.jsonl', 'one');
  write('workflows/wf_1/agent-b1.jsonl', 'other');
  read(transcripts);
  transcripts.rest(new Set([...transcripts.files()].filter(({ agentId }) => agentId !== undefined)));
  expect([transcripts.resting, transcripts.files().size]).toEqual([2, 1]);
  const moved = path.join(folder, 'worktree', 's1');
  fs.mkdirSync(path.dirname(moved));
  transcripts.alsoAt(`${moved}.jsonl`);
  fs.renameSync(path.dirname(subagents), moved);
  expect(read(transcripts)).toEqual([]);
  write('workflows/wf_1/agent-a1.jsonl', 'two', path.join(moved, 'subagents'));
  transcripts.wakeChanged();
  expect(read(transcripts)).toEqual(['a1: two']);
  transcripts.wake('b1');
  expect([transcripts.resting, transcripts.files().size]).toEqual([0, 3]);
  expect(read(transcripts)).toEqual([]);
});

it('that move from one folder to another are told on from where they were', () => {
  const transcripts = follow();
  write('agent-a1.jsonl', 'one');
  expect(read(transcripts)).toEqual(['a1: one']);
  fs.mkdirSync(path.join(subagents, 'workflows'));
  fs.renameSync(path.join(subagents, 'agent-a1.jsonl'), path.join(subagents, 'workflows', 'agent-a1.jsonl'));
  write('workflows/agent-a1.jsonl', 'two');
  expect(read(transcripts)).toEqual(['a1: two']);
});

it('are found though the times of their folder do not show that they were added', () => {
  write('workflows/wf_1/agent-a1.jsonl', 'one');
  const run = path.join(subagents, 'workflows', 'wf_1');
  const stat = fs.statSync(run);
  const stand = fs.statSync;
  vi.spyOn(fs, 'statSync').mockImplementation(((file: string, options: fs.StatSyncOptions) =>
    file === run ? stat : stand(file, options)) as typeof fs.statSync);
  const transcripts = follow();
  expect(read(transcripts)).toEqual(['a1: one']);
  write('workflows/wf_1/agent-a2.jsonl', 'in the same moment');
  expect(read(transcripts)).toEqual(['a2: in the same moment']);
});

it('a link to a folder, be it to itself, leads nowhere', () => {
  write('workflows/wf_1/agent-a1.jsonl', 'one');
  fs.symlinkSync(subagents, path.join(subagents, 'workflows', 'round'));
  expect(read(follow())).toEqual(['a1: one']);
});

it('180 of them cost no listing of a folder per look, and one listing when one more begins', () => {
  for (let n = 0; n < 180; n++) write(`workflows/wf_1/agent-a${n}.jsonl`, `line of ${n}`);
  // An hour later nobody doubts that the times of the folders show what was added.
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3600_000);
  const transcripts = follow();
  expect(read(transcripts)).toHaveLength(180);
  const lists = vi.spyOn(fs, 'readdirSync');
  const looks = vi.spyOn(fs, 'statSync');
  for (let round = 0; round < 10; round++) transcripts.files();
  expect(lists).toHaveBeenCalledTimes(0);
  // Three folders, however many files lie in them.
  expect(looks).toHaveBeenCalledTimes(30);
  write('workflows/wf_1/agent-new.jsonl', 'new');
  expect(read(transcripts)).toEqual(['new: new']);
  transcripts.files();
  expect(lists).toHaveBeenCalledTimes(1);
});

it('a session that never had any costs one look', () => {
  const transcripts = follow();
  const lists = vi.spyOn(fs, 'readdirSync');
  const looks = vi.spyOn(fs, 'statSync');
  transcripts.files();
  expect([lists.mock.calls.length, looks.mock.calls.length]).toEqual([0, 1]);
});
