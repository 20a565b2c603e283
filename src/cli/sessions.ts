// `hookline sessions`: what the agents are doing right now, those who need someone first.
import type { Command } from 'commander';
import { z } from 'zod';
import { AgentSnapshot, SessionState } from '../protocol/index.ts';
import { connectApi, requireDaemon } from './api.ts';
import { configOf, examples } from './command.ts';
import { UsageError } from './failure.ts';
import { selfCommand } from './invocation.ts';
import { sessionTable } from './sessions/table.ts';
import { watchSessions } from './sessions/watch.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine } from './text/plain.ts';
import { Screen } from './text/screen.ts';

export const SessionsAnswer = z.object({ sessions: z.array(SessionState) });
const SnapshotAnswer = SessionsAnswer.extend({ agents: z.array(AgentSnapshot) });

interface Options {
  readonly json?: true;
  readonly watch?: true;
}

export function addSessions(program: Command, terminal: Terminal): void {
  const command = program
    .command('sessions')
    .summary('List the sessions.')
    .description(
      'List the sessions the daemon knows: what they are doing and since when, whom they wait for, what they have used.',
    )
    .option('--watch', 'Keep the table on the screen and up to date; q or Ctrl-C ends.')
    .option('--json', 'Print {"sessions": [...]} on stdout.')
    .action(async ({ json, watch }: Options) => {
      const { home } = configOf(command, terminal);
      if (watch) return watchOn(home, terminal, json);
      const api = await connectApi(home);
      if (json) {
        const { sessions } = await api.get('/api/sessions', SessionsAnswer);
        return terminal.print(jsonLine({ sessions }));
      }
      const state = await api.get('/api/snapshot', SnapshotAnswer);
      if (state.sessions.length === 0)
        return terminal.say('No sessions yet; open Claude Code and they show up here.');
      const { colors, columns } = terminal;
      for (const line of sessionTable(state, { colors, columns, now: Date.now() }))
        await terminal.print(line);
    });
  examples(command, [
    ['hookline sessions --watch', 'a table that stays up to date'],
    ['hookline sessions --json', 'all there is to know, for scripts'],
  ]);
}

async function watchOn(home: string, terminal: Terminal, json: true | undefined): Promise<void> {
  if (json)
    throw new UsageError(
      `--watch draws a table, which is no JSON; for changes as JSON: ${selfCommand()} tail --json`,
    );
  if (terminal.columns === undefined)
    throw new UsageError(`--watch needs a terminal to draw on; for a pipe: ${selfCommand()} tail`);
  await requireDaemon(home);
  const stop = new AbortController();
  const quit = (): void => stop.abort();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, quit);
  const screen = new Screen(quit);
  try {
    await watchSessions(home, screen, terminal.colors, stop.signal);
  } finally {
    screen.close();
  }
}
