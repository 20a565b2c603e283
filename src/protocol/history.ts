// Sessions from before hookline: how many there are, and how taking them in goes on.
import { z } from 'zod';

/** What is to be taken in. */
export const HistoryRequest = z.strictObject({
  since: z
    .int()
    .min(0)
    .optional()
    .describe('Only sessions that something happened in since then, in milliseconds since 1970.'),
  project: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe('Only those that worked in such a folder, a glob.'),
});
export type HistoryRequest = z.infer<typeof HistoryRequest>;

/** What became of the sessions that were looked at. */
export const HistoryCounts = z.object({
  taken: z.int().describe('Taken in.'),
  known: z.int().describe('Left alone: hookline has them, as they happened or taken in before.'),
  live: z.int().describe('Left alone: they are live now.'),
  other: z.int().describe('Left alone: older than asked for, or of another project.'),
  empty: z.int().describe('Nobody said anything in them.'),
  failed: z.int().describe('Their transcripts could not be read.'),
});
export type HistoryCounts = z.infer<typeof HistoryCounts>;

export const HISTORY_STATES = ['running', 'done', 'stopped', 'full', 'failed'] as const;

export const HistoryImport = z.object({
  state: z
    .enum(HISTORY_STATES)
    .describe(
      '`stopped` by somebody; `full` when there was no room in `historyBytes` for the oldest; `failed`, and `reason` says why. A daemon that is stopped or killed meanwhile goes on when it starts.',
    ),
  reason: z.string().optional().describe('What stands in its way, and what to do.'),
  startedAt: z.int().describe('In milliseconds since 1970.'),
  endedAt: z.int().optional().describe('In milliseconds since 1970.'),
  ...HistoryRequest.shape,
  sessions: HistoryCounts.extend({ all: z.int().describe('There are that many to look at.') }),
  events: z.int().describe('Taken in.'),
  bytes: z.object({
    all: z.int().describe('Of the transcripts of all of them.'),
    done: z.int().describe('Of those that were read, or left alone.'),
  }),
});
export type HistoryImport = z.infer<typeof HistoryImport>;

/** What `GET /api/history` answers. */
export const HistoryStatus = z.object({
  type: z.literal('history'),
  place: z.array(z.string()).describe('The folders that transcripts lie in.'),
  unseen: z
    .object({ sessions: z.int(), bytes: z.int() })
    .optional()
    .describe('Finished sessions that hookline has never seen; absent until they are counted.'),
  held: z
    .object({
      sessions: z.int(),
      events: z.int(),
      bytes: z.int().describe('On the disk.'),
      epoch: z.string(),
    })
    .optional()
    .describe('What was taken in; absent as long as nothing was.'),
  import: HistoryImport.optional().describe('What is under way, or was done last since the daemon started.'),
});
export type HistoryStatus = z.infer<typeof HistoryStatus>;
