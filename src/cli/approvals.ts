// `hookline approvals`: what sessions ask their user, all of it, and how to answer.
import type { Command } from 'commander';
import { connectApi } from './api.ts';
import { waiting } from './approvals/find.ts';
import { headOf, linesOf, waysOf } from './approvals/shown.ts';
import { watchApprovals } from './approvals/watch.ts';
import { configOf, examples } from './command.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine } from './text/plain.ts';

export function addApprovals(program: Command, terminal: Terminal): void {
  const command = program
    .command('approvals')
    .summary('Show what sessions ask: permissions, questions, plans.')
    .description(
      'Show what sessions ask that can be answered from here: permissions, questions and plans, each whole. A session is held for an answer only while somebody watches who may give one (this with --watch, the page, a program that subscribed to permission.*); the dialog at its terminal is open all the while, and the first answer counts.',
    )
    .option('--watch', 'Go on, and show each as it comes and how it ends; until Ctrl-C.')
    .option('--json', 'Print {"requests": [...]} on stdout; with --watch, a line for each (NDJSON).')
    .action(async ({ watch, json = false }: { watch?: true; json?: boolean }) => {
      const { home } = configOf(command, terminal);
      if (watch) {
        const stop = new AbortController();
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
          process.once(signal, () => stop.abort());
        return watchApprovals(home, json, terminal, stop.signal);
      }
      const requests = await waiting(await connectApi(home));
      if (json) return terminal.print(jsonLine({ requests }));
      if (requests.length === 0) return terminal.say('Nothing waits for an answer from here.');
      for (const [index, request] of requests.entries())
        await terminal.print(
          [...(index === 0 ? [] : ['']), headOf(request), ...linesOf(request), ...waysOf(request)].join('\n'),
        );
    });
  examples(command, [
    ['hookline approvals --watch', 'be asked here, over ssh on a phone too'],
    ["hookline approvals --json | jq -r '.requests[].requestId'", 'for scripts'],
  ]);
}
