// Where a demo lives: a folder of its own that is gone when the process ends, and a daemon that reads nothing of the user's.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Config, loadConfig } from '../../config/index.ts';

/** Makes the folder. However the process ends, short of being killed, the folder goes with it. */
export function makeHome(): string {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-demo-'));
  process.once('exit', () => fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  return home;
}

/**
 * The configuration of the demo's daemon: defaults, on a free port unless one is given. The user's environment and
 * config.json have no say in it.
 *
 * @throws ConfigError for a port that is none.
 */
export function demoConfig(home: string, port: string = '0'): Config {
  const claudeDir = path.join(home, 'claude');
  const flags = { home, claudeDir, port, host: '127.0.0.1', hooks: false, logLevel: 'warn' };
  return loadConfig({ flags, env: {}, homedir: home });
}
