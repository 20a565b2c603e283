// Keeps every test away from the real home: throw-away directories, and an error for whoever reaches past them.
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach } from 'vitest';
import { fileEnds, testEnds } from './endings.ts';

const realHome = os.userInfo().homedir;
const forbidden = [
  path.join(realHome, '.claude'),
  path.join(realHome, '.claude.json'),
  path.join(realHome, '.hookline'),
];

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-test-')));
process.env['HOME'] = path.join(root, 'home');
process.env['HOOKLINE_HOME'] = path.join(root, 'hookline');
process.env['CLAUDE_CONFIG_DIR'] = path.join(root, 'claude');
for (const name of ['HOOKLINE_PORT', 'HOOKLINE_HOST', 'ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL'])
  delete process.env[name];
fs.mkdirSync(process.env['HOME']);

function asPath(value: unknown): string | undefined {
  if (value instanceof URL && value.protocol === 'file:') return fileURLToPath(value);
  if (typeof value === 'string' || Buffer.isBuffer(value)) return path.resolve(String(value));
  return undefined;
}

function refuse(value: unknown): void {
  const where = asPath(value);
  const hit = where && forbidden.find(place => where === place || where.startsWith(place + path.sep));
  if (hit)
    throw new Error(`test guard: a test reached for the real ${hit} (${where}); use the throw-away homes`);
}

type Callable = (...args: unknown[]) => unknown;

function guardPaths(target: Record<string, unknown>, names: readonly string[]): void {
  for (const name of names) {
    const original = target[name] as Callable;
    target[name] = Object.assign(function guarded(this: unknown, ...args: unknown[]) {
      refuse(args[0]);
      refuse(args[1]);
      return original.apply(this, args);
    }, original);
  }
}

const calls = [
  'open',
  'readFile',
  'writeFile',
  'appendFile',
  'readdir',
  'mkdir',
  'rename',
  'unlink',
  'rm',
  'copyFile',
  'symlink',
  'chmod',
  'stat',
  'lstat',
];
function guardSpawn(name: 'spawn' | 'spawnSync' | 'execFile' | 'execFileSync' | 'fork'): void {
  const target = childProcess as unknown as Record<string, unknown>;
  const original = target[name] as Callable;
  target[name] = Object.assign(function guarded(this: unknown, ...args: unknown[]) {
    const options = args.find(arg => typeof arg === 'object' && arg !== null && !Array.isArray(arg)) as
      | { env?: NodeJS.ProcessEnv }
      | undefined;
    const env = options?.env ?? process.env;
    if (!env['HOME'] || path.resolve(env['HOME']) === realHome) {
      throw new Error(
        `test guard: ${name}(${String(args[0])}) would run with the real HOME; pass an env with a throw-away one`,
      );
    }
    return original.apply(this, args);
  }, original);
}

/** Set once the guard stands: this file runs for every test file, and a process may run many of them. */
const STANDS = Symbol.for('hookline.test.guard');
if (!Reflect.has(globalThis, STANDS)) {
  Reflect.set(globalThis, STANDS, true);
  guardPaths(fs as unknown as Record<string, unknown>, [
    ...calls,
    ...calls.map(name => `${name}Sync`),
    'createReadStream',
    'createWriteStream',
    'watch',
  ]);
  guardPaths(fs.promises as unknown as Record<string, unknown>, calls);
  for (const name of ['spawn', 'spawnSync', 'execFile', 'execFileSync', 'fork'] as const) guardSpawn(name);
  syncBuiltinESMExports();
}

afterEach(testEnds);
afterAll(async () => {
  await fileEnds();
  fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});
