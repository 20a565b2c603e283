// What is said of a session above its story: who it is, where it works, how it is and what it has used.
import {
  contextShare,
  costOf,
  type EventEnvelope,
  type SessionState,
  type Usage,
  workOf,
} from '../../protocol/index.ts';
import { type About, learnAbout } from '../../story/index.ts';
import { cost, plural, tokens } from '../text/amount.ts';
import { endReason } from '../text/ends.ts';
import { folderName, nameAndId } from '../text/labels.ts';
import { plain, plainShort } from '../text/plain.ts';
import { clock, duration } from '../text/time.ts';
import { cutFront, flow } from '../text/width.ts';
import type { Style } from './lines.ts';

/** What the log says about a session. */
export function aboutFrom(sessionId: string, events: readonly EventEnvelope[]): About {
  const about: About = { sessionId };
  for (const event of events) learnAbout(about, event);
  return about;
}

export interface Head {
  readonly about: About;
  /** As it stands now, when it lives. */
  readonly session: SessionState | undefined;
  readonly usage: Usage;
}

/** What stands above the story; where there is little room, on more lines. */
export function headLines(
  { about, session, usage }: Head,
  { colors, columns = Number.POSITIVE_INFINITY, now }: Style,
): string[] {
  const {
    sessionId,
    project = '',
    name = '',
    model,
    gitBranch,
    version,
    startedAt,
    ended,
  } = { ...about, ...session };
  const counts = session?.counts;
  const state = session
    ? `${session.state.replaceAll('_', ' ')} for ${duration(now - session.stateSince)}`
    : ended && `ended ${clock(ended.at, now)} (${endReason(ended.reason)})`;
  const { totals } = usage;
  const spent = costOf(totals) === undefined ? '' : `, ${cost(totals)}`;
  const share = contextShare(session ?? {});
  const lines = (parts: readonly (string | undefined)[]): string[] =>
    flow(
      parts.map(part => plainShort(part ?? '', columns)).filter(part => part !== ''),
      ' · ',
      columns,
    );
  return [
    ...lines([name, nameAndId(folderName(project), sessionId, columns)]).map(line => colors.bold(line)),
    ...lines([
      // The end of a path tells most.
      cutFront(plain(gitBranch === undefined ? project : `${project} on ${gitBranch}`), columns),
      model,
      version && `version ${version}`,
    ]),
    ...lines([
      state,
      startedAt === undefined ? '' : `since ${clock(startedAt, now)}`,
      counts &&
        `${plural(counts.prompts, 'prompt')}, ${plural(counts.tools, 'tool')}, ${counts.failures} failed`,
      `${tokens(workOf(totals))} tokens${spent}`,
      share === undefined ? '' : `context ${Math.round(100 * share)} %`,
    ]),
    '',
  ];
}
