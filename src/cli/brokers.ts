// `hookline brokers`: which brokers the daemon speaks to, and how far it got.
import type { Command } from 'commander';
import { connectApi } from './api.ts';
import { type BrokerAnswer, BrokersAnswer } from './brokers/answers.ts';
import { configOf, examples } from './command.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine, plain } from './text/plain.ts';
import { type Cell, table } from './text/table.ts';

export function addBrokers(program: Command, terminal: Terminal): void {
  const command = program
    .command('brokers')
    .summary('Tell how the connections to brokers are.')
    .description(
      'Tell which brokers the daemon speaks to, whether each is there, and how many events still have to go out to it. Brokers are named in config.json, or in HOOKLINE_BROKERS. Exit code 1 when one of them is away.',
    )
    .option('--json', 'Print {"brokers": [...]} on stdout.')
    .action(async ({ json }: { json?: true }) => {
      const api = await connectApi(configOf(command, terminal).home);
      const { brokers } = await api.get('/api/brokers', BrokersAnswer);
      terminal.exitCode = brokers.every(({ state }) => state === 'up') ? 0 : 1;
      if (json) return terminal.print(jsonLine({ brokers }));
      if (brokers.length === 0)
        return terminal.say(
          'No brokers: name them in config.json, as "brokers": [{"url": "amqp://box.lan"}]',
        );
      for (const line of table(brokers.map(one => rowOf(one, terminal)))) await terminal.print(plain(line));
    });
  examples(command, [
    ['hookline brokers', 'a look'],
    ['hookline brokers --json', 'the same for scripts'],
  ]);
}

function rowOf({ label, kind, node, state, behind, reason }: BrokerAnswer, { colors }: Terminal): Cell[] {
  const waits = behind === 0 ? 'nothing waits' : `${behind} event${behind === 1 ? '' : 's'} behind`;
  return [
    { text: label },
    { text: kind },
    { text: `as ${node}` },
    { text: state, paint: state === 'up' ? colors.green : colors.yellow },
    { text: reason === undefined ? waits : `${waits}; ${reason}` },
  ];
}
