// Throw-away homes for the daemons of a benchmark.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Daemon, type Place, startDaemon } from '../../test/support/hookline.ts';

export interface BenchPlace extends Place {
  /** Everything of it is in here. */
  readonly folder: string;
  /** Where the daemon has its log. */
  readonly log: string;
  remove(): void;
}

export function makePlace(env: Readonly<Record<string, string>> = {}): BenchPlace {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-bench-'));
  const hooklineHome = path.join(folder, 'hookline');
  return {
    folder,
    hooklineHome,
    log: path.join(hooklineHome, 'events.db'),
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      CLAUDE_CONFIG_DIR: path.join(folder, 'claude'),
      ...env,
    },
    remove: () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** A daemon in a home of its own; when it is stopped, all of that is gone. */
export async function startAlone(
  prepare: (place: BenchPlace) => void = () => {},
): Promise<Daemon & { place: BenchPlace }> {
  const place = makePlace();
  prepare(place);
  const daemon = await startDaemon(place);
  const stop: Daemon['stop'] = async signal => {
    const code = await daemon.stop(signal);
    place.remove();
    return code;
  };
  return { ...daemon, place, stop };
}
