// `hookline dead retry`: sends dead letters again.
import type { Command } from 'commander';
import { Message } from '../../protocol/index.ts';
import { connectApi } from '../api.ts';
import { configOf, examples } from '../command.ts';
import { Refusal, UsageError } from '../failure.ts';
import { messages } from '../inbox/take-back.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine } from '../text/plain.ts';
import { deadLetters, resourceOf } from './letters.ts';

interface Options {
  readonly all?: true;
  readonly json?: true;
}

export function addRetry(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('retry')
    .summary('Send dead letters again.')
    .description(
      'Send dead letters again, to those they did not reach, under the same id and for as long as they were meant to wait. When one cannot be sent again the others are, and the exit code is 1.',
    )
    .argument('[ids...]', 'Their ids.')
    .option('--all', 'All there are.')
    .option('--json', 'Print {"messages": [...]}, those that wait again, on stdout.')
    .action(async (ids: string[], { all, json }: Options) => {
      if (all && ids.length > 0) throw new UsageError('give ids or --all, not both');
      if (!all && ids.length === 0) throw new UsageError('which ones? Give their ids, or --all');
      const api = await connectApi(configOf(command, terminal).home);
      // The oldest first, as they were sent.
      const wanted = all ? (await deadLetters(api)).map(({ id }) => id).reverse() : ids;
      const sent: Message[] = [];
      for (const id of wanted)
        try {
          sent.push(await api.post(`${resourceOf(id)}/retry`, Message));
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          terminal.say(`hookline: ${error.message}`);
          terminal.exitCode = 1;
        }
      if (json) return terminal.print(jsonLine({ messages: sent }));
      if (wanted.length === 0) return terminal.say('There is no dead letter.');
      if (sent.length > 0) terminal.say(`Sent again: ${messages(sent.length)}.`);
    });
  examples(command, [
    ['hookline dead retry 019a7d2c-7d1e-7c3f-9a53-1b0c6c1f2a11', 'this one'],
    ['hookline dead retry --all', 'all there are'],
  ]);
}
