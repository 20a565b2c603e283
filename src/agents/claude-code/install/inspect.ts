// What `doctor` looks at: every settings file, the hook, the endpoint, curl. Reads only, and never throws for a file.
import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { type EndpointState, isStalled, readEndpoint } from '../../../hook-endpoint/index.ts';
import { homeOf, isComplete, isCurrent, isMine, optInsAmong } from './entries.ts';
import { registrations } from './hook-events.ts';
import { type HookFileState, hookFile, hookFileState } from './hook-file.ts';
import { isPlainJson } from './jsonc/document.ts';
import { managedSettingsPath, type Places, SCOPES, type Scope, settingsPath } from './scope.ts';
import { checkReplaceable, readSettingsFile } from './settings-file.ts';
import { ourEntries, readSettings, setting } from './settings-text.ts';
import { findClaudeVersion, type Version } from './version.ts';

export interface InspectOptions extends Places {
  /** `HOOKLINE_HOME`. */
  home: string;
  /** Version of Claude Code; null for unknown. Default: what the `claude` on PATH says. */
  version?: Version | null;
  /** Default: where this platform keeps them. */
  managedSettings?: string;
}

export interface ScopeInspection {
  scope: Scope;
  file: string;
  exists: boolean;
  /** Why install would refuse the file. */
  problem?: string;
  /** False when comments or trailing commas make Claude Code ignore the file. */
  plainJson: boolean;
  /** Events with our entry as install would write it now. */
  present: string[];
  /** Events that install would add. Everything, in a file that has nothing of ours. */
  missing: string[];
  /** Events with an entry of ours that install would replace or take out. */
  stale: string[];
  /** Homes of other hooklines with entries in the file. */
  otherHomes: string[];
  disableAllHooks: boolean;
}

export interface ManagedInspection {
  file: string;
  exists: boolean;
  problem?: string;
  /** Only the administrator's hooks run: ours do not, whatever the other files say. */
  allowManagedHooksOnly: boolean;
  disableAllHooks: boolean;
}

export interface Inspection {
  /** Undefined when no `claude` on PATH tells it. */
  claudeVersion: Version | undefined;
  scopes: ScopeInspection[];
  managed: ManagedInspection;
  hook: { file: string; state: HookFileState };
  endpoint: EndpointState;
  /** A hook got no answer in time, and hooks skip until the daemon clears it. */
  stalled: boolean;
  /** Paths of the programs the hook sends with, as found on PATH: either will do, but payloads over 32 KiB need curl. */
  curl: string | undefined;
  bash: string | undefined;
}

export async function inspect(options: InspectOptions): Promise<Inspection> {
  const { home, managedSettings = managedSettingsPath() } = options;
  const found = options.version === undefined ? await findClaudeVersion() : (options.version ?? undefined);
  return {
    claudeVersion: found,
    scopes: SCOPES.map(scope => inspectScope(scope, options, found)),
    managed: inspectManaged(managedSettings),
    hook: { file: hookFile(home), state: await hookFileState(home) },
    endpoint: await readEndpoint(home),
    stalled: await isStalled(home),
    curl: await findOnPath('curl'),
    bash: await findOnPath('bash'),
  };
}

function inspectScope(scope: Scope, options: InspectOptions, version: Version | undefined): ScopeInspection {
  const file = settingsPath(scope, options);
  const report: ScopeInspection = {
    scope,
    file,
    exists: false,
    plainJson: true,
    present: [],
    missing: [],
    stale: [],
    otherHomes: [],
    disableAllHooks: false,
  };
  try {
    const read = readSettingsFile(file);
    report.exists = read.text !== null;
    const settings = readSettings(read.text ?? '', file);
    const { home } = options;
    const all = ourEntries(settings);
    const mine = all.filter(isMine(home));
    const { wanted } = registrations(version, optInsAmong(mine));
    const isThere = ({ event }: { event: string }) => mine.some(entry => entry.event === event);
    const incomplete = wanted.filter(one => !isComplete(home, mine, one));
    report.present = wanted.filter(one => !incomplete.includes(one)).map(one => one.event);
    report.missing = incomplete.filter(one => !isThere(one)).map(one => one.event);
    const outdated = mine.filter(entry => !wanted.some(one => isCurrent(home, entry, one)));
    report.stale = [...new Set([...outdated, ...incomplete.filter(isThere)].map(one => one.event))];
    report.otherHomes = [...new Set(all.filter(entry => !mine.includes(entry)).map(homeOf))];
    report.plainJson = !settings.document.root || isPlainJson(settings.document.text);
    report.disableAllHooks = setting(settings, 'disableAllHooks') === true;
    checkReplaceable(read);
  } catch (error) {
    report.problem = messageOf(error);
  }
  return report;
}

function inspectManaged(file: string): ManagedInspection {
  const report: ManagedInspection = {
    file,
    exists: false,
    allowManagedHooksOnly: false,
    disableAllHooks: false,
  };
  try {
    const { text } = readSettingsFile(file);
    report.exists = text !== null;
    const settings = readSettings(text ?? '', file);
    report.allowManagedHooksOnly = setting(settings, 'allowManagedHooksOnly') === true;
    report.disableAllHooks = setting(settings, 'disableAllHooks') === true;
  } catch (error) {
    report.problem = messageOf(error);
  }
  return report;
}

async function findOnPath(program: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean)) {
    const file = path.join(folder, program);
    const runs = await fs.access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return file;
  }
  return undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
