// The hook script: the packaged one, and the copy that entries run.
import fs from 'node:fs/promises';
import path from 'node:path';
import { readIfThere, writePrivate } from '../../../private-file.ts';
import { HOOK_NAME } from './command.ts';

/** Beside our own code, in the package as in the repository. */
const packaged = new URL('../../../../hooks/hookline-hook', import.meta.url);

/** The copy lives with the state, so that entries outlast a moved or upgraded package. */
export function hookFile(home: string): string {
  return path.join(path.resolve(home), 'hooks', HOOK_NAME);
}

export type HookFileState = 'current' | 'missing' | 'different' | 'not executable';

export async function hookFileState(home: string): Promise<HookFileState> {
  const file = hookFile(home);
  const text = await readIfThere(file);
  if (text === undefined) return 'missing';
  if (text !== (await fs.readFile(packaged, 'utf8'))) return 'different';
  const { mode } = await fs.stat(file);
  return mode & 0o100 ? 'current' : 'not executable';
}

/** Copies the script when the copy is missing or old. A hook that runs meanwhile keeps reading the old one. */
export async function installHookFile(home: string): Promise<void> {
  if ((await hookFileState(home)) === 'current') return;
  await writePrivate(hookFile(home), await fs.readFile(packaged, 'utf8'), 0o700);
}
