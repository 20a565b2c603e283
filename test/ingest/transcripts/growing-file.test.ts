// A transcript while it is written: half lines, truncation, replacement, and files of subagents that appear later.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LineCursor, SessionTranscripts } from '../../../src/ingest/index.ts';

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
