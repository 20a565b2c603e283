// The numbers that clients and users were promised, written down a second time: a change of one has to be meant.
import { expect, test } from 'vitest';
import { TICKET_MS } from '../../src/auth/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { FIXED_LIMITS } from '../../src/protocol/index.ts';

test('with nothing configured', () => {
  const homedir = '/home/somebody';
  expect(loadConfig({ env: {}, homedir, flags: {} })).toMatchObject({
    home: '/home/somebody/.hookline',
    claudeDir: '/home/somebody/.claude',
    host: '127.0.0.1',
    port: 3838,
    auth: true,
    hooks: true,
    store: true,
    redact: true,
    trim: true,
    allowedHosts: [],
    allowedOrigins: [],
    ringEvents: 10_000,
    retentionDays: 30,
    retentionBytes: 1_073_741_824,
    limits: {
      clientFrameBytes: 65_536,
      hookBodyBytes: 16_777_216,
      patternsPerConnection: 200,
      connections: 1000,
      socketBacklogBytes: 262_144,
      slowReaderMs: 30_000,
      positionEveryMs: 15_000,
      pingEveryMs: 30_000,
      pongTimeoutMs: 10_000,
      rateWindowMs: 10_000,
      rateMessages: 100,
      rateMessagesClose: 200,
    },
  });
});

test('whatever is configured', () => {
  expect(FIXED_LIMITS).toMatchObject({
    patternLength: 128,
    topicsPerSubscribe: 100,
    historyEvents: 1000,
    historyEventsDefault: 100,
  });
  expect(TICKET_MS).toBe(30_000);
});
