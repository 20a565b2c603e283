// `hookline deny`: no to what a session asks, and why.
import type { Command } from 'commander';
import { connectApi } from './api.ts';
import { answerIt, requestBy } from './approvals/find.ts';
import { configOf, examples } from './command.ts';
import type { Terminal } from './terminal.ts';

export function addDeny(program: Command, terminal: Terminal): void {
  const command = program
    .command('deny')
    .summary('Say no to what a session asks, and why.')
    .description(
      'Say no to what a session asks; the model reads why and goes on. Exit code 1 when somebody was first, or its time was up.',
    )
    .argument('<id>', 'The five letters of the request, or more of them.')
    .option('-m, --message <why>', 'What the model is told.')
    .option('--json', 'Print {"requestId", "outcome", "by"} on stdout.')
    .action(async (id: string, { message, json }: { message?: string; json?: boolean }) => {
      const api = await connectApi(configOf(command, terminal).home);
      const answer = { behavior: 'deny' as const, ...(message === undefined ? {} : { message }) };
      await answerIt(api, await requestBy(api, id), answer, terminal, json);
    });
  examples(command, [
    ['hookline deny qwvhx', 'no'],
    ['hookline deny qwvhx -m "Run the tests first."', 'and the model reads why'],
  ]);
}
