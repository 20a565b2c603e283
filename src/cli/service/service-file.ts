// The file of the service on the disk: whether there is one, whether it is ours, and writing it.
import fs from 'node:fs';
import path from 'node:path';
import { Failure } from '../failure.ts';
import { selfCommand } from '../invocation.ts';
import { type Mark, readMark } from './mark.ts';

export type ServiceFile =
  | { readonly state: 'none' }
  /** Somebody else's. */
  | { readonly state: 'foreign'; readonly text: string }
  /** Of a hookline; `edited` by hand since. */
  | { readonly state: 'ours'; readonly text: string; readonly mark: Mark; readonly edited: boolean };

/** @throws Failure for what is there and cannot be read */
export function readServiceFile(file: string): ServiceFile {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { state: 'none' };
    throw new Failure(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  const read = readMark(text);
  return read === undefined ? { state: 'foreign', text } : { state: 'ours', text, ...read };
}

/**
 * For whoever is about to change it.
 *
 * @param what is not done, in words: `nothing was written`
 * @throws Failure when it is not ours to change
 */
export function requireOurs(file: string, there: ServiceFile, home: string, what: string): void {
  const anyway = 'do it all the same with --force';
  if (there.state === 'foreign')
    throw new Failure(`${file} was not written by hookline, so ${what}; look at it, and ${anyway}`);
  if (there.state !== 'ours') return;
  if (there.mark.home !== home)
    throw new Failure(
      `${file} is the service of another HOOKLINE_HOME (${there.mark.home}), so ${what}; use that one, or ${anyway}`,
    );
  if (there.edited)
    throw new Failure(
      `${file} was changed by hand since hookline wrote it, so ${what}; look at it, and ${anyway}`,
    );
}

/** Gives where what was there before is kept; undefined where nothing of somebody else's was. */
export function writeServiceFile(file: string, text: string, there: ServiceFile): string | undefined {
  const isTheirs = there.state === 'foreign' || (there.state === 'ours' && there.edited);
  const kept = isTheirs ? `${file}.before` : undefined;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  if (kept !== undefined) fs.copyFileSync(file, kept);
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    fs.writeFileSync(temporary, text, { mode: 0o600 });
    fs.renameSync(temporary, file);
  } catch (cause) {
    fs.rmSync(temporary, { force: true });
    throw new Failure(`${file} cannot be written: ${(cause as Error).message}`, { cause });
  }
  return kept;
}

/** What the file names and is gone by now, in words with what to do: nothing can be started then. */
export function gone({ node, script }: Mark): string[] {
  return [
    ...(fs.existsSync(node) ? [] : [`its node, ${node}, is gone`]),
    ...(fs.existsSync(script) ? [] : [`its hookline, ${script}, is gone`]),
  ].map(words => `${words}; write it anew with: ${selfCommand()} service install`);
}
