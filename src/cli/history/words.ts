// How taking in sessions from before goes on, in a line.
import type { HistoryImport } from '../../protocol/index.ts';
import { count, plural, size } from '../text/amount.ts';

const LEFT = [
  ['known', 'known already'],
  ['live', 'live now'],
  ['other', 'not asked for'],
  ['empty', 'empty'],
  ['failed', 'not readable'],
] as const;

/** `running: 120 of 312 sessions looked at (0.4 of 1.1 GB), 100 taken in (48,110 events), 20 known already`. */
export function progressWords({ state, reason, sessions, events, bytes }: HistoryImport): string {
  const { all, taken } = sessions;
  const looked = taken + LEFT.reduce((sum, [key]) => sum + sessions[key], 0);
  const left = LEFT.flatMap(([key, words]) =>
    sessions[key] > 0 ? [`${count(sessions[key])} ${words}`] : [],
  );
  const how = [
    `${count(looked)} of ${plural(all, 'session')} looked at (${size(bytes.done)} of ${size(bytes.all)})`,
    `${count(taken)} taken in (${plural(events, 'event')})`,
    ...left,
  ];
  return `${state}: ${how.join(', ')}${reason === undefined ? '' : `; ${reason}`}`;
}
