// The suites: `hookline` needs nothing but Node, `e2e` and `e2e-measuring` need the real client and a browser.
import os from 'node:os';
import { defineConfig } from 'vitest/config';

const setupFiles = ['test/support/guard.ts'];
const globalSetup = ['test/support/build.ts'];
/** Both need the real client or a browser. */
const e2e = { setupFiles, globalSetup, testTimeout: 120_000, hookTimeout: 180_000 };
/** They measure: what runs beside them would be measured too. */
const measuring = [
  'test/browser/feed-under-load.test.ts',
  'test/browser/session.test.ts',
  'test/e2e/daemon-away.test.ts',
  'test/e2e/every-version.test.ts',
];

export default defineConfig({
  test: {
    // Most tests wait for something most of the time: two at once take a machine of two cores little more than half as long.
    maxWorkers: Math.max(2, os.availableParallelism() - 1),
    projects: [
      {
        test: {
          name: 'hookline',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/browser/**'],
          setupFiles,
          globalSetup,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...e2e,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/browser/**/*.test.ts'],
          exclude: measuring,
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
