// The table of sessions: who needs someone first, what each one does, since when, and what it has used.
import type { AgentSnapshot, AgentState, RunningTool, SessionState } from '../../protocol/index.ts';
import type { Colors } from '../terminal.ts';
import { allTokens, dollars, tokens } from '../text/amount.ts';
import { folderName, SHORT_ID } from '../text/labels.ts';
import { plain, plainShort } from '../text/plain.ts';
import { type Cell, displayWidth, table } from '../text/table.ts';
import { duration } from '../text/time.ts';

/** What a snapshot holds. */
export interface State {
  readonly sessions: readonly SessionState[];
  readonly agents: readonly AgentSnapshot[];
}

export interface TableStyle {
  readonly colors: Colors;
  /** Columns of the terminal; undefined when nobody watches, and lines may be longer. */
  readonly columns: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Who needs someone comes first, who is gone last. */
const URGENCY: readonly AgentState[] = [
  'waiting_permission',
  'waiting_input',
  'tool_running',
  'working',
  'idle',
  'offline',
];

const HEAD: readonly Cell[] = [
  { text: 'SESSION' },
  { text: 'PROJECT' },
  { text: 'STATE' },
  ...['SINCE', 'TOKENS', 'COST'].map(text => ({ text, right: true as const })),
];

/** Characters of the last column when the table goes to a file or a pipe. */
const UNWATCHED = 100;

/** The lines of the table, its head first; none of them is longer than the terminal is wide. */
export function sessionTable({ sessions, agents }: State, { colors, columns, now }: TableStyle): string[] {
  const sorted = sessions.toSorted((a, b) => urgency(a) - urgency(b) || b.lastActivityAt - a.lastActivityAt);
  const helpers = countBy(agents);
  const rows = [
    HEAD.map(cell => ({ ...cell, paint: colors.dim })),
    ...sorted.map(one => cells(one, helpers.get(one.sessionId) ?? 0, colors, now)),
  ];
  // A session without a title is called by its project, which need not be said twice.
  const titles = sessions.some(({ name }) => name !== undefined);
  const lines = table(titles ? rows : rows.map(row => row.toSpliced(1, 1)));
  const left = Math.max(...lines.map(line => displayWidth(plain(line)))) + 2;
  const room = columns === undefined ? UNWATCHED : Math.max(8, columns - left);
  const last = [{ text: 'DOING', paint: colors.dim }, ...sorted.map(one => doing(one, agents, colors))];
  return lines.map((line, index) => {
    const { text = '', paint = String } = last[index] ?? {};
    return `${line}  ${paint(plainShort(text, room))}`.trimEnd();
  });
}

function countBy(agents: readonly AgentSnapshot[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { sessionId } of agents) counts.set(sessionId, (counts.get(sessionId) ?? 0) + 1);
  return counts;
}

/** Somebody in a session may wait while the session itself goes on. */
function urgency({ state, pendingPermission, waitingFor }: SessionState): number {
  if (pendingPermission) return URGENCY.indexOf('waiting_permission');
  return URGENCY.indexOf(waitingFor === undefined ? state : 'waiting_input');
}

function cells(session: SessionState, helpers: number, colors: Colors, now: number): Cell[] {
  const { sessionId, name, project, state, stateSince, usage } = session;
  const folder = folderName(project);
  const company = helpers === 0 ? '' : `, ${helpers} agent${helpers === 1 ? '' : 's'}`;
  return [
    { text: plainShort(name ?? `${folder}·${sessionId.slice(0, SHORT_ID)}`, 28), paint: colors.bold },
    { text: plainShort(folder, 20) },
    { text: `${state.replaceAll('_', ' ')}${company}`, paint: stateColor(state, colors) },
    { text: duration(now - stateSince), right: true },
    { text: tokens(allTokens(usage)), right: true },
    { text: dollars(usage.costUsd), right: true },
  ];
}

/** What there is to say about a session right now, unsafe and of any length. */
function doing(session: SessionState, agents: readonly AgentSnapshot[], colors: Colors): Cell {
  const { state, atTerminal, pendingPermission: asked, waitingFor } = session;
  const { currentTools, currentPrompt, lastMessage } = session;
  if (atTerminal) {
    const what = asked ? call(asked) : waitingFor;
    const words = ['needs you at its terminal', what].filter(part => part).join(': ');
    return { text: words, paint: colors.yellow };
  }
  if (asked) {
    const agent = agents.find(({ agentId }) => agentId === asked.agentId);
    const who = asked.agentId === undefined ? '' : `${agent?.description ?? agent?.agentType ?? 'agent'}: `;
    return { text: `${who}may it run ${call(asked)}?`, paint: colors.yellow };
  }
  if (waitingFor !== undefined) return { text: waitingFor, paint: colors.yellow };
  const running = currentTools.at(-1);
  if (running) {
    const more = currentTools.length === 1 ? '' : ` (+${currentTools.length - 1})`;
    return { text: `${call(running)}${more}`, paint: colors.cyan };
  }
  const said = state === 'working' ? currentPrompt && `❯ ${currentPrompt.text}` : lastMessage;
  return { text: said ?? '', paint: colors.dim };
}

function call({ toolName, what }: Pick<RunningTool, 'toolName' | 'what'>): string {
  return [toolName, what].filter(part => part).join(' ');
}

function stateColor(state: AgentState, colors: Colors): (text: string) => string {
  switch (state) {
    case 'waiting_permission':
    case 'waiting_input':
      return colors.yellow;
    case 'working':
    case 'tool_running':
      return colors.cyan;
    case 'idle':
      return colors.green;
    case 'offline':
      return colors.dim;
  }
}
