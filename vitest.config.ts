// Two suites: `hookline` needs nothing but Node, `e2e` needs the real client and a browser.
import os from 'node:os';
import { defineConfig } from 'vitest/config';

const setupFiles = ['test/support/guard.ts'];
const globalSetup = ['test/support/build.ts'];

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
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/browser/**/*.test.ts'],
          setupFiles,
          globalSetup,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
