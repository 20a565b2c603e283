// What to say of a daemon that did not prove to be the one of daemon.json, and what can be done about it.
import type { Found } from './find-daemon.ts';
import { selfCommand } from './invocation.ts';

type Unproven = Extract<Found, { state: 'unproven' }>;

/** What was found. */
export function inDoubt({ info, why }: Unproven): string {
  return `whoever answers at ${info.url} ${why}`;
}

/** What the user can do. */
export function outOfDoubt({ info, file, unchecked }: Unproven): string {
  const self = selfCommand();
  if (unchecked) return `stop it with: ${self} stop; then make new tokens with: ${self} token rotate`;
  const { pid } = info;
  return `if process ${pid} is hookline (ps -p ${pid}), restart it with: kill ${pid}; ${self} start; if it is not, remove ${file}`;
}
