// What hookline needs of this machine: Node, curl, Claude Code, and private files.
import fs from 'node:fs';
import path from 'node:path';
import { formatVersion, type Inspection, OLDEST_SUPPORTED } from '../../agents/claude-code/install/index.ts';
import { readToken, TOKEN_FILES } from '../../auth/index.ts';
import { selfCommand } from '../invocation.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** The oldest Node hookline runs on, as package.json says. */
const OLDEST_NODE = [20, 19] as const;

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldMajor, oldMinor] = OLDEST_NODE;
  if (major > oldMajor || (major === oldMajor && minor >= oldMinor)) return ok('node', `Node ${version}`);
  return fail('node', `Node ${version} is too old`, `Install Node ${OLDEST_NODE.join('.')} or later.`);
}

/** What the hook sends with. */
export function checkSender({ curl, bash }: Inspection): Finding {
  if (curl !== undefined) return ok('curl', curl);
  if (bash !== undefined) {
    return warn(
      'curl',
      `There is no curl on PATH; ${bash} sends hooks too, but not those over 32 KiB`,
      'Install curl.',
    );
  }
  return fail(
    'curl',
    'There is neither curl nor bash on PATH, and the hooks send with one of them',
    'Install curl.',
  );
}

export function checkClaude({ claudeVersion }: Inspection): Finding {
  if (claudeVersion !== undefined) return ok('claude', `Claude Code ${formatVersion(claudeVersion)}`);
  return warn(
    'claude',
    `There is no claude on PATH that tells its version; hooks are installed as for ${formatVersion(OLDEST_SUPPORTED)}`,
    `Put claude on the PATH and run: ${selfCommand()} install`,
  );
}

/** The state directory and the tokens in it: there, whole, and for nobody else's eyes. */
export function checkHome(home: string): Finding[] {
  const mode = modeOf(home);
  if (mode === undefined) {
    return [warn('home', `${home} does not exist yet`, `Start the daemon once: ${selfCommand()} start`)];
  }
  return [
    isPrivate(mode)
      ? ok('home', home)
      : fail('home', `${home} is open to others (mode ${octal(mode)})`, `Close it: chmod 700 ${home}`),
    ...Object.values(TOKEN_FILES).map(name => checkTokenFile(path.join(home, name))),
    ...checkTokenText(home),
  ];
}

function checkTokenFile(file: string): Finding {
  const check = path.basename(file);
  const mode = modeOf(file);
  if (mode === undefined)
    return warn(check, `${file} does not exist yet`, `Start the daemon once: ${selfCommand()} start`);
  if (isPrivate(mode)) return ok(check, `${file}, readable by you only`);
  return fail(
    check,
    `${file} is open to others (mode ${octal(mode)})`,
    `Close it, and replace the tokens, which may have been read: chmod 600 ${file}; ${selfCommand()} token rotate`,
  );
}

function checkTokenText(home: string): Finding[] {
  try {
    readToken(home);
    return [];
  } catch (error) {
    return [fail('token', (error as Error).message, `Replace both tokens: ${selfCommand()} token rotate`)];
  }
}

function modeOf(file: string): number | undefined {
  try {
    return fs.statSync(file).mode & 0o777;
  } catch {
    return undefined;
  }
}

/** Windows has no such modes; there the folder of the user is private by itself. */
function isPrivate(mode: number): boolean {
  return process.platform === 'win32' || (mode & 0o077) === 0;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
