// `hookline alerts test`: whether those that rules tell are reached.
import type { Command } from 'commander';
import { connectApi } from '../api.ts';
import { configOf, examples } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine, plain } from '../text/plain.ts';
import { TestAnswer } from './answers.ts';

/** As long as the daemon waits for targets, and a moment more, in milliseconds. */
const PATIENCE_MS = 20_000;

export function addTest(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('test')
    .summary('Try whether those that rules tell are reached.')
    .description(
      'Send an alert that is about nothing to those that rules tell, once, and say what came of it. Exit code 1 when one of them was not reached. That pages that are open show it, you have to see for yourself.',
    )
    .argument('[target]', 'Only this one: browser, push, or its name.')
    .option('--json', 'Print {"tried": [...]} on stdout.')
    .action(async (target: string | undefined, { json }: { json?: true }) => {
      const api = await connectApi(configOf(command, terminal).home);
      const body = target === undefined ? {} : { target };
      const { tried } = await api.post('/api/alerts/test', TestAnswer, PATIENCE_MS, body);
      terminal.exitCode = tried.every(({ reason }) => reason === undefined) ? 0 : 1;
      if (json) return terminal.print(jsonLine({ tried }));
      if (tried.length === 0)
        return terminal.say(
          'No rule tells anybody: config.json has no "alerts": [{"when": "waiting", "to": "browser"}]',
        );
      for (const { target: name, reason } of tried) await terminal.print(plain(wordsOf(name, reason)));
    });
  examples(command, [
    ['hookline alerts test', 'all of them'],
    ['hookline alerts test phone', 'one'],
  ]);
}

function wordsOf(name: string, reason: string | undefined): string {
  if (reason !== undefined) return `${name}: not reached; ${reason}`;
  return name === 'browser' ? 'browser: told; pages that are open show it' : `${name}: reached`;
}
