// A demo that a test runs: what it prints first, and what is in a folder.
import fs from 'node:fs';
import path from 'node:path';
import type { Running } from './cli.ts';

/** What `hookline demo --json` prints. */
export interface Announced {
  readonly url: string;
  readonly home: string;
  readonly login: string;
}

/** Waits for what a demo started with --json prints. */
export async function announced(demo: Running): Promise<Announced> {
  const [line = ''] = await demo.haveLines(1);
  return JSON.parse(line) as Announced;
}

/** The files below a folder and what is in them. */
export function contents(folder: string): Record<string, string> {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter(name => fs.lstatSync(path.join(folder, name)).isFile());
  return Object.fromEntries(files.map(name => [name, fs.readFileSync(path.join(folder, name), 'utf8')]));
}
