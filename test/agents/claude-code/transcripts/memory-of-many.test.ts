// Many transcripts that grow for long, while a daemon does other things: what is remembered of them is little, and stays little.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { LineCursor } from '../../../../src/agents/claude-code/transcript/line-cursor.ts';
import { bufferBytes } from '../../../support/memory.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-transcripts-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const FILES = 40;
const LINES = 80;

it('a cursor that has read a lot holds what is half written, not what it was read with', () => {
  const before = bufferBytes();
  const cursors = Array.from({ length: FILES }, (_, number) => {
    const file = path.join(folder, `${number}.jsonl`);
    fs.writeFileSync(file, `${`${JSON.stringify({ text: 'x'.repeat(500) })}\n`.repeat(400)}{"half":`);
    return { file, cursor: new LineCursor(file, 0) };
  });
  for (const { cursor } of cursors) expect(cursor.read(1e6)).toHaveLength(400);
  expect((bufferBytes() - before) / FILES).toBeLessThan(1024);
  for (const { file, cursor } of cursors) {
    fs.appendFileSync(file, '1}\n');
    expect(cursor.read(1e6).map(({ text }) => text)).toEqual(['{"half":1}']);
  }
});

it('a cursor holds what it remembers, not the memory around that', () => {
  const cursors = Array.from({ length: FILES }, (_, number) => {
    const file = path.join(folder, `${number}.jsonl`);
    fs.writeFileSync(file, '');
    return { file, cursor: new LineCursor(file, 0) };
  });
  const before = bufferBytes();
  for (let line = 0; line < LINES; line++) {
    for (const { file, cursor } of cursors) {
      fs.appendFileSync(file, `${JSON.stringify({ line, text: 'x'.repeat(500) })}\n`);
      expect(cursor.read(1e6)).toHaveLength(1);
      // Frames, bodies: small Buffers that come and go.
      Buffer.from('y'.repeat(3000));
    }
  }
  expect((bufferBytes() - before) / FILES).toBeLessThan(1024);
  // Those that are let go of know their files still, with little that is remembered of them.
  const places = cursors.map(({ file, cursor }) => ({
    file,
    place: cursor.place ?? expect.fail('more is to come'),
  }));
  for (const { file, place } of places) {
    fs.appendFileSync(file, '{"more":1}\n');
    const cursor = new LineCursor(file, place);
    expect(cursor.read(1e6).map(({ text }) => text)).toEqual(['{"more":1}']);
    expect(cursor.restarts).toBe(0);
  }
  for (const { file, place } of places) {
    fs.writeFileSync(file, '{"another":1}\n');
    const cursor = new LineCursor(file, place);
    expect(cursor.read(1e6)).toHaveLength(1);
    expect(cursor.restarts).toBe(1);
  }
});
