// Whatever lies in the state directory is for its owner only, while the daemon runs and after.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { applyPlan, planInstall, planUninstall } from '../../src/agents/claude-code/install/index.ts';
import { LastRun } from '../../src/agents/claude-code/watch/last-run.ts';
import { startTestDaemon } from '../support/daemon.ts';

/** Everything in a folder, and the folder itself, with its mode. */
function modesIn(folder: string): Record<string, string> {
  const names = ['.', ...(fs.readdirSync(folder, { recursive: true }) as string[])];
  return Object.fromEntries(
    names.map(name => [name, (fs.statSync(path.join(folder, name)).mode & 0o777).toString(8)]),
  );
}

test('files are 0600, folders and the hook itself 0700', async () => {
  const umask = process.umask(0); // Nothing else may be what makes them private.
  try {
    const daemon = await startTestDaemon({ config: { store: true } });
    const { home } = daemon;
    const claudeDir = path.join(path.dirname(home), 'claude');
    fs.mkdirSync(claudeDir);
    fs.writeFileSync(path.join(claudeDir, 'settings.json'), '{}');
    await applyPlan(await planInstall({ home, claudeDir, version: null }));
    await daemon.hook('SessionStart', { source: 'startup' });
    new LastRun(home).touch(); // As it does every few seconds.
    const check = (expected: readonly string[]): void => {
      const modes = modesIn(home);
      expect(Object.keys(modes)).toEqual(expect.arrayContaining([...expected]));
      for (const [name, mode] of Object.entries(modes)) {
        const isOpen = name === 'hooks/hookline-hook' || fs.statSync(path.join(home, name)).isDirectory();
        expect([name, mode]).toEqual([name, isOpen ? '700' : '600']);
      }
    };
    check([
      ...['token', 'hook-token', 'daemon.json', 'events.db', 'events.db-wal', 'events.db-instance'],
      ...['hooks/endpoint', 'hooks/hookline-hook', 'backups', 'installed'],
    ]);
    await daemon.daemon.stop();
    check(['token', 'hook-token', 'events.db', 'events.db-instance', 'last-run']);
    await applyPlan(await planUninstall({ home, claudeDir }));
    await daemon.stop();
  } finally {
    process.umask(umask);
  }
});
