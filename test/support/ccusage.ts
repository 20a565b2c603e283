// Finds ccusage, which counts tokens of the same transcripts by itself: hookline has to come to the same.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { installed } from './npm-package.ts';
import { run } from './run.ts';

/** The last one that is JavaScript; later ones are binaries. */
const VERSION = '18.0.11';

/** What it counts on a day, or in a session. */
export interface Counted {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheCreation: number;
}

export type Ccusage =
  | {
      readonly found: true;
      /** What it counts in the transcripts of a configuration folder, by day or by the folder a transcript is in. */
      readonly count: (by: 'daily' | 'session', configDir: string) => Promise<Map<string, Counted>>;
    }
  | { readonly found: false };

/** Gets it, installing it first when needed; says on the console when it cannot be had. */
export async function findCcusage(): Promise<Ccusage> {
  try {
    const bin = await installed({
      spec: `ccusage@${VERSION}`,
      folder: `ccusage-${VERSION}`,
      find: folder => {
        const file = path.join(folder, 'node_modules/ccusage/dist/index.js');
        return fs.existsSync(file) ? file : undefined;
      },
      say: `installing ccusage ${VERSION} for the end-to-end tests (1 MB, once)`,
    });
    if (!bin) throw new Error('npm installed no dist/index.js of it');
    return { found: true, count: (by, configDir) => count(bin, by, configDir) };
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    console.warn(`skipped: no ccusage ${VERSION} to compare with (${why}); make npm's registry reachable`);
    return { found: false };
  }
}

const Row = z.object({
  date: z.string().optional(),
  sessionId: z.string().optional(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  cacheReadTokens: z.int(),
  cacheCreationTokens: z.int(),
});
const Report = z.object({ daily: z.array(Row).optional(), sessions: z.array(Row).optional() });

async function count(bin: string, by: string, configDir: string): Promise<Map<string, Counted>> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-ccusage-'));
  try {
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    const env = { PATH: process.env['PATH'] ?? '', HOME: home, CLAUDE_CONFIG_DIR: configDir, LOG_LEVEL: '0' };
    const args = [bin, by, '--json', '--offline', '--timezone', zone];
    const { stdout } = await run(process.execPath, args, { env, timeout: 60_000 });
    const { daily = [], sessions = [] } = Report.parse(JSON.parse(stdout));
    return new Map(
      [...daily, ...sessions].map(row => [
        row.date ?? row.sessionId ?? '',
        {
          input: row.inputTokens,
          output: row.outputTokens,
          cacheRead: row.cacheReadTokens,
          cacheCreation: row.cacheCreationTokens,
        },
      ]),
    );
  } finally {
    fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * Copies transcripts to where ccusage takes each session for one: its report of sessions goes by folders, and takes subagents for sessions.
 *
 * @param files session → its transcripts
 */
export function laidOut(root: string, files: Readonly<Record<string, readonly string[]>>): string {
  for (const [sessionId, own] of Object.entries(files)) {
    const folder = path.join(root, 'projects', sessionId);
    fs.mkdirSync(folder, { recursive: true });
    for (const file of own) fs.copyFileSync(file, path.join(folder, path.basename(file)));
  }
  return root;
}
