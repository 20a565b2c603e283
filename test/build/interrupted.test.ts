// Building: what was interrupted, went wrong or was done twice at once leaves a dist/ that is whole.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runAny } from '../support/run.ts';
import { until } from '../support/until.ts';
import { type Checkout, COMPILER, makeCheckout } from './checkout.ts';

let checkout: Checkout;
beforeEach(() => {
  checkout = makeCheckout();
});
afterEach(() => checkout.remove());

/** What npm says of itself when it runs the tests is not for them. */
const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };

const build = async (): Promise<number> =>
  (await runAny(process.execPath, [path.join(checkout.folder, 'build.js')], { env, timeout: 60_000 })).code;
const leftovers = (): string[] => fs.readdirSync(path.join(checkout.folder, '.tmp'));

it('is done once for the same sources, and again when any of them changes, comes or goes', async () => {
  for (const [name, text] of [
    ['src/b.ts', 'added'],
    ['src/b.ts', 'changed'],
    ['tsconfig.json', '{}'],
    ['public/a.js', 'changed'],
    ['public/tsconfig.json', '{}'],
  ] as const) {
    checkout.write(name, text);
    const before = checkout.compiled();
    expect([await build(), await build()]).toEqual([0, 0]);
    expect(checkout.compiled()).toBe(before + 1);
  }
  expect(checkout.dist()?.['b.js']).toBe('changed');
  fs.rmSync(path.join(checkout.folder, 'src/b.ts'));
  await build();
  expect(Object.keys(checkout.dist() ?? {}).sort()).toEqual([
    'a.js',
    path.join('browser', 'public', 'a.js'),
    path.join('cli', 'main.js'),
  ]);
  expect(fs.statSync(path.join(checkout.folder, 'dist/cli/main.js')).mode & 0o111).toBe(0o111);
  expect(leftovers()).toEqual([]);
});

it.each(['SIGINT', 'SIGKILL'] as const)(
  'that %s ends half way leaves what there was; the next one is whole',
  async signal => {
    await build();
    const before = checkout.dist();
    checkout.write('src/cli/main.ts', 'second');
    checkout.write('slow', '');
    const child = spawn(process.execPath, ['build.js'], {
      cwd: checkout.folder,
      env,
      stdio: 'ignore',
      detached: true,
    });
    await until('it is half done', () => fs.existsSync(path.join(checkout.folder, 'half')));
    // As Ctrl-C does: the compiler too.
    process.kill(-(child.pid ?? 0), signal);
    await once(child, 'exit');
    fs.rmSync(path.join(checkout.folder, 'slow'));
    expect(checkout.dist()).toEqual(before);
    expect(await build()).toBe(0);
    expect(checkout.dist()).toEqual({ ...before, [path.join('cli', 'main.js')]: 'second' });
    expect(leftovers()).toEqual([]);
  },
);

it("whose compiler goes on after a Ctrl-C is in nobody's way", async () => {
  checkout.write('slow', '');
  checkout.write('stubborn', '');
  const child = spawn(process.execPath, ['build.js'], {
    cwd: checkout.folder,
    env,
    stdio: 'ignore',
    detached: true,
  });
  await until('it is half done', () => fs.existsSync(path.join(checkout.folder, 'half')));
  child.kill('SIGKILL');
  await once(child, 'exit');
  try {
    // The next compiler is a quick one.
    checkout.write('node_modules/typescript/bin/tsc', COMPILER.replaceAll("'slow'", "'slower'"));
    expect(await build()).toBe(0);
    expect(Object.keys(checkout.dist() ?? {})).toHaveLength(3);
  } finally {
    process.kill(-(child.pid ?? 0), 'SIGKILL');
  }
});

it('that goes wrong says so, and leaves what there was', async () => {
  await build();
  const before = checkout.dist();
  checkout.write('src/cli/main.ts', 'second');
  checkout.write('wrong', '');
  expect(await build()).toBe(1);
  expect(checkout.dist()).toEqual(before);
  expect(leftovers()).toEqual([]);
});

it('twice at once is whole, whoever comes last', async () => {
  await build();
  for (let round = 0; round < 3; round++) {
    checkout.write('src/cli/main.ts', `round ${round}`);
    expect(await Promise.all([build(), build(), build()])).toEqual([0, 0, 0]);
    expect(checkout.dist()?.[path.join('cli', 'main.js')]).toBe(`round ${round}`);
    expect(leftovers()).toEqual([]);
  }
});
