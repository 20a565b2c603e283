// `hookline history stop`: ends taking in sessions from before; what was taken in stays.
import type { Command } from 'commander';
import { HistoryStatus } from '../../protocol/index.ts';
import { connectApi } from '../api.ts';
import { configOf, examples } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine } from '../text/plain.ts';
import { progressWords } from './words.ts';

export function addHistoryStop(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('stop')
    .summary('End an import that is under way.')
    .description(
      'End an import that is under way. What was taken in stays, and the next import goes on there.',
    )
    .option('--json', 'Print one JSON object on stdout.')
    .action(async ({ json }: { json?: true }) => {
      const api = await connectApi(configOf(command, terminal).home);
      const status = await api.delete('/api/history/import', HistoryStatus);
      if (json) return terminal.print(jsonLine(status));
      const { import: run } = status;
      terminal.say(run?.state === 'stopped' ? progressWords(run) : 'Nothing is under way.');
    });
  examples(command, [
    ['hookline history stop', 'enough for now'],
    ['hookline history import', 'and on from there'],
  ]);
}
