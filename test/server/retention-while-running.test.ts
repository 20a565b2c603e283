// What is too old or too much is deleted while the daemon runs, and the file becomes smaller.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

const DAY_MS = 24 * 3600 * 1000;

async function oldestOf(daemon: TestDaemon): Promise<number> {
  const { oldestSeq } = (await (await daemon.get('/api/snapshot')).json()) as { oldestSeq: number };
  return oldestSeq;
}

test('by age', async () => {
  let passed = 0;
  const daemon = await startTestDaemon({
    config: { store: true, retentionDays: 3 },
    now: () => Date.UTC(2026, 10, 20) + passed,
    uptime: () => 1000 + passed,
  });
  const old = await daemon.emit(5);
  passed += 2 * DAY_MS;
  await daemon.emit(5);
  expect(await oldestOf(daemon)).toBe(1);
  passed += 2 * DAY_MS;
  await until('what is older than three days is gone', async () => (await oldestOf(daemon)) > 1);
  expect(await oldestOf(daemon)).toBe(old + 1);
  await daemon.stop();
});

test('by size', async () => {
  const retentionBytes = 2 * 1024 * 1024;
  const daemon = await startTestDaemon({ config: { store: true, retentionBytes } });
  const head = await daemon.emit(100, { data: { pad: 'x'.repeat(50_000) } });
  const size = (): number => fs.statSync(path.join(daemon.home, 'events.db')).size;
  await until(
    'what does not fit is gone',
    async () => (await oldestOf(daemon)) > 1 && size() < 1.2 * retentionBytes,
  );
  expect(await oldestOf(daemon)).toBeGreaterThan(head / 2);
  expect(await oldestOf(daemon)).toBeLessThan(head);
  await daemon.stop();
});
