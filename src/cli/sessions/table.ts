// The table of sessions: who needs someone first, what each one does, since when, and what it has used.
import {
  type AgentSnapshot,
  type AgentState,
  type RunningTool,
  type SessionState,
  workOf,
} from '../../protocol/index.ts';
import type { Colors } from '../terminal.ts';
import { cost, plural, tokens } from '../text/amount.ts';
import { folderName, nameAndId } from '../text/labels.ts';
import { plainShort } from '../text/plain.ts';
import { promptWords } from '../text/prompt.ts';
import { type Cell, table, tableWidth } from '../text/table.ts';
import { duration } from '../text/time.ts';
import { displayWidth } from '../text/width.ts';

/** What a snapshot holds. */
export interface State {
  readonly sessions: readonly SessionState[];
  readonly agents: readonly AgentSnapshot[];
}

export interface TableStyle {
  readonly colors: Colors;
  /** Columns of the terminal; undefined when nobody watches, and nothing is cut. */
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

/** The columns of the table, in their order. */
const COLUMNS = ['SESSION', 'MACHINE', 'PROJECT', 'STATE', 'SINCE', 'TOKENS', 'COST'] as const;
type Column = (typeof COLUMNS)[number];
/** Numbers stand right. */
const RIGHT: ReadonlySet<Column> = new Set(['SINCE', 'TOKENS', 'COST']);
/** What may be left out where there is little room, the first that can be spared first. */
const SPARED: readonly Column[] = ['PROJECT', 'TOKENS', 'COST', 'SINCE', 'MACHINE'];

/** Columns that what a session does needs beside the rest; with less it stands on a line below. */
const LEAST_DOING = 20;
/** Columns of what can be cut: as many as it is worth, and as few as still say something. */
const NAME = { most: 28, least: 14 };
const FOLDER = 20;
const INDENT = '  ';

/** The lines of the table, its head first; none of them is wider than the terminal. */
export function sessionTable({ sessions, agents }: State, style: TableStyle): string[] {
  const { colors, columns = Number.POSITIVE_INFINITY } = style;
  const sorted = sessions.toSorted((a, b) => urgency(a) - urgency(b) || b.lastActivityAt - a.lastActivityAt);
  const helpers = countBy(agents);
  // A session without a title is called by its project, which need not be said twice.
  const titles = sessions.some(({ name }) => name !== undefined);
  const machines = sessions.some(({ node }) => node !== undefined);
  const all = COLUMNS.filter(
    column => (titles || column !== 'PROJECT') && (machines || column !== 'MACHINE'),
  );
  const rowsOf = (shown: readonly Column[], nameWidth: number): Cell[][] => [
    shown.map(text => ({ text, paint: colors.dim, ...(RIGHT.has(text) ? { right: true } : {}) })),
    ...sorted.map(one => {
      const cell = cells(one, helpers.get(one.sessionId) ?? 0, style, nameWidth);
      return shown.map(column => cell[column]);
    }),
  ];
  const most = columns === Number.POSITIVE_INFINITY ? columns : NAME.most;
  const spared = SPARED.filter(column => all.includes(column));
  const ways = spared.map((_, left) => rowsOf(without(all, spared, left), most));
  const fits = (room: number) => (rows: Cell[][]) => tableWidth(rows) <= room;
  const beside = ways.find(fits(columns - LEAST_DOING - 2));
  const rows = beside ?? ways.find(fits(columns)) ?? rowsOf(without(all, spared, spared.length), NAME.least);
  const lines = table(rows);
  const does = sorted.map(one => doing(one, agents, colors));
  if (!beside) return below(lines, does, columns);
  const left = tableWidth(rows);
  return lines.map((line, index) => {
    const { text, paint = String } = does[index - 1] ?? { text: 'DOING', paint: colors.dim };
    const room = ' '.repeat(Math.max(0, left - displayWidth(line)));
    return `${line}${room}  ${paint(plainShort(text, columns - left - 2))}`.trimEnd();
  });
}

/** The columns without so many of those that can be spared. */
function without(all: readonly Column[], spared: readonly Column[], many: number): Column[] {
  return all.filter(column => !spared.slice(0, many).includes(column));
}

/** What each session does, below its line. */
function below([head = '', ...lines]: readonly string[], does: readonly Cell[], columns: number): string[] {
  const told = lines.flatMap((line, index) => {
    const { text = '', paint = String } = does[index] ?? {};
    const words = plainShort(text, columns - INDENT.length);
    return words === '' ? [line] : [line, INDENT + paint(words)];
  });
  return [head, ...told];
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

function cells(
  session: SessionState,
  helpers: number,
  { colors, columns, now }: TableStyle,
  nameWidth: number,
): Record<Column, Cell> {
  const { sessionId, node = '', name, project, state, stateSince, usage } = session;
  const folder = folderName(project);
  const company = helpers === 0 ? '' : `, ${plural(helpers, 'agent')}`;
  return {
    SESSION: {
      text: name === undefined ? nameAndId(folder, sessionId, nameWidth) : plainShort(name, nameWidth),
      paint: colors.bold,
    },
    MACHINE: { text: plainShort(node, columns === undefined ? Number.POSITIVE_INFINITY : FOLDER) },
    PROJECT: { text: plainShort(folder, columns === undefined ? Number.POSITIVE_INFINITY : FOLDER) },
    STATE: { text: `${state.replaceAll('_', ' ')}${company}`, paint: stateColor(state, colors) },
    SINCE: { text: duration(now - stateSince), right: true },
    TOKENS: { text: tokens(workOf(usage)), right: true },
    COST: { text: cost(usage), right: true },
  };
}

/** What there is to say about a session right now, unsafe and of any length. */
function doing(session: SessionState, agents: readonly AgentSnapshot[], colors: Colors): Cell {
  const { state, atTerminal, pendingPermission: asked, waitingFor, failure } = session;
  const { currentTools, currentPrompt, userPrompt = currentPrompt, lastMessage } = session;
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
  if (failure) {
    const why = failure.error ?? failure.errorDetails;
    return { text: `turn failed${why === undefined ? '' : `: ${why}`}`, paint: colors.red };
  }
  const said = state === 'working' ? userPrompt && `❯ ${promptWords(userPrompt.text)}` : lastMessage;
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
