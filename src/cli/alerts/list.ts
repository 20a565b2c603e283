// `hookline alerts list`: the alerts that are open, two lines each.
import type { Command } from 'commander';
import { SHORT_LENGTH } from '../../protocol/index.ts';
import { connectApi } from '../api.ts';
import { configOf, examples } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine, plain } from '../text/plain.ts';
import { duration } from '../text/time.ts';
import { AlertsAnswer } from './answers.ts';

export function addList(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('list')
    .summary('List the alerts that are open.')
    .description(
      'List the alerts that are open, the oldest first: the beginning of the id, since when it is so, what is the matter, and what to do about it.',
    )
    .option('--json', 'Print {"alerts": [...], "targets": [...]} on stdout.')
    .action(async ({ json }: { json?: true }) => {
      const answer = await (await connectApi(configOf(command, terminal).home)).get(
        '/api/alerts',
        AlertsAnswer,
      );
      if (json) return terminal.print(jsonLine(answer));
      if (answer.targets.length === 0)
        return terminal.say(
          'No alerts: config.json has no rules, such as "alerts": [{"when": "waiting", "to": "browser"}]',
        );
      if (answer.alerts.length === 0) return terminal.say('No alert is open.');
      for (const { alertId, since, title, text, advice, project } of answer.alerts) {
        const head = `${alertId.slice(0, SHORT_LENGTH)}  ${duration(Date.now() - since)}  ${title}`;
        const where = project === undefined ? '' : ` (${project})`;
        await terminal.print(plain(text === '' ? `${head}${where}` : `${head}: ${text}${where}`));
        await terminal.print(`       ${plain(advice)}`);
      }
    });
  examples(command, [
    ['hookline alerts list', 'which there are'],
    ["hookline alerts list --json | jq -r '.alerts[].alertId'", 'their ids'],
  ]);
}
