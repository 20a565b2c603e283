// The suites: `hookline` and `hookline-alone` need nothing but Node, `e2e` and `e2e-measuring` the real client and a browser.
import os from 'node:os';
import { defineConfig } from 'vitest/config';

const setupFiles = ['test/support/guard.ts'];
const globalSetup = ['test/support/build.ts'];
/** A busy machine takes its time: whoever means a limit says so, and measures it. */
const patient = { poll: { timeout: 60_000 } };
const units = { setupFiles, globalSetup, expect: patient, testTimeout: 120_000, hookTimeout: 120_000 };
/** They weigh the process they run in, or replace a module of it: each has one to itself. */
const alone = [
  'test/agents/claude-code/transcripts/at-rest.test.ts',
  'test/agents/claude-code/transcripts/memory-of-many.test.ts',
  'test/auth/constant-time.test.ts',
  'test/server/worst-bodies.test.ts',
  'test/state/memory-of-many.test.ts',
];
/** Both need the real client or a browser. */
const e2e = {
  ...{ setupFiles, globalSetup, expect: patient },
  ...{ testTimeout: 240_000, hookTimeout: 240_000 },
};
/**
 * They measure: what runs beside them would be measured too. Or they change the network of this machine, at which a browser breaks off
 * whatever it is loading.
 */
const measuring = [
  'test/browser/big-board.test.ts',
  'test/browser/feed-under-load.test.ts',
  'test/browser/long-session.test.ts',
  'test/browser/session.test.ts',
  'test/e2e/daemon-away.test.ts',
  'test/e2e/every-version.test.ts',
  'test/e2e/hub-network.test.ts',
];

export default defineConfig({
  test: {
    // Most tests wait for something most of the time: on a machine of two cores a third file at once finds time that the others leave.
    maxWorkers: Math.max(3, os.availableParallelism() - 1),
    projects: [
      {
        test: {
          ...units,
          name: 'hookline',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/browser/**', ...alone],
          // A process runs many files and loads the daemon for the first of them: that took a second of each.
          isolate: false,
        },
      },
      {
        test: {
          ...units,
          name: 'hookline-alone',
          include: alone,
        },
      },
      {
        test: {
          ...e2e,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/browser/**/*.test.ts'],
          exclude: measuring,
          isolate: false,
          // A browser is at work all the time: a third one would only take time from the others.
          maxWorkers: Math.max(2, os.availableParallelism() - 1),
          // Of tests that wait side by side: each has a client of its own, which is at work while it starts.
          maxConcurrency: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...e2e,
          name: 'e2e-measuring',
          include: measuring,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
