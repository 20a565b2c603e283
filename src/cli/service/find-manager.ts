// Which manager this machine has.
import os from 'node:os';
import { Failure } from '../failure.ts';
import { invocation } from '../invocation.ts';
import { Launchd } from './launchd.ts';
import type { Manager } from './manager.ts';
import { Systemd } from './systemd.ts';
import { type Env, isOnPath } from './tool.ts';

/** @throws Failure where there is none that we know */
export function findManager(env: Env): Manager {
  const homedir = env['HOME'] || os.homedir();
  if (process.platform === 'darwin') return new Launchd({ env, homedir });
  if (process.platform === 'linux' && isOnPath('systemctl', env)) return new Systemd({ env, homedir });
  throw new Failure(
    `there is neither systemd (no systemctl on PATH) nor launchd here; have what starts your programs run: ${invocation()} start`,
  );
}
