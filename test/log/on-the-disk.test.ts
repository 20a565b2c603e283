// How sure the disk is: what is decided at an opening is on it before the first event, and where a power cut could go unnoticed every commit is.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type LogRecord, SqliteStore } from '../../src/log/index.ts';
import { type RecordedDatabase, recordDatabase, recordFiles } from '../support/recorded-disk.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-disk-'));
  return () => fs.rmSync(folder, { recursive: true, force: true });
});

const event = (seq: number): LogRecord => ({
  seq,
  timestamp: seq,
  type: 'test.tick',
  sessionId: 's',
  agentId: undefined,
  source: 'claude-code',
  data: '{}',
  hook: undefined,
});

/** A store that is opened, takes two commits and is closed. */
function life(disk: RecordedDatabase, boot: () => string | undefined): void {
  const store = new SqliteStore(path.join(folder, 'events.db'), { open: disk.open, boot });
  store.append([event(1)]);
  store.append([event(2)]);
  store.saveCheckpoint('{}');
  store.close();
}

const withEvents = ({ commits }: RecordedDatabase): string[] =>
  commits
    .filter(({ writes }) => writes.some(write => write.includes('INTO events')))
    .map(({ synchronous }) => synchronous);

test('where boots have names: commits need no fsync, but opening and closing do', () => {
  const disk = recordDatabase();
  life(disk, () => 'this boot');
  expect(withEvents(disk)).toEqual(['NORMAL', 'NORMAL']);
  expect(disk.commits[0]?.synchronous).toBe('FULL');
  expect(disk.commits.find(({ writes }) => writes.some(write => write.includes('"epoch"')))).toMatchObject({
    synchronous: 'FULL',
  });
  expect(disk.commits.at(-1)).toMatchObject({
    synchronous: 'FULL',
    writes: expect.arrayContaining([expect.stringContaining('"clean"')]),
  });
});

test('where boots have no names: every commit reaches the disk', () => {
  const disk = recordDatabase();
  life(disk, () => undefined);
  expect(withEvents(disk)).toEqual(['FULL', 'FULL']);
  expect(new Set(disk.commits.map(({ synchronous }) => synchronous))).toEqual(new Set(['FULL']));
});

test('the witness is on the disk before it takes its place, and its place before the first event', () => {
  const steps = recordFiles(folder);
  const disk = recordDatabase(({ writes }) => {
    if (writes.some(write => write.includes('INTO events'))) steps.push('commit');
  });
  life(disk, () => 'this boot');
  const witness = 'events.db-instance';
  expect(steps).toEqual([
    `write ${witness}.tmp`,
    `fsync ${witness}.tmp`,
    `rename ${witness}.tmp ${witness}`,
    'fsync .',
    ...['commit', `write ${witness}.tmp`],
    ...['commit', `write ${witness}.tmp`],
    `write ${witness}.tmp`,
    `fsync ${witness}.tmp`,
  ]);
});
