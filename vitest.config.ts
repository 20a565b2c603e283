// Two suites: `hookline` needs nothing but Node, `e2e` needs the real client and a browser.
import { defineConfig } from 'vitest/config';

const setupFiles = ['test/support/guard.ts'];
const globalSetup = ['test/support/build.ts'];

export default defineConfig({
  test: {
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
