// `hookline alerts ack`: somebody has seen it.
import type { Command } from 'commander';
import { Acknowledged } from '../../protocol/index.ts';
import { type Api, connectApi } from '../api.ts';
import { configOf, examples } from '../command.ts';
import { Failure, UsageError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine, plain } from '../text/plain.ts';
import { AlertsAnswer } from './answers.ts';

interface Options {
  readonly all?: true;
  readonly json?: true;
}

export function addAck(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('ack')
    .summary('Say that you have seen an alert.')
    .description(
      'Say that you have seen an alert: it is open no more, on no page and for no client, nobody else is told of it, and neither do other rules tell what it is about. It comes again when the same happens anew.',
    )
    .argument('[id]', 'The first letters of its id.')
    .option('--all', 'All that are open.')
    .option('--json', 'Print {"acknowledged": [...]} on stdout.')
    .action(async (id: string | undefined, { all, json }: Options) => {
      if ((id === undefined) === (all === undefined))
        throw new UsageError('name an alert by the first letters of its id, or say --all');
      const api = await connectApi(configOf(command, terminal).home);
      const acknowledged = [];
      for (const alertId of await idsOf(api, id))
        acknowledged.push(await api.post(`/api/alerts/${alertId}/acknowledge`, Acknowledged));
      if (json) return terminal.print(jsonLine({ acknowledged }));
      if (acknowledged.length === 0) return terminal.say('No alert is open.');
      for (const { alertId, by } of acknowledged)
        terminal.say(`${alertId.slice(0, 5)} is acknowledged, by ${plain(by)}`);
    });
  examples(command, [
    ['hookline alerts ack kqzwm', 'one'],
    ['hookline alerts ack --all', 'all of them'],
  ]);
}

/** @throws Failure when it is none, or may be several */
async function idsOf(api: Api, id: string | undefined): Promise<string[]> {
  const { alerts } = await api.get('/api/alerts', AlertsAnswer);
  const ids = alerts.map(({ alertId }) => alertId);
  if (id === undefined) return ids;
  const meant = ids.filter(one => one.startsWith(id));
  if (meant.length === 1) return meant;
  const said =
    meant.length === 0
      ? `no alert that is open begins with ${JSON.stringify(id)}`
      : 'several alerts begin so';
  throw new Failure(ids.length === 0 ? `${said}; none is open` : `${said}; there are ${ids.join(', ')}`);
}
