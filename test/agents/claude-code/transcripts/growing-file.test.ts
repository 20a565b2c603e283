// A transcript while it is written: half lines, truncation, replacement, and files of subagents that appear later.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LineCursor } from '../../../../src/agents/claude-code/transcript/line-cursor.ts';
import { SessionTranscripts } from '../../../../src/agents/claude-code/transcript/session-transcripts.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-transcript-'));
  file = path.join(folder, 'session.jsonl');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const MANY = 1024 * 1024;

const texts = (lines: readonly { text: string }[]): string[] => lines.map(({ text }) => text);

it('tells each line once, whatever pieces it is written in', () => {
  const cursor = new LineCursor(file, 0);
  expect(texts(cursor.read(MANY))).toEqual([]);
  const text = 'first\nsecönd 😀\n\nthird\n';
  const told: string[] = [];
  for (const byte of Buffer.from(text)) {
    fs.appendFileSync(file, Buffer.of(byte));
    told.push(...texts(cursor.read(MANY)));
  }
  expect(told).toEqual(['first', 'secönd 😀', 'third']);
});

it('tells a line that is longer than what is read at a time', () => {
  const long = 'x'.repeat(500_000);
  fs.writeFileSync(file, `${long}\nshort\n`);
  const cursor = new LineCursor(file, 0);
  const told: string[] = [];
  for (let round = 0; round < 20; round++) told.push(...texts(cursor.read(64 * 1024)));
  expect(told).toEqual([long, 'short']);
});

it('skips what was there before, but not the line that was half written then', () => {
  fs.writeFileSync(file, 'old\nhalf');
  const cursor = new LineCursor(file, 'end');
  fs.appendFileSync(file, ' done\nnew\n');
  expect(texts(cursor.read(MANY))).toEqual(['half done', 'new']);
});

it('starts over when the file is cut short or replaced', () => {
  fs.writeFileSync(file, 'one\ntwo\nthree\n');
  const cursor = new LineCursor(file, 0);
  expect(texts(cursor.read(MANY))).toEqual(['one', 'two', 'three']);
  fs.writeFileSync(file, 'again\n');
  expect(texts(cursor.read(MANY))).toEqual(['again']);
  fs.writeFileSync(`${file}.new`, 'a longer file in its place\nwith lines\n');
  fs.renameSync(`${file}.new`, file);
  expect(texts(cursor.read(MANY))).toEqual(['a longer file in its place', 'with lines']);
});

it('goes on where the file is still the same when its last lines were taken back, also when more came since', () => {
  fs.writeFileSync(file, 'one\ntwo\nthree\nhalf');
  const cursor = new LineCursor(file, 0);
  expect(texts(cursor.read(MANY))).toEqual(['one', 'two', 'three']);
  fs.truncateSync(file, 8);
  expect(texts(cursor.read(MANY))).toEqual([]);
  fs.appendFileSync(file, 'another third line\n');
  expect(texts(cursor.read(MANY))).toEqual(['another third line']);
  fs.truncateSync(file, 8);
  fs.appendFileSync(file, 'this is longer than what stood here before\n');
  expect(texts(cursor.read(MANY))).toEqual(['this is longer than what stood here before']);
  expect(cursor.restarts).toBe(0);
});

it('goes on in a copy put in the place of the file', () => {
  fs.writeFileSync(file, 'one\ntwo\n');
  const cursor = new LineCursor(file, 0);
  cursor.read(MANY);
  fs.writeFileSync(`${file}.new`, 'one\ntwo\nthree\n');
  fs.renameSync(`${file}.new`, file);
  expect(texts(cursor.read(MANY))).toEqual(['three']);
  expect(cursor.restarts).toBe(0);
});

it('does not wait for a pipe, or read a folder, in the place of a file', () => {
  execFileSync('mkfifo', [file], { env: { PATH: process.env['PATH'] ?? '', HOME: folder } });
  for (const place of [file, folder, path.join(folder, 'nowhere'), '/dev/zero']) {
    const cursor = new LineCursor(place, 'end');
    expect(cursor.read(MANY)).toEqual([]);
    expect(cursor.missing).toBe(true);
  }
});

it('skips lines that nobody wants without losing its place', () => {
  fs.writeFileSync(file, 'a 1\nb 1\na 2\nb 2\n');
  const cursor = new LineCursor(file, 0);
  expect(cursor.read(MANY, line => line.includes('b'))).toEqual([
    { text: 'b 1', end: 8 },
    { text: 'b 2', end: 16 },
  ]);
});

it('follows a transcript to the folder it is moved to, and back', () => {
  const other = path.join(folder, 'worktree');
  fs.mkdirSync(other);
  const moved = path.join(other, 'session.jsonl');
  fs.writeFileSync(file, 'one\n');
  const transcripts = new SessionTranscripts(file, () => 0);
  expect(texts(transcripts.read(MANY))).toEqual(['one']);
  fs.renameSync(file, moved);
  fs.appendFileSync(moved, 'two\n');
  expect(texts(transcripts.read(MANY))).toEqual([]);
  transcripts.alsoAt(moved);
  expect(texts(transcripts.read(MANY))).toEqual(['two']);
  fs.renameSync(moved, file);
  fs.appendFileSync(file, 'three\n');
  expect(texts(transcripts.read(MANY))).toEqual(['three']);
});

it('follows both, when a session has two transcripts', () => {
  const second = path.join(folder, 'second.jsonl');
  fs.writeFileSync(file, 'one\n');
  fs.writeFileSync(second, 'two\n');
  const transcripts = new SessionTranscripts(file, () => 0);
  transcripts.alsoAt(second);
  expect(texts(transcripts.read(MANY))).toEqual(['one', 'two']);
  fs.appendFileSync(file, 'three\n');
  fs.appendFileSync(second, 'four\n');
  expect(texts(transcripts.read(MANY))).toEqual(['three', 'four']);
});

it('follows subagents from their first line when they start later, and from the end when they were there before', () => {
  const subagents = path.join(folder, 'session', 'subagents');
  fs.mkdirSync(subagents, { recursive: true });
  fs.writeFileSync(file, 'main old\n');
  fs.writeFileSync(path.join(subagents, 'agent-a1.jsonl'), 'a1 old\n');
  const transcripts = new SessionTranscripts(file, () => 'end');
  fs.appendFileSync(file, 'main new\n');
  fs.appendFileSync(path.join(subagents, 'agent-a1.jsonl'), 'a1 new\n');
  fs.writeFileSync(path.join(subagents, 'agent-b2.jsonl'), 'b2 first\n');
  fs.writeFileSync(path.join(subagents, 'agent-b2.meta.json'), '{}\n');
  expect(transcripts.read(MANY)).toEqual([
    { text: 'main new', end: 18 },
    { agentId: 'a1', text: 'a1 new', end: 14 },
    { agentId: 'b2', text: 'b2 first', end: 9 },
  ]);
});

it('goes on from the end of a line told before, also when that lies far into the file', () => {
  const lines = Array.from({ length: 500 }, (_, index) => `line ${index} ${'x'.repeat(index)}`);
  fs.writeFileSync(file, `${lines.join('\n')}\n`);
  const all = new LineCursor(file, 0).read(MANY);
  expect(texts(all)).toEqual(lines);
  for (const index of [0, 1, 250, 498, 499]) {
    const rest = new LineCursor(file, all[index]?.end ?? 0).read(MANY);
    expect(texts(rest)).toEqual(lines.slice(index + 1));
  }
});
