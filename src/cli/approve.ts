// `hookline approve`: yes to what a session asks.
import type { Command } from 'commander';
import { PLAN_MODES } from '../protocol/index.ts';
import { connectApi } from './api.ts';
import { answerIt, requestBy } from './approvals/find.ts';
import { configOf, examples, oneOf } from './command.ts';
import { UsageError } from './failure.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly forSession?: true;
  readonly input?: string;
  readonly mode?: string;
  readonly json?: boolean;
}

export function addApprove(program: Command, terminal: Terminal): void {
  const command = program
    .command('approve')
    .summary('Say yes to what a session asks.')
    .description(
      'Say yes to what a session asks, as its user would at its terminal. Look at it first, with the command approvals: it shows all of it. Exit code 1 when somebody was first, or its time was up.',
    )
    .argument('<id>', 'The five letters of the request, or more of them.')
    .option(
      '--for-session',
      'Not to be asked again in this session for this very command, this file, or else this tool.',
    )
    .option('--input <json>', 'Run it with this input instead: a JSON object.')
    .option('--mode <mode>', `Of a plan: go on in this permission mode, ${PLAN_MODES.join(' or ')}.`)
    .option('--json', 'Print {"requestId", "outcome", "by"} on stdout.')
    .action(async (id: string, { forSession, input, mode, json }: Options) => {
      const wanted = oneOf('--mode', mode, PLAN_MODES);
      const updatedInput = input === undefined ? undefined : objectIn(input);
      const api = await connectApi(configOf(command, terminal).home);
      const answer = {
        behavior: 'allow' as const,
        ...(forSession ? { forSession } : {}),
        ...(updatedInput === undefined ? {} : { updatedInput }),
        ...(wanted === undefined ? {} : { mode: wanted }),
      };
      await answerIt(api, await requestBy(api, id), answer, terminal, json);
    });
  examples(command, [
    ['hookline approve qwvhx', 'once'],
    ['hookline approve qwvhx --mode acceptEdits', 'a plan, and edits are not asked for'],
  ]);
}

/** @throws UsageError */
function objectIn(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--input is no JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError('--input must be a JSON object, such as {"command": "npm pack"}');
  return value as Record<string, unknown>;
}
