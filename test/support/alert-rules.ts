// Rules of alerts as they are written, read as a config.json with them is.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Config, loadConfig } from '../../src/config/index.ts';

/** @throws ConfigError */
export function readyAlerts(alerts: readonly object[], alertTargets: object = {}): Config['alerts'] {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-alert-rules-'));
  try {
    fs.writeFileSync(path.join(home, 'config.json'), JSON.stringify({ alerts, alertTargets }));
    return loadConfig({ env: { HOOKLINE_HOME: home }, homedir: home }).alerts;
  } finally {
    fs.rmSync(home, { recursive: true });
  }
}
