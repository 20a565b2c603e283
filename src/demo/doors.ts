// The two ways a hook's payload reaches a daemon: posted while it runs, left in the spool while it does not.
import fs from 'node:fs';
import path from 'node:path';
import type { HookDoor } from './player.ts';

/** Posts to a running daemon, as hooks do; the token is asked for each time, since it may be replaced. */
export function postTo(url: string, hookToken: () => string): HookDoor {
  return async payload => {
    const response = await fetch(new URL('/hook', url), {
      method: 'POST',
      headers: { authorization: `Bearer ${hookToken()}`, 'content-type': 'application/json' },
      body: JSON.stringify(payload),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`demo: POST ${url}/hook was answered ${response.status}`);
  };
}

/** Leaves payloads in a spool folder; the time of a file is when its hook was called. */
export function spoolIn(folder: string): HookDoor {
  let count = 0;
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  return (payload, at) => {
    const file = path.join(folder, `${String(++count).padStart(6, '0')}.json`);
    fs.writeFileSync(file, JSON.stringify(payload), { mode: 0o600 });
    fs.utimesSync(file, at / 1000, at / 1000);
  };
}
