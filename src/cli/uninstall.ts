// `hookline uninstall`: takes our hooks out of Claude Code's settings again.
import type { Command } from 'commander';
import { planUninstall } from '../agents/claude-code/install/index.ts';
import { configOf, examples } from './command.ts';
import { carryOut, type SettingsOptions, settingsOptions } from './install.ts';
import type { Terminal } from './terminal.ts';

export function addUninstall(program: Command, terminal: Terminal): void {
  const command = program
    .command('uninstall')
    .summary("Take the hooks out of Claude Code's settings.")
    .description("Take our hooks out of Claude Code's settings, and leave everything else as it is.");
  settingsOptions(command).action(async (options: SettingsOptions) => {
    const { home, claudeDir } = configOf(command, terminal);
    await carryOut(await planUninstall({ home, claudeDir, scope: options.scope }), options, terminal);
  });
  examples(command, [
    ['hookline uninstall', 'out of the user settings'],
    ['hookline uninstall --dry-run', 'show what would change'],
  ]);
}
