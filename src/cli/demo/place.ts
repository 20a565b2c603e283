// Where a demo lives: a folder of its own that is gone when the process ends, and a daemon that reads nothing of the user's.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Config, loadConfig } from '../../config/index.ts';

/**
 * Makes the folder. However the process ends, short of being killed, the folder goes with it.
 * Its config.json keeps whatever command is run with this HOOKLINE_HOME away from the user's Claude Code, `install` too.
 */
export function makeHome(): string {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-demo-'));
  process.once('exit', () => fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  const claudeDir = path.join(home, 'claude');
  fs.mkdirSync(claudeDir);
  // Nobody waits in a recording.
  const config = { claudeDir, hooks: false, logLevel: 'warn', approvals: { waitMs: 0 } };
  fs.writeFileSync(path.join(home, 'config.json'), `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  return home;
}

/**
 * The configuration of the demo's daemon, on a free port unless one is given. The user's environment and config.json
 * have no say in it.
 *
 * @throws ConfigError for a port that is none.
 */
export function demoConfig(home: string, port: string = '0'): Config {
  return loadConfig({ flags: { home, port }, env: {}, homedir: home });
}
