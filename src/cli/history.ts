// `hookline history`: sessions from before hookline: how many there are, and taking them in.
import type { Command } from 'commander';
import { nearest } from '../config/index.ts';
import { HistoryStatus } from '../protocol/index.ts';
import { connectApi } from './api.ts';
import { configOf, examples } from './command.ts';
import { UsageError } from './failure.ts';
import { addHistoryImport } from './history/import.ts';
import { addHistoryStop } from './history/stop.ts';
import { progressWords } from './history/words.ts';
import { selfCommand } from './invocation.ts';
import type { Terminal } from './terminal.ts';
import { count, plural, size } from './text/amount.ts';
import { jsonLine } from './text/plain.ts';
import { facts } from './text/table.ts';

export function addHistory(program: Command, terminal: Terminal): void {
  const command = program
    .command('history')
    .summary('Take in sessions from before hookline.')
    .description(
      'Tell how many finished sessions Claude Code has transcripts of that hookline has never seen, what was taken in of them, and how that goes on.',
    )
    .argument('[what]', 'import or stop.')
    .option('--json', 'Print one JSON object on stdout.')
    .enablePositionalOptions()
    .action(async (what: string | undefined, { json }: { json?: true }) => {
      if (what !== undefined) {
        const known = command.commands.map(one => one.name());
        const guess = nearest(what, known);
        const meant = guess === undefined ? '' : `; did you mean ${guess}?`;
        throw new UsageError(`there is no history ${JSON.stringify(what)}${meant} (${known.join(', ')})`);
      }
      const api = await connectApi(configOf(command, terminal).home);
      const status = await api.get('/api/history', HistoryStatus);
      if (json) return terminal.print(jsonLine(status));
      for (const line of asLines(status, terminal)) await terminal.print(line);
    });
  addHistoryImport(command, terminal);
  addHistoryStop(command, terminal);
  examples(command, [
    ['hookline history', 'what there is'],
    ['hookline history import --since 90d', 'take in those of the last three months'],
  ]);
}

function asLines(status: HistoryStatus, { colors, columns }: Terminal): string[] {
  const { place, unseen, held, import: run } = status;
  const rows: [string, string][] = [['transcripts', place.join(', ') || 'none']];
  if (unseen === undefined) rows.push(['never seen', 'being counted']);
  else if (unseen.sessions === 0) rows.push(['never seen', 'none']);
  else
    rows.push([
      'never seen',
      `${plural(unseen.sessions, 'finished session')}, ${size(unseen.bytes)}; take them in with: ${selfCommand()} history import`,
    ]);
  if (held)
    rows.push([
      'taken in',
      `${plural(held.sessions, 'session')}, ${count(held.events)} events, ${size(held.bytes)} on the disk`,
    ]);
  if (run) rows.push(['import', progressWords(run)]);
  return facts(
    rows.map(([name, value]) => [{ text: name, paint: colors.dim }, { text: value }]),
    columns,
  );
}
