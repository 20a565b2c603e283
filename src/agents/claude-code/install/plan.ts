// Installing and uninstalling: first a plan that touches nothing, then the plan carried out.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTwoFilesPatch } from 'diff';
import { addition, isComplete, isCurrent, isMine, optInsAmong } from './entries.ts';
import { SettingsBusyError, SettingsSyntaxError } from './errors.ts';
import { type Registration, registrations } from './hook-events.ts';
import { installHookFile } from './hook-file.ts';
import { notes } from './notes.ts';
import {
  fingerprint,
  readRecord,
  removeRecord,
  type SettingsRecord,
  saveBackup,
  writeRecord,
} from './record.ts';
import { type Places, type Scope, settingsPath } from './scope.ts';
import {
  checkReplaceable,
  readSettingsFile,
  removeEmptyFolders,
  replaceSettingsFile,
  type SettingsFile,
} from './settings-file.ts';
import {
  ourEntries,
  readSettings,
  type Settings,
  withHooks,
  withoutHooks,
  withoutObject,
} from './settings-text.ts';
import { findClaudeVersion, type Version } from './version.ts';

export interface InstallOptions extends Places {
  /** `HOOKLINE_HOME`. */
  home: string;
  /** Default `user`. */
  scope?: Scope;
  /**
   * Events to add to the default ones: `PreCompact`, `PostCompact`, `MessageDisplay`, `FileChanged=package.json|.env`.
   * Left out: those that are installed already stay. Empty: none.
   */
  also?: readonly string[];
  /** Version of Claude Code; null for unknown. Default: what the `claude` on PATH says. */
  version?: Version | null;
}

export interface Plan {
  action: 'install' | 'uninstall';
  scope: Scope;
  home: string;
  file: SettingsFile;
  /** The text as it is; null for no file. */
  before: string | null;
  /** The text as it should be; null for no file. */
  after: string | null;
  changed: boolean;
  /** Events that have our hook once this plan is carried out. */
  events: readonly string[];
  /** What a person should know, a sentence each. */
  notes: readonly string[];
  /** The same plan made anew, for a file that has changed meanwhile. */
  again: () => Promise<Plan>;
}

/** Plans our hooks into a settings file. Reads only. Throws an `InstallError` for a file we must not touch. */
export async function planInstall(options: InstallOptions): Promise<Plan> {
  const found = options.version === undefined ? await findClaudeVersion() : (options.version ?? undefined);
  const { home, scope = 'user' } = options;
  const { file, settings } = await readStable(settingsPath(scope, options));
  checkReplaceable(file);

  const mine = ourEntries(settings).filter(isMine(home));
  const { wanted, tooNew } = registrations(found, options.also ?? optInsAmong(mine));
  const upToDate =
    mine.every(entry => wanted.some(one => isCurrent(home, entry, one))) &&
    wanted.every(one => isComplete(home, mine, one));
  const after = upToDate ? file.text : await installed(home, settings, file, wanted);
  return {
    action: 'install',
    scope,
    home,
    file,
    before: file.text,
    after,
    changed: after !== file.text,
    events: wanted.map(one => one.event),
    notes: notes(home, scope, settings, found, tooNew),
    again: () => planInstall({ ...options, version: found ?? null }),
  };
}

/** Plans our hooks out of a settings file. Reads only. Throws an `InstallError` for a file we must not touch. */
export async function planUninstall(options: InstallOptions): Promise<Plan> {
  const { home, scope = 'user' } = options;
  const { file, settings } = await readStable(settingsPath(scope, options));
  const record = await readRecord(home, file.target);
  const after = file.text === null ? null : pristine(home, settings, file.text, record);
  const changed = after !== file.text;
  if (changed) checkReplaceable(file);
  return {
    action: 'uninstall',
    scope,
    home,
    file,
    before: file.text,
    after,
    changed,
    events: [],
    notes: [],
    again: () => planUninstall(options),
  };
}

/** What the plan changes, as a unified diff; empty when it changes nothing. */
export function planDiff(plan: Plan): string {
  if (!plan.changed) return '';
  const from = plan.before === null ? '/dev/null' : plan.file.path;
  const to = plan.after === null ? '/dev/null' : plan.file.path;
  return createTwoFilesPatch(from, to, plan.before ?? '', plan.after ?? '', undefined, undefined, {
    headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
  });
}

/** About a second of trying, against a writer that never rests. */
const ATTEMPTS = 20;

export interface Applied {
  plan: Plan;
  /** Where the replaced text was kept; undefined when nothing was replaced. */
  backup?: string;
}

/**
 * Carries a plan out. When the settings have changed since it was made, it is made anew and tried again for a while.
 * Throws `SettingsBusyError` after that, and whatever `planInstall` throws; the settings are then as they were.
 */
export async function applyPlan(first: Plan): Promise<Applied> {
  if (first.action === 'install') await installHookFile(first.home);
  let plan = first;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) plan = await plan.again();
    if (!plan.changed) {
      if (plan.action === 'uninstall') await removeRecord(plan.home, plan.file.target);
      return { plan };
    }
    const done = await carryOut(plan);
    if (done) return done;
    // At random, so as not to march in step with a writer that keeps time.
    await sleep(Math.random() * 50);
  }
  throw new SettingsBusyError(plan.file.path);
}

async function carryOut(plan: Plan): Promise<Applied | undefined> {
  const { home, file, before, after } = plan;
  const record = await readRecord(home, file.target);
  const backup = before === null ? undefined : await saveBackup(home, file.target, before);
  // A user's own settings may hold keys; a project's are for everyone who checks it out.
  const modes =
    plan.scope === 'user' ? { fileMode: 0o600, folderMode: 0o700 } : { fileMode: 0o644, folderMode: 0o755 };
  const result = replaceSettingsFile(file, after, modes);
  if (!result.done) return undefined;

  if (plan.action === 'install' && after !== null) {
    const settings = readSettings(before ?? '', file.path);
    const createdFolder = result.createdFolder ?? record?.createdFolder;
    await writeRecord(home, {
      file: file.target,
      wrote: fingerprint(after),
      original: before === null ? null : pristine(home, settings, before, record),
      ...(createdFolder === undefined ? {} : { createdFolder }),
    });
  } else {
    if (after === null && record?.createdFolder)
      removeEmptyFolders(path.dirname(file.target), record.createdFolder);
    await removeRecord(home, file.target);
  }
  return backup === undefined ? { plan } : { plan, backup };
}

/** Ours taken out and put in anew: an older hookline's entries need no case of their own. */
async function installed(
  home: string,
  settings: Settings,
  file: SettingsFile,
  wanted: readonly Registration[],
): Promise<string> {
  const record = await readRecord(home, file.target);
  const bare = file.text === null ? '' : (pristine(home, settings, file.text, record) ?? '');
  return withHooks(
    readSettings(bare, file.path),
    wanted.map(one => addition(home, one)),
  );
}

/** The settings without anything of ours: to the byte while nobody else has written, else by taking entries out. */
function pristine(
  home: string,
  settings: Settings,
  text: string,
  record: SettingsRecord | undefined,
): string | null {
  if (record?.wrote === fingerprint(text)) return record.original;
  const rest = withoutHooks(settings, isMine(home));
  if (rest === text || !record) return rest;
  const { original } = record;
  if (readSettings(original ?? '', settings.file).document.root) return rest;
  const bare = withoutObject(readSettings(rest, settings.file), original ?? '');
  return original === null && bare.trim() === '' ? null : bare;
}

/** Reads the settings; one that is empty or broken may be in the middle of somebody's write, so it gets a moment. */
async function readStable(file: string): Promise<{ file: SettingsFile; settings: Settings }> {
  let last: string | null | undefined;
  for (let attempt = 0; ; attempt++) {
    const read = readSettingsFile(file);
    const settled = attempt === 5 || read.text === last;
    try {
      const settings = readSettings(read.text ?? '', file);
      if (settled || read.text === null || settings.document.root) return { file: read, settings };
    } catch (error) {
      if (settled || !(error instanceof SettingsSyntaxError)) throw error;
    }
    last = read.text;
    await sleep(50);
  }
}
