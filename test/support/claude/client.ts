// Finds the real Claude Code for tests: the one named by HOOKLINE_TEST_CLAUDE, else a pinned version kept in .tmp/.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installed } from '../npm-package.ts';
import { run } from '../run.ts';

/** The one place that says which Claude Code the end-to-end tests run. */
export const claudeVersion = '2.1.332';

/** Where the client is, or why there is none: then the tests are skipped and say so. */
export type ClaudeClient = { found: true; bin: string; version: string } | { found: false; why: string };

/** The platform package holds the binary itself; no install script has to run to get at it. */
function binaryIn(folder: string): string | undefined {
  const scope = path.join(folder, 'node_modules/@anthropic-ai');
  if (!fs.existsSync(scope)) return undefined;
  return fs
    .readdirSync(scope)
    .map(name => path.join(scope, name, process.platform === 'win32' ? 'claude.exe' : 'claude'))
    .find(file => fs.existsSync(file));
}

async function versionOf(bin: string): Promise<string> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-claude-'));
  try {
    const env = {
      HOME: home,
      CLAUDE_CONFIG_DIR: path.join(home, '.claude'),
      PATH: process.env['PATH'] ?? '',
    };
    const { stdout } = await run(bin, ['--version'], { env, timeout: 30_000 });
    return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? stdout.trim();
  } finally {
    fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** By version: asking a client for its own takes a second. */
const known = new Map<string, Promise<ClaudeClient>>();

/**
 * Gets the client, installing it first when needed; says on the console when it cannot be had.
 * HOOKLINE_TEST_CLAUDE stands in for the pinned version only.
 */
export function findClaude(wanted = claudeVersion): Promise<ClaudeClient> {
  const found = known.get(wanted) ?? find(wanted);
  known.set(wanted, found);
  return found;
}

async function find(wanted: string): Promise<ClaudeClient> {
  const chosen = wanted === claudeVersion ? process.env['HOOKLINE_TEST_CLAUDE'] : undefined;
  try {
    const bin =
      chosen ||
      (await installed({
        spec: `@anthropic-ai/claude-code@${wanted}`,
        folder: `claude-code-${wanted}`,
        // The binary needs no Node, whatever its package says.
        find: binaryIn,
        say: `installing Claude Code ${wanted} for the end-to-end tests (some 400 MB, once)`,
      }));
    if (!bin) throw new Error(`npm installed no binary for ${process.platform}-${process.arch}`);
    return { found: true, bin, version: await versionOf(bin) };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    console.warn(
      `skipped: no Claude Code ${wanted} to run (${why}); set HOOKLINE_TEST_CLAUDE to the path of one, or make npm's registry reachable`,
    );
    return { found: false, why };
  }
}
