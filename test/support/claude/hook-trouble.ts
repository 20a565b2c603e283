// Everything a user of the real client could notice of a hook that went wrong, read off a finished session.
import type { HeadlessRun, StreamLine } from './headless.ts';

/** The word by itself: a path with `hookline` in it says nothing. */
const speaksOfHooks = /\bhooks?\b/i;

function troubleOf(line: StreamLine): boolean {
  if (line.type !== 'system' || line.subtype === 'init' || line.subtype === 'hook_started') return false;
  // An async hook cut short by the session's end is `cancelled` and silent; whatever printed or failed is not.
  if (line.subtype === 'hook_response') return line['outcome'] === 'error' || line['output'] !== '';
  return speaksOfHooks.test(JSON.stringify(line));
}

/** Lines of stream-json and stderr that tell of a failing or talking hook; empty is what a user wants. */
export function hookTrouble(run: HeadlessRun): string[] {
  return [
    ...run.lines.filter(troubleOf).map(line => JSON.stringify(line)),
    ...run.stderr.split('\n').filter(line => speaksOfHooks.test(line)),
  ];
}

/**
 * The lines of a terminal's text that speak of a hook, each once: the client names them only when something is wrong
 * (observed with 2.1.329: `Stop hook failed`, `stop hook problem`, `hook [...] timed out`). The spinner's
 * `running Stop hook` is no complaint.
 */
export function hookComplaints(text: string): string[] {
  const lines = text
    .split('\n')
    .filter(line => speaksOfHooks.test(line) && !/\(running \w+ hooks?/.test(line));
  return [...new Set(lines.map(line => line.trim()))];
}
