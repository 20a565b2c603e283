// Finds the real Claude Code for tests: the one named by HOOKLINE_TEST_CLAUDE, else a pinned version kept in .tmp/.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from '../run.ts';

/** The one place that says which Claude Code the end-to-end tests run. */
export const claudeVersion = '2.1.332';

/** Where the client is, or why there is none: then the tests are skipped and say so. */
export type ClaudeClient = { found: true; bin: string; version: string } | { found: false; why: string };

const cache = path.join(import.meta.dirname, '../../../.tmp');
const installMs = 5 * 60_000;

/** The platform package holds the binary itself; no install script has to run to get at it. */
function binaryIn(folder: string): string | undefined {
  const scope = path.join(folder, 'node_modules/@anthropic-ai');
  if (!fs.existsSync(scope)) return undefined;
  return fs
    .readdirSync(scope)
    .map(name => path.join(scope, name, process.platform === 'win32' ? 'claude.exe' : 'claude'))
    .find(file => fs.existsSync(file));
}

/** Lets one test file install at a time: whoever comes second finds what the first one installed. */
async function withLock(folder: string, work: () => Promise<void>): Promise<void> {
  const lock = `${folder}.lock`;
  fs.mkdirSync(cache, { recursive: true });
  const isMine = (): boolean => {
    try {
      fs.mkdirSync(lock);
      return true;
    } catch {
      // Left behind by a run that was killed.
      const age = Date.now() - (fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > installMs) fs.rmSync(lock, { recursive: true, force: true });
      return false;
    }
  };
  while (!isMine()) await delay(250);
  try {
    await work();
  } finally {
    fs.rmSync(lock, { recursive: true, force: true });
  }
}

/** Installs into a folder of its own and renames it into place, so that two runs at once cannot spoil each other's. */
async function installInto(folder: string, version: string): Promise<void> {
  if (binaryIn(folder)) return;
  const fresh = fs.mkdtempSync(path.join(cache, 'installing-'));
  try {
    fs.writeFileSync(path.join(fresh, 'package.json'), '{"private":true}');
    console.log(`installing Claude Code ${version} for the end-to-end tests (some 400 MB, once)`);
    const args = ['install', `@anthropic-ai/claude-code@${version}`];
    // --force: npm would refuse the package on a Node older than it asks for, but the binary needs no Node.
    await run('npm', [...args, '--force', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: fresh,
      timeout: installMs,
    });
    try {
      fs.renameSync(fresh, folder);
    } catch (error) {
      if (!binaryIn(folder)) throw error;
    }
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
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
  const folder = path.join(cache, `claude-code-${wanted}`);
  try {
    if (!chosen && !binaryIn(folder)) await withLock(folder, () => installInto(folder, wanted));
    const bin = chosen || binaryIn(folder);
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
