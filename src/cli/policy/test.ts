// `hookline policy test`: which rule would decide, and why.
import os from 'node:os';
import type { Command } from 'commander';
import { Policy } from '../../approvals/index.ts';
import { configOf, examples } from '../command.ts';
import { UsageError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine, plain } from '../text/plain.ts';

interface Options {
  readonly tool?: string;
  readonly command?: string;
  readonly path?: string;
  readonly project: string;
  readonly session?: string;
  readonly json?: true;
}

export function addPolicyTest(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('test')
    .summary('Tell which rule would decide, and why.')
    .description(
      'Tell which rule of config.json would decide, and why the others would not. A running daemon has the rules that stood there when it was started. Exit code 1 when a rule is wrong: then none allows anything.',
    )
    .option('--tool <name>', 'The tool. (default: Bash, with --command)')
    .option('--command <command>', 'The shell command that would run.')
    .option('--path <file>', 'The file that it is about.')
    .option('--project <folder>', 'Where the session works.', process.cwd())
    .option('--session <name>', 'The session, by its name or id.')
    .option('--json', 'Print {"decision", "rule"?, "why", "others", "problems"} on stdout.')
    .action(async ({ tool, command: line, path, project, session, json }: Options) => {
      const toolName = tool ?? (line === undefined ? undefined : 'Bash');
      if (toolName === undefined) throw new UsageError('say what would be asked: --tool, or --command');
      const { rules } = configOf(command, terminal).approvals;
      const policy = new Policy(rules, os.homedir());
      const matter = { toolName, command: line, path, cwd: project, sessionId: session, name: session };
      const judgement = policy.judge(matter);
      const { problems } = policy;
      if (problems.length > 0) terminal.exitCode = 1;
      if (json) return terminal.print(jsonLine({ ...judgement, problems }));
      for (const problem of problems)
        terminal.say(plain(`${problem}; until it is mended, no rule allows anything`));
      await terminal.print(plain(`${judgement.decision}: ${judgement.why}`));
      for (const { rule, why } of judgement.others) await terminal.print(plain(`  not rule ${rule}: ${why}`));
    });
  examples(command, [
    ['hookline policy test --command "npm test"', 'a command'],
    ['hookline policy test --tool Write --path ~/shop/.env --json', 'a file, for scripts'],
  ]);
}
