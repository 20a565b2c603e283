// `hookline answer`: the answers to what a session asks its user.
import type { Command } from 'commander';
import { connectApi } from './api.ts';
import { answersFor } from './approvals/choices.ts';
import { answerIt, requestBy } from './approvals/find.ts';
import { questionsIn } from './approvals/shown.ts';
import { collect, configOf, examples } from './command.ts';
import { UsageError } from './failure.ts';
import { selfCommand } from './invocation.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly choice?: readonly string[];
  readonly text?: readonly string[];
  readonly json?: boolean;
}

export function addAnswer(program: Command, terminal: Terminal): void {
  const command = program
    .command('answer')
    .summary('Answer the questions of a session.')
    .description(
      'Answer the questions of a session, by the options it gives or in words of your own. Of several questions each needs an answer: in their order, or by number, as in "2:Blue". Exit code 1 when somebody was first, or its time was up.',
    )
    .argument('<id>', 'The five letters of the request, or more of them.')
    .option('--choice <option>', 'An option, by its label or number; again for several.', collect)
    .option('--text <words>', 'An answer in words of your own.', collect)
    .option('--json', 'Print {"requestId", "outcome", "by"} on stdout.')
    .action(async (id: string, { choice = [], text = [], json }: Options) => {
      if (choice.length + text.length === 0)
        throw new UsageError('there is no answer: give --choice or --text');
      const api = await connectApi(configOf(command, terminal).home);
      const request = await requestBy(api, id);
      if (request.kind !== 'question')
        throw new UsageError(
          `${id} is no question; see what it is with: ${selfCommand()} approvals, then approve or deny it`,
        );
      const answers = answersFor(questionsIn(request.input), { choice, text });
      await answerIt(api, request, { behavior: 'allow', answers }, terminal, json);
    });
  examples(command, [
    ['hookline answer qwvhx --choice Blue', 'an option; its number does as well'],
    ['hookline answer qwvhx --text "Neither; ask me tomorrow."', 'in words'],
  ]);
}
