// The settings file on disk: read as it is, replaced in one step, its mode, owner and links kept.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { errorCode, isMissing } from '../../../private-file.ts';
import { SettingsAccessError } from './errors.ts';

export interface SettingsFile {
  /** As the scope names it. */
  path: string;
  /** Where it really is, symlinks followed. */
  target: string;
  /** Null when there is no file. A BOM is part of the text. */
  text: string | null;
}

/** Throws `SettingsAccessError` when there is something that is no readable UTF-8 file. */
export function readSettingsFile(file: string): SettingsFile {
  const target = follow(file);
  return { path: file, target, text: readText(target) };
}

/** Throws `SettingsAccessError` when the file must not be replaced: read-only, or somebody else's. */
export function checkReplaceable(file: SettingsFile): void {
  if (file.text === null) return;
  const stat = fs.statSync(file.target);
  // Asking the mode as well, because root may write anything.
  if ((stat.mode & 0o222) === 0 || !mayWrite(file.target))
    throw new SettingsAccessError(
      file.path,
      `the file is read-only, so it was not touched. If that is not on purpose: chmod u+w '${file.target}'`,
    );
}

export interface ReplaceOptions {
  /** Modes for a file and folder that do not exist yet. */
  fileMode: number;
  folderMode: number;
}

export type ReplaceResult = { done: true; createdFolder?: string } | { done: false };

/**
 * Puts `after` in place of the text that was read (null removes the file); not done when the file has changed since.
 * Between that last look and the rename lie microseconds, and no call that could close the gap.
 */
export function replaceSettingsFile(
  file: SettingsFile,
  after: string | null,
  options: ReplaceOptions,
): ReplaceResult {
  const { target } = file;
  const folder = path.dirname(target);
  try {
    if (after === null) {
      if (readText(target) !== file.text) return { done: false };
      fs.rmSync(target, { force: true });
      syncFolder(folder);
      return { done: true };
    }
    const createdFolder = fs.mkdirSync(folder, { recursive: true, mode: options.folderMode });
    const temp = path.join(
      folder,
      `.${path.basename(target)}.${process.pid}-${randomBytes(4).toString('hex')}`,
    );
    try {
      writeTemp(temp, after, target, options.fileMode);
      if (readText(target) !== file.text) return { done: false };
      fs.renameSync(temp, target);
    } finally {
      fs.rmSync(temp, { force: true });
    }
    syncFolder(folder);
    return createdFolder === undefined ? { done: true } : { done: true, createdFolder };
  } catch (error) {
    if (error instanceof SettingsAccessError) throw error;
    throw new SettingsAccessError(
      file.path,
      `cannot be written (${reason(error)}); nothing was changed`,
      error,
    );
  }
}

/** Removes folders that were made for a file, from the innermost out to `outermost`, as far as they are empty. */
export function removeEmptyFolders(innermost: string, outermost: string): void {
  for (
    let folder = innermost;
    !path.relative(outermost, folder).startsWith('..');
    folder = path.dirname(folder)
  ) {
    try {
      fs.rmdirSync(folder);
    } catch {
      return;
    }
  }
}

function writeTemp(temp: string, text: string, target: string, newMode: number): void {
  const old = fs.statSync(target, { throwIfNoEntry: false });
  const fd = fs.openSync(temp, 'wx', old ? 0o600 : newMode);
  try {
    fs.writeFileSync(fd, text);
    if (old) {
      const own = fs.fstatSync(fd);
      if (own.uid !== old.uid || own.gid !== old.gid) fs.fchownSync(fd, old.uid, old.gid);
      fs.fchmodSync(fd, old.mode & 0o7777); // after chown, which clears bits
    }
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** The real path of a file that need not exist, at the end of symlinks that may dangle. */
function follow(file: string, hops = 0): string {
  try {
    return fs.realpathSync(file);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || hops > 40)
      throw new SettingsAccessError(file, `cannot be found (${reason(error)}); nothing was changed`, error);
  }
  const folder = path.dirname(file);
  if (folder === file) return file;
  const here = path.join(follow(folder, hops + 1), path.basename(file));
  const link = fs.lstatSync(here, { throwIfNoEntry: false })?.isSymbolicLink()
    ? fs.readlinkSync(here)
    : undefined;
  return link === undefined ? here : follow(path.resolve(path.dirname(here), link), hops + 1);
}

function readText(file: string): string | null {
  let bytes: Buffer;
  try {
    // A pipe would be waited for without an end, and a device has none.
    const stat = fs.statSync(file);
    if (!stat.isFile() && !stat.isDirectory())
      throw new SettingsAccessError(file, 'is no regular file; nothing was changed');
    bytes = fs.readFileSync(file);
  } catch (error) {
    if (isMissing(error)) return null;
    if (error instanceof SettingsAccessError) throw error;
    throw new SettingsAccessError(file, `cannot be read (${reason(error)}); nothing was changed`, error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new SettingsAccessError(file, 'is not UTF-8 text; save it as UTF-8 and run this again', error);
  }
}

function mayWrite(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function syncFolder(folder: string): void {
  const fd = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(fd);
  } catch {
    // Some file systems cannot; the rename stands all the same.
  } finally {
    fs.closeSync(fd);
  }
}

function reason(error: unknown): string {
  return errorCode(error) ?? (error instanceof Error ? error.message : String(error));
}
