// What the palette offers of sessions: to open one, and what can be done with it.
import type { SessionState } from '../../src/protocol/index.ts';
import { byNeed, type Need, stateNow } from '../board/need.ts';
import { copyText } from '../design/clipboard.ts';
import { command as inTerminal } from '../design/command.ts';
import { groupBy } from '../design/group.ts';
import { baseName, join, line } from '../design/text.ts';
import { promptLine } from '../design/words.ts';
import type { Live } from '../live/live.ts';
import { may } from '../live/may.ts';
import { href } from '../shell/route.ts';
import { tell } from '../shell/toast.ts';
import type { Command } from './command.ts';

/** Text that can be pasted anywhere, a terminal among it, without doing anything. */
const isPlain = (text: string): boolean => text !== '' && !/[\p{Cc}\p{Bidi_Control}]/u.test(text);
/** An id that a shell reads as one word and as nothing else. */
const isOneWord = (text: string): boolean => /^[\w.:-]+$/.test(text) && !text.startsWith('-');

/** Sessions offered before something is typed. */
const OFFERED = 12;

/**
 * To open one of them; those who need somebody first.
 *
 * @param asking the ids of those that ask something
 */
export function sessionCommands(live: Live, asking: ReadonlySet<string>): Command[] {
  const agents = groupBy(live.agents, ({ sessionId }) => sessionId);
  const sorted = byNeed(live.sessions, agents, asking);
  return [...sorted]
    .flatMap(([need, sessions]) => sessions.map(session => openOne(session, need, live)))
    .map((one, at) => (at < OFFERED ? one : { ...one, onlyAsked: true }));
}

/** Tells those of one name apart: the beginning of its id. */
function apart(sessionId: string, live: Live): string {
  const name = live.nameOf(sessionId);
  const isAlone = live.sessions.every(
    one => one.sessionId === sessionId || live.nameOf(one.sessionId) !== name,
  );
  return isAlone ? '' : line(sessionId, 8);
}

function openOne(session: SessionState, need: Need, live: Live): Command {
  const { sessionId, project, cwd, gitBranch, model, userPrompt, currentPrompt } = session;
  const name = live.nameOf(sessionId);
  const folder = line(baseName(project || cwd), 60);
  const { words, dot } = stateNow(session, need);
  return {
    group: 'Sessions',
    title: name,
    about: join(words, folder === name ? '' : folder, line(gitBranch, 60), apart(sessionId, live)),
    words: [sessionId, cwd, model, promptLine((userPrompt ?? currentPrompt)?.text ?? '')].join(' '),
    dot: live.isAway(session) ? 'offline' : dot,
    href: href('session', sessionId),
  };
}

/** What can be done with one. @param isHere it is the one that is looked at */
export function deedsOf(
  session: Pick<SessionState, 'sessionId' | 'cwd'>,
  live: Live,
  isHere: boolean,
): Command[] {
  const { sessionId, cwd } = session;
  const name = live.nameOf(sessionId);
  const about = isHere ? '' : apart(sessionId, live);
  const common = { group: isHere ? 'Here' : 'Do', onlyAsked: !isHere, words: sessionId, about };
  const copies = (title: string, what: string, text: string): Command => ({
    ...{ ...common, title, about: line(text, 80) },
    run: () => void copy(what, text),
  });
  const to = (title: string, target: string): Command => ({ ...common, title, href: target });
  return [
    ...(may('send') ? [to(`Write to ${name}`, href('session', sessionId, { write: 1 }))] : []),
    ...(isHere ? [] : [to(`Open ${name}`, href('session', sessionId))]),
    to(`Show ${name} in the feed`, href('feed', '', { session: sessionId })),
    to(`Search in ${name}`, href('search', '', { session: sessionId })),
    {
      ...{ ...common, title: `Open ${name} in a new tab` },
      run: () => open(href('session', sessionId), '_blank', 'noopener'),
    },
    ...(isPlain(sessionId) ? [copies(`Copy the id of ${name}`, `The id of ${name}`, sessionId)] : []),
    ...(isPlain(cwd) ? [copies(`Copy the folder of ${name}`, `The folder of ${name}`, cwd)] : []),
    ...(isOneWord(sessionId)
      ? [
          copies(
            `Copy the command that follows ${name} in a terminal`,
            'The command',
            inTerminal(`tail --session ${sessionId}`),
          ),
        ]
      : []),
  ];
}

/** Copies a text, and says so. */
export async function copy(what: string, text: string): Promise<void> {
  tell((await copyText(text)) ? `${what} is copied.` : 'This browser does not let pages copy.');
}
