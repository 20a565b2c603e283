// The shapes of what was done over time: tools, hours, errors, and the cost beside them.
import { z } from 'zod';
import { GroupUsage, UsageTotals } from './usage.ts';

const milliseconds = (what: string): z.ZodOptional<z.ZodNumber> =>
  z.number().optional().describe(`${what}, in milliseconds; absent when no call told how long it took.`);

export const ToolStats = z.object({
  tool: z.string().describe('The tool; empty when it is not known.'),
  calls: z.int().describe('Calls that ended, however they did.'),
  failed: z.int().describe('Those that failed by themselves.'),
  interrupted: z.int().describe('Those that the user stopped, or refused.'),
  denied: z.int().describe('What auto mode refused; the agent may tell a result of it besides.'),
  failureRate: z.number().describe('`failed` of `calls`, from 0 to 1.'),
  timed: z.int().describe('Calls that told how long they took; those of transcripts do not.'),
  fastestMs: milliseconds('The fastest'),
  medianMs: milliseconds('The median, right to 2.5 %'),
  slowestMs: milliseconds('The slowest'),
});
export type ToolStats = z.infer<typeof ToolStats>;

export const HourStats = z.object({
  day: z.string().describe('The day in the time zone asked for, such as `2026-11-20`.'),
  hour: z.int().describe('The hour of that day, from 0 to 23.'),
  prompts: z.int().describe('Prompts that reached the model.'),
  calls: z.int().describe('Tool calls that ended.'),
  failed: z.int().describe('Those that failed by themselves.'),
});
export type HourStats = z.infer<typeof HourStats>;

export const ErrorStats = z.object({
  event: z.enum(['tool.result', 'permission.denied', 'turn.failed']).describe('The event that told of it.'),
  kind: z
    .string()
    .describe(
      'Of a tool `failed` or `interrupted`, of auto mode `denied`; of a turn the kind of error as `turn.failed` tells it: `rate_limit`, `server_error`, `interrupted`, ...',
    ),
  count: z.int().describe('How often.'),
});
export type ErrorStats = z.infer<typeof ErrorStats>;

export const WeekdayUsage = UsageTotals.extend({
  weekday: z.int().describe('From 1 for Monday to 7 for Sunday.'),
});
export type WeekdayUsage = z.infer<typeof WeekdayUsage>;

export const Stats = z.object({
  zone: z.string().describe('The time zone whose days and hours these are.'),
  countsFrom: z
    .int()
    .optional()
    .describe('Since when anything is counted, in milliseconds since 1970; absent for nothing.'),
  tools: z.array(ToolStats).describe('The one that was called most comes first.'),
  hours: z.array(HourStats).describe('Hours in which anything was done, in order.'),
  errors: z.array(ErrorStats).describe('The most frequent first.'),
  projects: z.array(GroupUsage).describe('What each project used, the dearest first.'),
  weekdays: z
    .array(WeekdayUsage)
    .describe('What was used on each day of the week; those without any are left out.'),
});
export type Stats = z.infer<typeof Stats>;
