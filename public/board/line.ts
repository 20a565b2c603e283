// A session in one line: how it is, what it is called, what it does or needs, and since when.
import type { RequestOfApproval } from '../../src/protocol/index.ts';
import { endLine } from '../approvals/list.ts';
import type { Ended } from '../approvals/open-requests.ts';
import { askWords } from '../design/asks.ts';
import { el, setAttribute, setOptional, setText } from '../design/dom.ts';
import { span } from '../design/format.ts';
import { baseName, join, line, prose } from '../design/text.ts';
import { gist, stateWords } from '../design/words.ts';
import { agentDoing } from './agents.ts';
import type { CardFacts } from './card.ts';
import { failureWords, promptWords } from './doing.ts';
import { since, stateNow } from './need.ts';

export interface Line {
  readonly node: HTMLElement;
  readonly link: HTMLElement;
  readonly part: Readonly<Record<'dot' | 'name' | 'about' | 'what' | 'mark' | 'since', HTMLElement>>;
}

/** What a session asks. */
export interface Asked {
  /** What can be answered. */
  readonly open: readonly RequestOfApproval[];
  /** What could be a moment ago. */
  readonly ended: Ended | undefined;
}

export function makeLine(): Line {
  const part = {
    dot: el('span.dot'),
    name: el('span.session-name.data.one-line'),
    about: el('span.session-about.data.one-line'),
    what: el('span.session-what.data.one-line'),
    mark: el('span.chip', { hidden: true }, 'not in the filter'),
    since: el('span.since'),
  };
  const link = el('a.session-line', {}, Object.values(part));
  return { node: el('li', {}, link), link, part };
}

export function drawLine({ node, link, part }: Line, facts: CardFacts, { open, ended }: Asked): void {
  const { session, need, name, now, isAway, isOutside } = facts;
  node.dataset['need'] = need;
  node.classList.toggle('away', isAway);
  part.dot.dataset['state'] = isAway ? 'offline' : stateNow(session, need).dot;
  setAttribute(link, 'href', facts.link);
  setText(part.name, name);
  setOptional(part.about, aboutWords(facts));
  setText(part.what, ended === undefined ? whatWords(facts, open) : endLine(ended));
  part.mark.hidden = !isOutside;
  setText(part.since, span(now - since(session)));
}

/** Its machine, and, where its name does not say it, its folder. */
function aboutWords({ session, name, twin }: CardFacts): string {
  const folder = line(baseName(session.cwd), 60);
  return join(line(session.node, 64), twin && folder !== name ? folder : '');
}

/** What it does, needs, or said last. @param open what it asks that can be answered */
export function whatWords(
  { session, need, agents }: Pick<CardFacts, 'session' | 'need' | 'agents'>,
  open: readonly RequestOfApproval[],
): string {
  const [request] = open;
  if (need === 'waiting') {
    const { pendingPermission: pending, waitingFor } = session;
    if (request !== undefined) return join(askWords(request.toolName), gist(request.input));
    if (pending !== undefined) return join(askWords(pending.toolName), line(pending.what, 120));
    return prose(waitingFor, 120) || stateNow(session, need).words;
  }
  if (need === 'failed') return failureWords(session);
  if (need === 'idle') return promptWords(session, need);
  if (session.currentTools.length > 0) return agentDoing({ ...session, agentId: '', agentType: '' });
  const busy = agents.find(({ state }) => state === 'working' || state === 'tool_running');
  if (session.state === 'idle' && busy !== undefined) return agentDoing(busy);
  return promptWords(session, need) || stateWords(session.state);
}
