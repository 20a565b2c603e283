// hookline as npm packs it, installed globally into folders of the tests.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { type CliPlace, follow, makePlace, type Running } from './cli.ts';
import { type Output, run, runAny } from './run.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const INSTALL_MS = 5 * 60_000;

/** The program npm that is on the PATH, to be run by any Node. */
const npm = (): string => {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const found = folders.map(folder => path.join(folder, 'npm')).find(file => fs.existsSync(file));
  if (found === undefined) throw new Error('there is no npm on PATH');
  return fs.realpathSync(found);
};

/** npm reads its settings and its cache where they are; all else is of a home of its own. */
const envOfNpm = (home: string): Record<string, string> => ({
  ...(process.env as Record<string, string>),
  HOME: home,
});

/** Packs what is built by now. @param version another one than it has @returns the file */
export async function pack(folder: string, version?: string): Promise<string> {
  const options = { cwd: ROOT, env: envOfNpm(folder), timeout: INSTALL_MS };
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await run(process.execPath, [npm(), ...args], options);
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  return version === undefined
    ? path.join(folder, filename)
    : withVersion(path.join(folder, filename), version);
}

async function withVersion(tarball: string, version: string): Promise<string> {
  const folder = fs.mkdtempSync(path.join(path.dirname(tarball), 'unpacked-'));
  const options = { env: envOfNpm(folder), timeout: INSTALL_MS };
  await run('tar', ['-xzf', tarball, '-C', folder], options);
  const manifest = path.join(folder, 'package/package.json');
  fs.writeFileSync(
    manifest,
    fs.readFileSync(manifest, 'utf8').replace(/^ {2}"version": "[^"]*"/m, `  "version": "${version}"`),
  );
  const file = path.join(path.dirname(tarball), `hookline-${version}.tgz`);
  await run('tar', ['-czf', file, '-C', folder, 'package'], options);
  return file;
}

/** A user's machine on which `npm install -g` puts things into a folder of his own. */
export interface Machine {
  readonly place: CliPlace;
  /** What its commands are run with; there may come more to it. */
  readonly env: Record<string, string>;
  /** Where npm puts the command. */
  readonly bin: string;
  install(tarball: string): Promise<void>;
  uninstall(): Promise<void>;
  /** Runs the command that npm has put there; any exit code resolves. */
  hookline(...args: readonly string[]): Promise<Output>;
  /** Starts it, for as long as the tests run. */
  start(...args: readonly string[]): Running;
}

/** @param node what its `node` is */
export function machineWith(node: string): Machine {
  const place = makePlace();
  const prefix = path.join(place.home, 'npm global');
  const bin = path.join(prefix, 'bin', 'hookline');
  const own = path.join(place.home, 'bin', 'node');
  fs.rmSync(own);
  fs.symlinkSync(node, own);
  const env = { ...place.env, HOOKLINE_HOME: place.hooklineHome };
  const withNpm = (...args: readonly string[]): Promise<Output> =>
    run(
      node,
      [npm(), ...args, '--global', '--prefix', prefix, '--no-audit', '--no-fund', '--prefer-offline'],
      {
        env: { ...envOfNpm(place.home), PATH: place.env['PATH'] ?? '' },
        cwd: place.home,
        timeout: INSTALL_MS,
      },
    );
  return {
    ...{ place, env, bin },
    install: async tarball => {
      await withNpm('install', tarball);
    },
    uninstall: async () => {
      await withNpm('uninstall', 'hookline');
    },
    hookline: (...args) => runAny(bin, args, { env, timeout: 120_000 }),
    start: (...args) => follow(spawn(bin, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })),
  };
}
