// What was used, a line for each thing that somebody wants to know it of.
import { z } from 'zod';
import {
  BlockUsage,
  byCost,
  DayUsage,
  groupUses,
  modelsOf,
  SessionUsage,
  sumOfUses,
} from '../../protocol/index.ts';
import type { Api } from '../api.ts';
import { dayOf } from '../local-day.ts';
import { cost, tokens } from '../text/amount.ts';
import { folderName, SHORT_ID } from '../text/labels.ts';
import { duration } from '../text/time.ts';
import type { Group, Line } from './line.ts';
import { agentLines, promptLines } from './of-session.ts';
import type { Period, Range } from './period.ts';

export const ByDay = z.object({ rows: z.array(DayUsage) });
export const BySession = z.object({ rows: z.array(SessionUsage) });
const ByBlock = z.object({ rows: z.array(BlockUsage) });

/** The rows of the ledger, added up by day, project or model; days in order, everything else the dearest first. */
export function group(rows: readonly DayUsage[], by: 'day' | 'project' | 'model'): Line[] {
  if (by !== 'day') return groupUses(rows, by).map(used => ({ key: used[by] ?? '', used, json: used }));
  const byDay = new Map<string, DayUsage[]>();
  for (const row of rows) byDay.set(row.day, [...(byDay.get(row.day) ?? []), row]);
  return [...byDay]
    .map(([day, same]) => {
      const used = sumOfUses(same);
      return { key: day, used, json: { day, ...used, models: modelsOf(same) } };
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** The rows of a period. */
export function within(rows: readonly DayUsage[], { from = '', to = '9999' }: Period): DayUsage[] {
  return rows.filter(({ day }) => day >= from && day <= to);
}

/** The lines of what was used in a range; of prompts and subagents those of one session, whenever that was. */
export async function linesBy(by: Group, api: Api, range: Range, sessionId?: string): Promise<Line[]> {
  if (sessionId !== undefined && by === 'prompt') return promptLines(api, sessionId);
  if (sessionId !== undefined && by === 'agent') return agentLines(api, sessionId);
  const query = new URLSearchParams(
    Object.entries(range).map(([key, at]) => [key, String(Math.max(0, Math.floor(at)))]),
  );
  if (by === 'session') return sessionLines(await api.get(`/api/usage?by=session&${query}`, BySession));
  if (by === 'block') return blockLines(await api.get(`/api/usage?by=block&${query}`, ByBlock));
  // Whose day it is: the user's, wherever the daemon may run.
  query.set('zone', new Intl.DateTimeFormat().resolvedOptions().timeZone);
  const { rows } = await api.get(`/api/usage?by=day&${query}`, ByDay);
  return group(rows, by === 'prompt' || by === 'agent' ? 'day' : by);
}

/** Sessions are kept whole: those that used something last in the range, with all they ever used. */
function sessionLines({ rows }: z.infer<typeof BySession>): Line[] {
  const lines = rows.map(row => ({
    key: row.name ?? folderName(row.project),
    id: row.sessionId.slice(0, SHORT_ID),
    used: row,
    json: row,
  }));
  return lines.sort(({ used: a }, { used: b }) => byCost(a, b));
}

/** Windows of five hours of which anything is in the range, the oldest first. */
function blockLines({ rows }: z.infer<typeof ByBlock>): Line[] {
  return rows.map(row => {
    const span = `${clock(row.startsAt)}–${clock(row.endsAt).slice(-5)}`;
    return { key: row.burn === undefined ? span : `${span} now`, used: row, json: row };
  });
}

/** What there is to say of the window that is under way, if there is one: how fast it burns, and what it comes to. */
export function burnLines(lines: readonly Line[], now: number): string[] {
  return lines.flatMap(({ json }) => {
    const row = BlockUsage.safeParse(json).data;
    if (row?.burn === undefined || row.projected === undefined) return [];
    const { tokensPerMinute, usdPerHour } = row.burn;
    const usd = (value: number): string =>
      cost(row.costEstimateUsd === undefined ? { costUsd: value } : { costEstimateUsd: value });
    const rate = [
      `${tokens(Math.round(tokensPerMinute))} tokens/min`,
      ...(usdPerHour === undefined ? [] : [`${usd(usdPerHour)}/h`]),
    ];
    const end = [
      `${tokens(row.projected.tokens)} tokens`,
      ...(row.projected.usd === undefined ? [] : [usd(row.projected.usd)]),
    ];
    return [
      '',
      `now     ${rate.join(', ')}, for another ${duration(row.endsAt - now)}`,
      `at ${clock(row.endsAt).slice(-5)}  ${end.join(', ')}, if it goes on so`,
    ];
  });
}

/** `2026-11-20 15:00`, where this runs. */
function clock(at: number): string {
  const time = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${dayOf(time)} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
