// A file that is appended to, cut, rewritten and replaced at random: what it holds in the end is told, and nothing of it twice.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LineCursor } from '../../../../src/agents/claude-code/transcript/line-cursor.ts';
import type { TranscriptFile } from '../../../../src/agents/claude-code/transcript/session-transcripts.ts';
import { FileTail } from '../../../../src/agents/claude-code/watch/file-tail.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-rewritten-'));
  file = path.join(folder, 's1.jsonl');
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

const MANY = 1024 * 1024;
/** What is not longer than that is known again to the last byte. */
const SMALL = 2000;

/** Puts the bytes there, into the same file or as another one in its place. */
function put(bytes: Buffer, how: 'in place' | 'renamed over'): void {
  const target = how === 'in place' ? file : `${file}.new`;
  fs.writeFileSync(target, bytes);
  if (target !== file) fs.renameSync(target, file);
}

/** Where the lines end. */
const endsIn = (bytes: Buffer): number[] => [...bytes].flatMap((byte, at) => (byte === 0x0a ? [at + 1] : []));
const linesIn = (bytes: Buffer): string[] =>
  bytes
    .toString()
    .split('\n')
    .slice(0, -1)
    .filter(line => line !== '');

/** What is news in `now` for somebody who has read `before`. */
function newsIn(now: Buffer, before: Buffer): string[] {
  const isSame = (end: number): boolean => now.subarray(0, end).equals(before.subarray(0, end));
  if (now.length >= before.length && isSame(before.length))
    return linesIn(now.subarray(endsIn(before).at(-1) ?? 0));
  return linesIn(now.subarray(endsIn(before).findLast(isSame) ?? 0));
}

const HOW = fc.constantFrom('in place' as const, 'renamed over' as const);
const WORD = fc.stringMatching(/^[a-z]{0,40}$/);
/** Long enough that no more than 64 lines get into a small file. */
const LINE = WORD.map(word => `${word.padEnd(70, '.')}\n`);
const CHANGE = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('append' as const), text: fc.oneof(LINE, WORD) }) },
  fc.record({ do: fc.constant('cut' as const), to: fc.nat() }),
  fc.record({ do: fc.constant('flip' as const), at: fc.nat(), how: HOW }),
  fc.record({ do: fc.constant('fill' as const), with: fc.constantFrom('x', 'y'), how: HOW }),
  fc.record({ do: fc.constant('replace' as const), text: fc.array(LINE, { maxLength: 6 }), how: HOW }),
  fc.record({ do: fc.constant('drop' as const), line: fc.nat(), how: HOW }),
  fc.constant({ do: 'touch' as const }),
);

function change(one: typeof CHANGE extends fc.Arbitrary<infer C> ? C : never): void {
  const now = fs.readFileSync(file);
  if (one.do === 'append') return now.length > SMALL - 80 ? undefined : fs.appendFileSync(file, one.text);
  if (one.do === 'cut') return fs.truncateSync(file, one.to % (now.length + 1));
  if (one.do === 'touch') return fs.utimesSync(file, new Date(), new Date());
  if (one.do === 'replace') return put(Buffer.from(one.text.join('')), one.how);
  if (one.do === 'drop') {
    const ends = [0, ...endsIn(now)];
    const [from = 0, to = 0] = ends.slice(one.line % ends.length);
    return put(Buffer.concat([now.subarray(0, from), now.subarray(Math.max(from, to))]), one.how);
  }
  // The same size: one byte, or all of them but the ends of lines.
  const at = one.do === 'flip' && now.length > 0 ? one.at % now.length : undefined;
  const filled = one.do === 'fill' ? one.with.charCodeAt(0) : 0x7a;
  const other = now.map((byte, index) =>
    byte === 0x0a || (at !== undefined && index !== at) ? byte : filled,
  );
  put(Buffer.from(other), one.how);
}

it('each look tells the lines from the first one on that is not as it was read', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(CHANGE, fc.boolean()), { maxLength: 30 }), changes => {
      fs.writeFileSync(file, '');
      const cursor = new LineCursor(file, 0);
      let before = Buffer.alloc(0);
      for (const [one, look] of changes) {
        change(one);
        if (!look) continue;
        const now = fs.readFileSync(file);
        expect(cursor.read(MANY).map(({ text }) => text)).toEqual(newsIn(now, before));
        before = now;
      }
    }),
    { numRuns: 300 },
  );
});

it('a rewrite at the same size is noticed long after the last look, though its lines end alike', async () => {
  const line = (n: number): string => `{"n":${n},"rest":"${'.'.repeat(300)}"}\n`;
  fs.writeFileSync(file, `${line(1)}${line(2)}`);
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3600_000);
  const cursor = new LineCursor(file, 0);
  cursor.read(MANY);
  const opened = vi.spyOn(fs, 'openSync');
  expect(cursor.read(MANY)).toEqual([]);
  expect(opened).not.toHaveBeenCalled();
  const { ctimeMs } = fs.statSync(file);
  while (fs.statSync(file).ctimeMs === ctimeMs) put(Buffer.from(`${line(1)}${line(3)}`), 'in place');
  // The time of writing says nothing when its writer sets it.
  fs.utimesSync(file, new Date(ctimeMs), new Date(ctimeMs));
  expect(cursor.read(MANY).map(({ text }) => `${text}\n`)).toEqual([line(3)]);
  expect(cursor.changedFrom).toBe(line(1).length);
  expect(cursor.changedFrom).toBe(line(1).length);
});

it('what is appended costs no second reading of what was there', () => {
  const line = `${'x'.repeat(100)}\n`;
  fs.writeFileSync(file, line.repeat(50_000));
  const cursor = new LineCursor(file, 0);
  do cursor.read(MANY);
  while (cursor.behind);
  const reads = vi.spyOn(fs, 'readSync');
  for (let n = 0; n < 10; n++) {
    fs.appendFileSync(file, line);
    expect(cursor.read(MANY)).toHaveLength(1);
  }
  const bytes = reads.mock.results.reduce((sum, { value }) => sum + Number(value), 0);
  expect(bytes).toBeLessThan(10 * 10_000);
});

/** A transcript whose lines are messages, one a second, followed as the daemon does. */
class Transcript {
  readonly told: string[] = [];
  #made = 0;
  #lines: string[] = [];
  readonly #followed = new FileTail(
    { foundAt: file, cursor: new LineCursor(file, 0) } satisfies TranscriptFile,
    { toldUpTo: 0, settledBefore: 0, notBefore: 0 },
    { sessionId: 's1' },
  );

  get made(): string[] {
    return Array.from({ length: this.#made }, (_, n) => `m${n + 1}`);
  }

  /** Adds messages; before that, lines of before may have gone, as when the client takes back what it has said. */
  write(
    count: number,
    keep: (index: number, length: number) => boolean,
    how: 'in place' | 'renamed over',
  ): void {
    this.#lines = this.#lines.filter((_, index, { length }) => keep(index, length));
    for (let n = 0; n < count; n++) this.#lines.push(this.#message());
    put(Buffer.from(this.#lines.join('')), how);
  }

  look(): void {
    for (const { facts, end } of this.#followed.read(Date.now())) {
      for (const { draft } of facts) {
        if (draft.type !== 'message.assistant') continue;
        this.told.push(String(draft.data['messageId']));
        this.#followed.told(end, draft.timestamp);
      }
    }
  }

  #message(): string {
    const id = `m${++this.#made}`;
    const message = {
      id,
      model: 'm',
      content: [{ type: 'text', text: 'x'.repeat((this.#made * 37) % 200) }],
    };
    const timestamp = new Date(Date.UTC(2026, 10, 20) + this.#made * 1000).toISOString();
    return `${JSON.stringify({ type: 'assistant', message, timestamp, sessionId: 's1', gitBranch: 'main' })}\n`;
  }
}

it('every message is told once, whatever of what was said before is taken back or moves', () => {
  const step = fc.record({
    count: fc.integer({ min: 0, max: 3 }),
    gone: fc.array(fc.nat(8), { maxLength: 3 }),
    how: HOW,
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 15 }), steps => {
      fs.writeFileSync(file, '');
      const transcript = new Transcript();
      for (const { count, gone, how } of steps) {
        transcript.write(count, (index, length) => !gone.includes(length - 1 - index), how);
        transcript.look();
      }
      expect(transcript.told).toEqual(transcript.made);
    }),
    { numRuns: 200 },
  );
});
