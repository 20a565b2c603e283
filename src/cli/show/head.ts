// What is said of a session above its story: who it is, where it works, how it is and what it has used.
import type { EventEnvelope, SessionState, Usage } from '../../protocol/index.ts';
import type { Colors } from '../terminal.ts';
import { allTokens, dollars, tokens } from '../text/amount.ts';
import { folderName, SHORT_ID } from '../text/labels.ts';
import { plainShort } from '../text/plain.ts';
import { clock, duration } from '../text/time.ts';

/** What is known of a session, over or not. */
export interface About {
  readonly sessionId: string;
  project?: string;
  name?: string;
  model?: string;
  gitBranch?: string;
  version?: string;
  startedAt?: number;
  /** When and why it ended; absent while it lives. */
  ended?: { readonly at: number; readonly reason: string };
}

/** What the log says about a session. */
export function aboutFrom(sessionId: string, events: readonly EventEnvelope[]): About {
  const about: About = { sessionId };
  for (const { type, timestamp, agentId, data } of events) {
    const known = type === 'session.discovered' || type === 'session.updated';
    if (type === 'session.removed') about.ended = { at: timestamp, reason: String(data['reason'] ?? '') };
    if (type === 'session.discovered') {
      about.startedAt ??= timestamp;
      delete about.ended;
      if (typeof data['cwd'] === 'string') about.project = data['cwd'];
    }
    if (agentId !== undefined || !(known || type === 'message.assistant')) continue;
    for (const key of known ? KNOWN : (['model'] as const))
      if (typeof data[key] === 'string') about[key] = data[key];
  }
  return about;
}

const KNOWN = ['name', 'model', 'gitBranch', 'version'] as const;

export interface Head {
  readonly about: About;
  /** As it stands now, when it lives. */
  readonly session: SessionState | undefined;
  readonly usage: Usage;
}

export function headLines({ about, session, usage }: Head, colors: Colors, now: number): string[] {
  const {
    sessionId,
    project = '',
    name,
    model,
    gitBranch,
    version,
    startedAt,
    ended,
  } = { ...about, ...session };
  const id = `${folderName(project)}·${sessionId.slice(0, SHORT_ID)}`;
  const counts =
    session &&
    `${session.counts.prompts} prompts, ${session.counts.tools} tools, ${session.counts.failures} failed`;
  const state = session
    ? `${session.state.replaceAll('_', ' ')} for ${duration(now - session.stateSince)}`
    : ended && `ended ${clock(ended.at, now)} (${ended.reason})`;
  const { totals } = usage;
  const cost = totals.costUsd === undefined ? '' : `, ${dollars(totals.costUsd)}`;
  const used = `${tokens(allTokens(totals))} tokens${cost}`;
  const line = (parts: readonly (string | undefined)[]): string =>
    plainShort(parts.filter(part => part).join(' · '), 300);
  return [
    colors.bold(line([name, id])),
    line([
      gitBranch === undefined ? project : `${project} on ${gitBranch}`,
      model,
      version && `version ${version}`,
    ]),
    line([state, startedAt === undefined ? '' : `since ${clock(startedAt, now)}`, counts, used]),
    '',
  ];
}
