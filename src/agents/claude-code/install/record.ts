// What we remember about a settings file: how it was before us, and a copy of what we last replaced.
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { readIfThere, writePrivate } from '../../../private-file.ts';

export interface SettingsRecord {
  /** The real path of the settings file. */
  file: string;
  /** SHA-256 of the text we wrote: while it matches, nobody has touched the file since. */
  wrote: string;
  /** The text without anything of ours, null when there was no file. */
  original: string | null;
  /** The outermost folder that was made for the file. */
  createdFolder?: string;
}

export async function readRecord(home: string, target: string): Promise<SettingsRecord | undefined> {
  try {
    const text = await readIfThere(recordFile(home, target));
    const record = text === undefined ? undefined : (JSON.parse(text) as SettingsRecord);
    return record?.file === target ? record : undefined;
  } catch {
    return undefined; // As good as lost: an uninstall then works from the settings alone.
  }
}

export async function writeRecord(home: string, record: SettingsRecord): Promise<void> {
  await writePrivate(recordFile(home, record.file), `${JSON.stringify(record)}\n`);
}

export async function removeRecord(home: string, target: string): Promise<void> {
  await fs.rm(recordFile(home, target), { force: true });
}

/** Keeps the text that is about to be replaced: one backup a file. Returns its path. */
export async function saveBackup(home: string, target: string, text: string): Promise<string> {
  const file = path.join(path.resolve(home), 'backups', nameOf(target));
  await writePrivate(file, text);
  return file;
}

export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function recordFile(home: string, target: string): string {
  return path.join(path.resolve(home), 'installed', nameOf(target));
}

/** `settings-1a2b3c4d.json`: files of one name in many folders stay apart. */
function nameOf(target: string): string {
  const { name, ext } = path.parse(target);
  return `${name}-${fingerprint(target).slice(0, 8)}${ext}`;
}
