// `hookline install`: puts our hooks into Claude Code's settings.
import { type Command, Option } from 'commander';
import {
  type Applied,
  applyPlan,
  type Plan,
  planDiff,
  planInstall,
  SCOPES,
  type Scope,
} from '../agents/claude-code/install/index.ts';
import { configOf, examples } from './command.ts';
import type { Terminal } from './terminal.ts';
import { plural } from './text/amount.ts';
import { jsonLine } from './text/plain.ts';

/** What install and uninstall have in common on the command line. */
export interface SettingsOptions {
  readonly scope: Scope;
  readonly dryRun?: true;
  readonly json?: true;
}

export function addInstall(program: Command, terminal: Terminal): void {
  const command = program
    .command('install')
    .summary("Put the hooks into Claude Code's settings.")
    .description(
      "Put the hooks into Claude Code's settings, and nothing else: comments, order and other hooks stay as they are.\nRunning sessions take up user settings by themselves. `hookline start` does this for you.",
    );
  settingsOptions(command)
    .option(
      '--also <event>',
      'One more event, again for each: PostToolBatch, PreCompact, PostCompact, MessageDisplay, FileChanged=NAME|NAME. (default: those installed already)',
      (event: string, before: string[] = []) => [...before, event],
    )
    .action(async (options: SettingsOptions & { also?: string[] }) => {
      const { home, claudeDir } = configOf(command, terminal);
      const { scope, also } = options;
      const plan = await planInstall({ home, claudeDir, scope, ...(also === undefined ? {} : { also }) });
      for (const note of plan.notes) terminal.say(`Note: ${note}`);
      await carryOut(plan, options, terminal);
    });
  examples(command, [
    ['hookline install --dry-run', 'show what would change'],
    ['hookline install --scope project', "into this project's .claude/settings.json"],
  ]);
}

/** Adds `--scope`, `--dry-run` and `--json`. */
export function settingsOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--scope <scope>',
        'Which settings: user (all projects), project (this folder, shared) or local (this folder, only here).',
      )
        .choices([...SCOPES])
        .default('user'),
    )
    .option('--dry-run', 'Print the change as a diff on stdout and write nothing.')
    .option('--json', 'Print one JSON object on stdout.');
}

/** Carries a plan out, or shows it, and says what came of it. */
export async function carryOut(plan: Plan, options: SettingsOptions, terminal: Terminal): Promise<void> {
  const applied: Applied = options.dryRun ? { plan } : await applyPlan(plan);
  const done = applied.plan;
  if (options.json) {
    const { action, scope, events, changed, file } = done;
    const diff = options.dryRun ? { diff: planDiff(done) } : {};
    const backup = applied.backup === undefined ? {} : { backup: applied.backup };
    const dryRun = options.dryRun === true;
    return terminal.print(
      jsonLine({ action, scope, file: file.path, changed, dryRun, events, ...backup, ...diff }),
    );
  }
  if (options.dryRun && done.changed) await terminal.print(planDiff(done).trimEnd());
  terminal.say(outcome(applied, options));
}

function outcome({ plan, backup }: Applied, { dryRun }: SettingsOptions): string {
  const { action, changed, file, events } = plan;
  const none = action === 'install' && events.length === 0;
  if (!changed) {
    if (none) return `No hooks of ours are in ${file.path}, and this Claude Code can have none.`;
    return action === 'install'
      ? `The hooks are in ${file.path} already (${plural(events.length, 'event')}).`
      : `There are no hooks of ours in ${file.path}.`;
  }
  if (dryRun) return 'Nothing was written.';
  const kept = backup === undefined ? '' : ` What was there before is in ${backup}.`;
  return action === 'install' && !none
    ? `Installed hooks for ${plural(events.length, 'event')} in ${file.path}.${kept}`
    : `Took our hooks out of ${file.path}.${kept}`;
}
