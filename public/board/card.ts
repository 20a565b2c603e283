// A session as a card: what it needs or does, for whom, since when, and what it has cost.
import type { AgentSnapshot, RunningTool, SessionState, UsageTotals } from '../../src/protocol/index.ts';
import { contextShare, costOf, workOf } from '../../src/protocol/spent.ts';
import { makeRequestList, type RequestList } from '../approvals/list.ts';
import type { OpenRequests } from '../approvals/open-requests.ts';
import { whoAsks } from '../design/asks.ts';
import { modeWords } from '../design/client-words.ts';
import { el, partsOf, setAttribute, setOptional, setText } from '../design/dom.ts';
import { cost, count, money, plural, short, span, stopwatch } from '../design/format.ts';
import { icon } from '../design/icons.ts';
import { baseName, join, line, prose } from '../design/text.ts';
import type { Live } from '../live/live.ts';
import { may } from '../live/may.ts';
import { href } from '../shell/route.ts';
import { agentLines } from './agents.ts';
import { type Asked, makeAsked } from './asked.ts';
import { failureWords, promptWords } from './doing.ts';
import { type Need, since, stateNow } from './need.ts';

/** Tools of one session shown at once. */
const TOOLS = 3;
/** A silence worth a word, in milliseconds. */
const SILENT_MS = 10_000;

/** What a card tells. */
export interface CardFacts {
  readonly session: SessionState;
  readonly need: Need;
  readonly agents: readonly AgentSnapshot[];
  readonly name: string;
  readonly link: string;
  /** Another one has the same name. */
  readonly twin: boolean;
  /** In milliseconds since 1970. */
  readonly now: number;
  /** Whether it is as it is now, and what it asks can be answered. */
  readonly isNow: boolean;
  /** Whether the daemon is there. */
  readonly isLive: boolean;
  /** Whether its machine is not heard of. */
  readonly isAway: boolean;
  /** Whether it is shown although the filter leaves it out. */
  readonly isOutside: boolean;
}

type PartName =
  | 'name'
  | 'mark'
  | 'dot'
  | 'since'
  | 'branch'
  | 'branchRow'
  | 'machine'
  | 'machineRow'
  | 'setting'
  | 'state'
  | 'waits'
  | 'tools'
  | 'prompt'
  | 'agents'
  | 'spent'
  | 'budget'
  | 'counts'
  | 'heard'
  | 'write';

export interface Card {
  readonly node: HTMLElement;
  readonly part: Readonly<Record<PartName, HTMLElement>>;
  readonly asked: Asked;
  readonly requests: RequestList;
}

/** Makes a card of an empty frame; `drawCard` fills it. */
export function makeCard(node: HTMLElement, live: Live, requests: OpenRequests, signal: AbortSignal): Card {
  const list = makeRequestList(requests);
  const asked = makeAsked(live, signal);
  const part = {
    name: el('a.name.data.one-line'),
    mark: el('span.chip', { hidden: true }, 'not in the filter'),
    dot: el('span.dot'),
    since: el('span.since'),
    branch: el('span.data.one-line'),
    machine: el('span.data.one-line'),
    setting: el('span.data.one-line'),
    state: el('span.state'),
    waits: el('p.data'),
    tools: el('ul.list.tools'),
    prompt: el('p.prompt.data.few-lines'),
    agents: el('ul.list.agents'),
    spent: el('span.spent'),
    budget: el('span.chip', { hidden: true }),
    counts: el('span.counts'),
    heard: el('span.heard'),
    write: el('a.write', { hidden: !may('send'), title: 'Write to it' }, icon('write')),
  };
  const machine = el('span.machine', {}, icon('machine'), part.machine);
  const branch = el('span.branch', {}, icon('branch'), part.branch);
  node.append(
    el('div.card-head', {}, part.dot, el('h3', {}, part.name), part.mark, part.write, part.since),
    el('div.where', {}, machine, branch, part.setting),
    el('div.doing', {}, part.state),
    list.node,
    asked.node,
    part.waits,
    part.tools,
    part.prompt,
    part.agents,
    el('div.card-foot', {}, part.budget, part.spent, part.counts, part.heard),
  );
  return { node, part: { ...part, branchRow: branch, machineRow: machine }, asked, requests: list };
}

export function drawCard(
  { part, node, asked, requests }: Card,
  { session, need, agents, name, link, twin, now, isNow, isLive, isAway, isOutside }: CardFacts,
): void {
  const doing = stateNow(session, need);
  node.dataset['need'] = need;
  node.classList.toggle('twin', twin);
  node.classList.toggle('placed', session.node !== undefined);
  node.classList.toggle('away', isAway);
  part.dot.dataset['state'] = isAway ? 'offline' : doing.dot;
  setText(part.name, name);
  part.mark.hidden = !isOutside;
  setAttribute(part.name, 'href', link);
  setText(part.since, span(now - since(session)));
  part.since.title = 'For how long';
  setOptional(part.branch, line(session.gitBranch, 80));
  setOptional(part.machine, join(line(session.node, 64), isAway ? 'away' : ''));
  part.machineRow.hidden = part.machine.hidden;
  part.machineRow.title = isAway ? 'Its machine is away: this is how it was last heard of' : 'Its machine';
  part.branchRow.hidden = part.branch.hidden;
  setOptional(part.setting, settingWords(session, name));
  setText(part.state, need === 'failed' ? `${doing.words}: ${failureWords(session)}` : doing.words);
  requests.node.hidden = !isNow;
  const open = isNow ? requests.draw(session.sessionId, { agents, isLive: isLive && !isAway }) : [];
  drawAsked(asked, session, agents, open);
  setOptional(part.waits, open.length > 0 ? '' : waitWords(session, isNow));
  drawTools(part.tools, need === 'working' ? session.currentTools : [], now);
  setOptional(part.prompt, promptWords(session, need));
  agentLines(part.agents, agents, now);
  setAttribute(part.write, 'href', href('session', session.sessionId, { write: 1 }));
  setAttribute(part.write, 'aria-label', `Write to ${name}`);
  setText(part.spent, join(spentWords(session.usage), contextWords(session)));
  setOptional(part.budget, budgetMark(session));
  part.budget.dataset['tone'] = 'wait';
  setText(part.counts, countWords(session.counts));
  setText(part.heard, need === 'working' ? heardWords(session, now) : '');
}

/** `api · sonnet-5-5 · plan mode`: where it works, unless the name says it, and how. */
function settingWords({ cwd, model, permissionMode }: SessionState, name: string): string {
  const folder = line(baseName(cwd), 60);
  return join(
    folder === name ? '' : folder,
    line(model, 60).replace(/^claude-/, ''),
    modeWords(permissionMode),
  );
}

/** Tokens and cost: `48.2k tokens · $0.42`. */
export function spentWords(usage: UsageTotals | undefined): string {
  if (usage === undefined) return '';
  const tokens = workOf(usage);
  if (tokens + usage.cacheRead === 0 && !costOf(usage)) return '';
  return join(`${short(tokens)} tokens`, cost(usage));
}

/** `over $5`: it has spent its budget, the largest of several. */
export function budgetMark({ overBudget }: Partial<SessionState>): string {
  return overBudget === undefined ? '' : `over ${money(overBudget).replace('.00', '')}`;
}

/** `context 23 %`: the share of the model's window that is taken. */
export function contextWords(session: Parameters<typeof contextShare>[0]): string {
  const share = contextShare(session);
  return share === undefined ? '' : `context ${Math.round(100 * share)} %`;
}

/** How long nothing was heard of who is at work, unless the time at the top says it already. */
function heardWords(session: SessionState, now: number): string {
  const silent = now - session.lastActivityAt;
  if (silent < SILENT_MS || span(silent) === span(now - since(session))) return '';
  return `heard ${span(silent)} ago`;
}

function countWords({ tools, failures, turns }: SessionState['counts']): string {
  return join(plural(turns, 'turn'), plural(tools, 'tool'), failures > 0 ? `${count(failures)} failed` : '');
}

function drawAsked(
  asked: Asked,
  { sessionId, pendingPermission: pending }: SessionState,
  agents: readonly AgentSnapshot[],
  open: readonly string[],
): void {
  const isOpen = pending?.requestId !== undefined && open.includes(pending.requestId);
  asked.node.hidden = pending === undefined || isOpen;
  if (pending !== undefined && !isOpen) asked.draw(sessionId, pending, whoAsks(pending.agentId, agents));
}

/** What it waits for where nobody asks to be allowed anything, and where to answer what cannot be answered here. */
function waitWords(
  { state, pendingPermission: asked, waitingFor, currentTool }: SessionState,
  isNow: boolean,
): string {
  if (!state.startsWith('waiting')) return '';
  if (asked !== undefined) return isNow && asked.requestId === undefined ? 'Answer in its terminal.' : '';
  return prose(waitingFor) || line(currentTool, 80) || 'See its terminal.';
}

function drawTools(list: HTMLElement, tools: readonly RunningTool[], now: number): void {
  list.hidden = tools.length === 0;
  const shown = tools.slice(-TOOLS);
  while (list.children.length > shown.length) list.lastElementChild?.remove();
  while (list.children.length < shown.length)
    list.append(
      el('li', {}, el('span.tool.mono.data'), el('span.what.mono.data.one-line'), el('span.since.faint')),
    );
  shown.forEach((tool, index) => {
    const [name, what, time] = partsOf(list.children[index]);
    const more = index === shown.length - 1 && tools.length > TOOLS ? ` +${tools.length - TOOLS}` : '';
    setText(name, line(tool.toolName, 60) + more);
    setText(what, line(tool.what, 200));
    setText(time, stopwatch(now - tool.startedAt));
  });
}
