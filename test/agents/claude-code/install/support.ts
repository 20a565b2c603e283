// A throw-away machine for install tests: a home, a Claude Code directory, a project folder.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import {
  applyPlan,
  type InstallOptions,
  planInstall,
  planUninstall,
  type Version,
} from '../../../../src/agents/claude-code/install/index.ts';

export const NEWEST: Version = [2, 1, 332];

export interface Machine {
  root: string;
  home: string;
  claudeDir: string;
  cwd: string;
  /** The user's settings.json. */
  settings: string;
  options: InstallOptions;
}

/** A fresh machine; its paths hold what shells trip over. */
export function machine(homeName = `ho'me $x "y"`): Machine {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-install-')));
  onTestFinished(() => fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
  return machineIn(root, homeName);
}

export function machineIn(root: string, homeName: string): Machine {
  const claudeDir = path.join(root, 'claude');
  const home = path.join(root, homeName);
  const cwd = path.join(root, 'project');
  const options: InstallOptions = { home, claudeDir, cwd, version: NEWEST };
  return { root, home, claudeDir, cwd, settings: path.join(claudeDir, 'settings.json'), options };
}

export function putSettings(at: Machine, text: string | Buffer, mode = 0o644): void {
  fs.mkdirSync(at.claudeDir, { recursive: true });
  fs.writeFileSync(at.settings, text);
  fs.chmodSync(at.settings, mode);
}

export async function install(at: Machine, options: Partial<InstallOptions> = {}) {
  return applyPlan(await planInstall({ ...at.options, ...options }));
}

export async function uninstall(at: Machine, options: Partial<InstallOptions> = {}) {
  return applyPlan(await planUninstall({ ...at.options, ...options }));
}

/** Everything under a folder with what a careless tool would change: bytes, mode, owner, link target. */
export function snapshot(folder: string): Record<string, string> {
  const seen: Record<string, string> = {};
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const stat = fs.lstatSync(file);
    const content = entry.isSymbolicLink()
      ? fs.readlinkSync(file)
      : entry.isFile()
        ? fs.readFileSync(file, 'base64')
        : '';
    seen[path.relative(folder, file)] = [stat.mode.toString(8), stat.uid, stat.gid, content].join(' ');
  }
  return seen;
}

/** JSON with comments, trailing commas and a BOM → value. */
export function parseLoose(text: string): unknown {
  let out = '';
  const token = /"(?:\\.|[^"\\])*"|\/\/[^\r\n]*|\/\*[\s\S]*?\*\/|[\s\S]/g;
  for (const [piece] of text.replace(/^\ufeff/, '').matchAll(token))
    if (!/^\/[/*]/.test(piece)) out += /^\s$/.test(piece) ? '' : piece;
  const trailing = /"(?:\\.|[^"\\])*"|,(?=[}\]])/g;
  return JSON.parse(out.replace(trailing, piece => (piece === ',' ? '' : piece)));
}
