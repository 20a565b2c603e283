// What becomes of requests that somebody may answer from outside.
import { z } from 'zod';
import { APPROVAL_OUTCOMES } from '../approvals.ts';
import { eventData, text } from './common.ts';

export const APPROVAL_EVENTS = {
  'permission.resolved': eventData(
    'A request that could be answered from outside can be no more: it was answered, here or at its terminal, or nobody did in time.',
    {
      requestId: z.string().describe('The request, as `permission.requested` named it.'),
      outcome: z
        .enum(APPROVAL_OUTCOMES)
        .describe('How it ended. After `timed_out` the dialog at the terminal is still open, and decides.'),
      by: z
        .string()
        .describe(
          'Who: the name of a token, `main token`, `page`, `link` (one that was sent to a phone; `link of NAME` where that token had it made), `terminal`, a rule, or `hookline` itself.',
        ),
      message: text('Why not, as the model reads it; or why it ended so.'),
    },
  ),
} as const;
