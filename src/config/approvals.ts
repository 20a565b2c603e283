// The option of answers from outside.
import { z } from 'zod';
import type { ApprovalsConfig } from './config.ts';
import type { Kind } from './option.ts';

/** How long a hook may be held, in milliseconds: at most, and when nothing is said. Less than the client waits for its hook. */
export const WAIT_MS = { most: 600_000, fallback: 60_000 } as const;

export const approvals: Kind<ApprovalsConfig> = {
  schema: z.strictObject({
    waitMs: z
      .int('must be a whole number of milliseconds')
      .min(0)
      .max(WAIT_MS.most)
      .default(WAIT_MS.fallback),
    // Looked at where it is used: a wrong rule means that a person is asked, never that no daemon is there.
    rules: z.unknown().default([]),
  }),
  allowed: `an object such as {"waitMs": 120000}, with at most ${WAIT_MS.most} ms`,
  fromText: text => text,
  hasParts: true,
};
