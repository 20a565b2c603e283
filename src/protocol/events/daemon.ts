// Events nobody posts: what the daemon derives from others, and what it tells about itself.
import { z } from 'zod';
import { AgentState } from '../state.ts';
import { BudgetTerms, UsageTotals } from '../usage.ts';
import { eventData, foreign, text } from './common.ts';

export const DAEMON_EVENTS = {
  'agent.state_changed': eventData('What the session, or the subagent of the envelope, is doing changed.', {
    state: AgentState,
    currentTool: text('The tool that runs, in state `tool_running`.'),
  }),
  'usage.updated': eventData("The session's totals so far.", {
    ...UsageTotals.shape,
    byModel: z.record(z.string(), UsageTotals).describe('The same by model.'),
    end: z
      .int()
      .optional()
      .describe("Where the client's own account ends in the transcript, in bytes, when it is that."),
  }),
  'usage.budget_crossed': eventData(
    'A budget is spent; told once for each session, day or window of five hours. `sessionId` is the session of a budget for each, else empty.',
    BudgetTerms.shape,
  ),
  'system.started': eventData('The daemon started; `sessionId` is empty.', {
    version: z.string().describe('The version of hookline.'),
    epoch: z.string().describe('The epoch its events are numbered in.'),
  }),
  'system.error': eventData('Something in the daemon failed; it goes on as the message says.', {
    code: z.string().describe('A stable name of the failure, such as `store_failed`.'),
    message: z.string().describe('What happened, where, and what to do.'),
  }),
  'system.gap': eventData('The daemon knows that it missed something.', {
    reason: z
      .string()
      .describe(
        'Why: `spool_full` when there was more than hooks may keep for a stopped daemon, in number or in size.',
      ),
    from: z.int().optional().describe('When it began, in milliseconds since 1970.'),
    to: z.int().optional().describe('When it ended, in milliseconds since 1970.'),
    count: z.int().optional().describe('How many payloads were lost, when that is known.'),
  }),
  'system.broker': eventData(
    'A broker is there, was lost, or refuses what is sent to it; `sessionId` is empty.',
    {
      label: z.string().describe('Which broker, as its addresses have it after the `@`.'),
      state: z.enum(['up', 'down']).describe('Whether it is there, and takes events.'),
      reason: text('Why it is not.'),
    },
  ),
  'system.node': eventData('On a hub: a machine has come, or is away; `sessionId` is empty.', {
    name: z.string().describe('What it is called at the broker.'),
    state: z.enum(['online', 'away']).describe('Whether it is heard of.'),
    version: text('Its version of hookline.'),
  }),
  'system.history_imported': eventData(
    'Sessions from before hookline were taken in; `sessionId` is empty. Their events are told by nobody else: they are in a log of their own, which `GET /api/events?log=history` reads, and count in `usage`.',
    {
      sessions: z.int().describe('How many sessions.'),
      events: z.int().describe('How many events.'),
      from: z.int().optional().describe('When the oldest of them happened, in milliseconds since 1970.'),
      to: z.int().optional().describe('When the newest of them happened, in milliseconds since 1970.'),
      epoch: z.string().describe('The epoch of that log.'),
      fromSeq: z.int().describe('The seq there of the first of them.'),
      toSeq: z.int().describe('The seq there of the last of them.'),
    },
  ),
  'relay.pushed': eventData(
    'Something was pushed for the clients of relays (`POST /api/push`); `sessionId` is empty. What is pushed to a relay itself is no event.',
    {
      type: z.string().describe('What the payload is.'),
      payload: foreign('What was pushed.'),
      to: text('Whose relays are meant; absent: all.'),
    },
  ),
} as const;
