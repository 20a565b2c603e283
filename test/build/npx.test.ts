// `npx hookline` and `npm pack` in a checkout, with npm's own programs and a cache of nobody's.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Output, runAny } from '../support/run.ts';
import { type Checkout, makeCheckout } from './checkout.ts';

let checkout: Checkout;
let env: Record<string, string>;
beforeEach(() => {
  checkout = makeCheckout();
  env = {
    PATH: process.env['PATH'] ?? '',
    HOME: path.join(checkout.folder, 'home'),
    npm_config_cache: path.join(checkout.folder, 'cache'),
    npm_config_registry: 'http://127.0.0.1:9',
    npm_config_audit: 'false',
    npm_config_update_notifier: 'false',
  };
  fs.mkdirSync(path.join(checkout.folder, 'home'));
});
afterEach(() => checkout.remove());

const run = (program: string, ...args: string[]): Promise<Output> =>
  runAny(program, args, { cwd: checkout.folder, env, timeout: 60_000 });
const built = async (): Promise<void> => {
  expect(await run('npm', 'run', '--silent', 'build')).toMatchObject({ code: 0 });
};

it('npx runs what was built, without building; and also after the next build', async () => {
  await built();
  expect(await run('npx', 'hookline')).toMatchObject({ code: 0, stdout: 'first\n' });
  checkout.write('src/cli/main.ts', "#!/usr/bin/env node\nconsole.log('second');\n");
  expect((await run('npx', 'hookline')).stdout).toBe('first\n');
  expect(checkout.compiled()).toBe(1);
  await built();
  expect(await run('npx', 'hookline')).toMatchObject({ code: 0, stdout: 'second\n' });
});

it('npx builds where nothing is built yet', async () => {
  expect(await run('npx', 'hookline')).toMatchObject({ code: 0, stdout: 'first\n' });
  expect(checkout.compiled()).toBe(1);
});

it('a Ctrl-C while npm looks whether there is something to build does not leave it half done', async () => {
  await built();
  checkout.write(
    'build.js',
    `setTimeout(() => process.kill(process.pid, 'SIGINT'));\n${fs.readFileSync(path.join(checkout.folder, 'build.js'), 'utf8')}\nawait new Promise(resolve => setTimeout(resolve, 50));`,
  );
  const child = spawn('npx', ['hookline'], { cwd: checkout.folder, env, stdio: 'ignore' });
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(await run('npx', 'hookline')).toMatchObject({ code: 0, stdout: 'first\n' });
});

it('npm pack builds first, and packs what is built and what it reads, but nothing that is only for building', async () => {
  checkout.write('demo/sessions/shop.jsonl', '');
  const packed = await run('npm', 'pack', '--json', '--dry-run');
  const [{ files }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('['))) as [
    { files: { path: string; mode: number }[] },
  ];
  const names = files.map(file => file.path);
  expect(names.filter(name => name.startsWith('dist')).sort()).toEqual([
    'dist/a.js',
    'dist/browser/public/a.js',
    'dist/cli/main.js',
  ]);
  expect(names).toContain('demo/sessions/shop.jsonl');
  expect(names.filter(name => /^(build\.js|src|public|\.tmp|node_modules)/.test(name))).toEqual([]);
  expect(files.find(file => file.path === 'dist/cli/main.js')?.mode).toBe(0o755);
});
