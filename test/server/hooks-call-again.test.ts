// Hooks that gave up on the daemon call again once it is known to answer.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isStalled } from '../../src/hook-endpoint/index.ts';
import { startTestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

test('a mark that a late hook leaves while the daemon is well is taken away within seconds', async () => {
  const { home, stop } = await startTestDaemon();
  fs.writeFileSync(path.join(home, 'hooks', 'stalled'), '');
  expect(await isStalled(home)).toBe(true);
  await until('hooks call again', async () => !(await isStalled(home)));
  await stop();
});
