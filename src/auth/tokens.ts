// The two token files: made on first use, private, replaced together.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { closeToOthers, TokenFileError, temporaryOf, writeBeside } from './token-file.ts';

export interface Tokens {
  /** Every scope. */
  readonly main: string;
  /** Scope ingest only; the hooks carry it. */
  readonly hook: string;
}

export const TOKEN_FILES = { main: 'token', hook: 'hook-token' } as const;

const TOKEN = /^[0-9a-f]{64}$/;

const newToken = (): string => randomBytes(32).toString('hex');

/** Makes the state directory if need be and closes it to others (mode 0700). */
export function ensureHome(home: string): void {
  fs.mkdirSync(home, { recursive: true, mode: 0o700 });
  if ((fs.statSync(home).mode & 0o077) !== 0) fs.chmodSync(home, 0o700);
}

/**
 * Reads both tokens, making those that do not exist yet.
 *
 * @throws TokenFileError when a file holds something else, or cannot be made.
 */
export function loadTokens(home: string): Tokens {
  ensureHome(home);
  return {
    main: loadOrMake(path.join(home, TOKEN_FILES.main)),
    hook: loadOrMake(path.join(home, TOKEN_FILES.hook)),
  };
}

/**
 * The main token, or undefined when hookline never ran with this home.
 *
 * @throws TokenFileError when the file holds something else.
 */
export function readToken(home: string): string | undefined {
  try {
    return parse(path.join(home, TOKEN_FILES.main));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Replaces both tokens, or none. A running daemon has to be told, see `POST /api/token/rotate`.
 *
 * @throws TokenFileError when they cannot be written.
 */
export function rotateTokens(home: string): Tokens {
  ensureHome(home);
  const tokens = { main: newToken(), hook: newToken() };
  const files = { main: path.join(home, TOKEN_FILES.main), hook: path.join(home, TOKEN_FILES.hook) };
  try {
    // What can run out of space is done before anything is replaced.
    writeBeside(files.hook, `${tokens.hook}\n`);
    writeBeside(files.main, `${tokens.main}\n`);
    for (const file of Object.values(files)) fs.renameSync(temporaryOf(file), file);
  } finally {
    for (const file of Object.values(files)) fs.rmSync(temporaryOf(file), { force: true });
  }
  return tokens;
}

function loadOrMake(file: string): string {
  if (!fs.existsSync(file)) make(file);
  closeToOthers(file);
  return parse(file);
}

/** Whoever else makes it at the same time, the file is whole from its first moment, and the first one stays. */
function make(file: string): void {
  writeBeside(file, `${newToken()}\n`);
  try {
    fs.linkSync(temporaryOf(file), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    fs.rmSync(temporaryOf(file), { force: true });
  }
}

function parse(file: string): string {
  const token = fs.readFileSync(file, 'utf8').trim();
  if (!TOKEN.test(token)) {
    throw new TokenFileError(`${file} does not hold a token (64 hex digits)`);
  }
  return token;
}
