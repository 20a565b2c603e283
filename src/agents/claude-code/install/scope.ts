// Which settings file a scope means.
import path from 'node:path';

/** `user`: every session. `project`: this folder, shared through its repository. `local`: this folder, only here. */
export type Scope = 'user' | 'project' | 'local';

export const SCOPES: readonly Scope[] = ['user', 'project', 'local'];

export interface Places {
  /** Claude Code's own directory. Never guessed: whoever edits somebody's settings says whose. */
  claudeDir: string;
  /** The folder whose project and local settings are meant. Default: the working directory. */
  cwd?: string;
}

export function settingsPath(scope: Scope, places: Places): string {
  const { cwd = process.cwd() } = places;
  switch (scope) {
    case 'user':
      return path.resolve(places.claudeDir, 'settings.json');
    case 'project':
      return path.resolve(cwd, '.claude', 'settings.json');
    case 'local':
      return path.resolve(cwd, '.claude', 'settings.local.json');
  }
}

/** Where an administrator's settings lie, which outrank all others. */
export function managedSettingsPath(platform: NodeJS.Platform = process.platform): string {
  const folder = platform === 'darwin' ? '/Library/Application Support/ClaudeCode' : '/etc/claude-code';
  return path.join(folder, 'managed-settings.json');
}
