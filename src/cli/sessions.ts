// `hookline sessions`: what the agents are doing right now, those who need someone first.
import type { Command } from 'commander';
import { z } from 'zod';
import { type AgentState, SessionState } from '../protocol/index.ts';
import { connectApi } from './api.ts';
import { configOf, examples } from './command.ts';
import type { Colors, Terminal } from './terminal.ts';
import { folderName, SHORT_ID } from './text/labels.ts';
import { jsonLine, plainShort } from './text/plain.ts';
import { type Cell, table } from './text/table.ts';
import { duration } from './text/time.ts';

export const SessionsAnswer = z.object({ sessions: z.array(SessionState) });

export function addSessions(program: Command, terminal: Terminal): void {
  const command = program
    .command('sessions')
    .summary('List the sessions.')
    .description(
      'List the sessions the daemon knows: their state, what they run, and how long they have been quiet.',
    )
    .option('--json', 'Print {"sessions": [...]} on stdout.')
    .action(async (options: { json?: true }) => {
      const api = await connectApi(configOf(command, terminal).home);
      const { sessions } = await api.get('/api/sessions', SessionsAnswer);
      if (options.json) return terminal.print(jsonLine({ sessions }));
      if (sessions.length === 0) terminal.say('No sessions yet; open Claude Code and they show up here.');
      else for (const line of sessionTable(sessions, terminal.colors, Date.now())) await terminal.print(line);
    });
  examples(command, [
    ['hookline sessions', 'a table'],
    ['hookline sessions --json', 'all there is to know, for scripts'],
  ]);
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

/** The lines of the table, its head first. */
export function sessionTable(sessions: readonly SessionState[], colors: Colors, now: number): string[] {
  const sorted = sessions.toSorted(
    (a, b) => URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state) || b.lastActivityAt - a.lastActivityAt,
  );
  const head = ['SESSION', 'PROJECT', 'STATE', 'MODEL', 'PROMPTS', 'TOOLS', 'FAILED', 'AGE', 'QUIET FOR'];
  return table([
    head.map(text => ({ text, paint: colors.dim })),
    ...sorted.map(one => row(one, colors, now)),
  ]);
}

function row(session: SessionState, colors: Colors, now: number): Cell[] {
  const { sessionId, name, cwd, state, currentTool, model, counts, startedAt, lastActivityAt } = session;
  const words = currentTool === undefined ? state : `${state} ${currentTool}`;
  return [
    { text: plainShort(sessionId.slice(0, SHORT_ID), SHORT_ID) },
    { text: plainShort(name ?? folderName(cwd), 24), paint: colors.bold },
    { text: plainShort(words.replaceAll('_', ' '), 32), paint: stateColor(state, colors) },
    { text: plainShort(model ?? '-', 24), paint: colors.dim },
    { text: String(counts.prompts) },
    { text: String(counts.tools) },
    { text: String(counts.failures), ...(counts.failures > 0 ? { paint: colors.red } : {}) },
    { text: duration(now - startedAt) },
    { text: duration(now - lastActivityAt) },
  ];
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
