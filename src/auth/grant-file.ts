// The file of the tokens that the user made for others: read, added to, and taken from.
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type Grant, type Granted, Grant as GrantSchema, infoOf, makeGrant, type NewGrant } from './grant.ts';
import { closeToOthers, TokenFileError, temporaryOf, writeBeside } from './token-file.ts';
import { ensureHome } from './tokens.ts';

/** The file's name in the state directory. */
export const GRANTS_FILE = 'tokens.json';

/** Most tokens there can be. */
const MOST = 1000;

const GrantsFile = z.strictObject({ tokens: z.array(GrantSchema) });

export type GrantErrorCode = 'conflict' | 'not_found' | 'not_durable';

/** A token could not be made, listed or revoked; the words say why, and what to do. */
export class GrantError extends Error {
  override readonly name = 'GrantError';
  readonly code: GrantErrorCode;

  constructor(code: GrantErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export const grantsFileOf = (home: string): string => path.join(home, GRANTS_FILE);

/** The tokens there are; none when there is no file. @throws GrantError not_durable, when it holds something else */
export function readGrants(home: string): Grant[] {
  const file = grantsFileOf(home);
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
    closeToOthers(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw unusable(file, `cannot be read (${message})`, error);
  }
  const { tokens } = parse(file, text);
  const isTwice = ({ name, digest }: Grant, at: number): boolean =>
    tokens.findIndex(one => one.name === name || one.digest === digest) !== at;
  const twice = tokens.find(isTwice);
  if (twice) throw unusable(file, `has a second token of the name or the digest of ${twice.name}`);
  return tokens;
}

/**
 * Makes a token; only its digest is kept.
 *
 * @param now milliseconds since 1970
 * @throws GrantError conflict, not_durable
 */
export function addGrant(home: string, asked: NewGrant, now: number): Granted {
  const grants = readGrants(home);
  if (grants.some(({ name }) => name === asked.name))
    throw new GrantError(
      'conflict',
      `there is a token called ${asked.name} already; revoke it first, or choose another name`,
    );
  if (grants.length >= MOST)
    throw new GrantError('conflict', `there are ${MOST} tokens already; revoke those that nobody needs`);
  const { grant, token } = makeGrant(asked, now);
  write(home, [...grants, grant]);
  return { token, ...infoOf(grant) };
}

/** Takes a token away. @throws GrantError not_found, not_durable */
export function removeGrant(home: string, name: string): void {
  const grants = readGrants(home);
  const left = grants.filter(one => one.name !== name);
  if (left.length === grants.length)
    throw new GrantError(
      'not_found',
      `there is no token called ${JSON.stringify(name.slice(0, 64))}; the list of tokens tells which there are`,
    );
  write(home, left);
}

function write(home: string, tokens: readonly Grant[]): void {
  ensureHome(home);
  const file = grantsFileOf(home);
  try {
    writeBeside(file, `${JSON.stringify({ tokens }, undefined, 2)}\n`);
    fs.renameSync(temporaryOf(file), file);
  } catch (error) {
    fs.rmSync(temporaryOf(file), { force: true });
    const { message } = error as Error;
    throw new GrantError(
      'not_durable',
      error instanceof TokenFileError ? message : `${file} cannot be replaced (${message})`,
      { cause: error },
    );
  }
}

/** @throws GrantError, which names the place and quotes nothing: somebody may have put a token there */
function parse(file: string, text: string): z.infer<typeof GrantsFile> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unusable(file, 'is not JSON');
  }
  const parsed = GrantsFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.filter(part => typeof part === 'number' || part in KNOWN);
  throw unusable(file, `is wrong${where?.length ? ` at ${where.join('.')}` : ''}`);
}

const KNOWN: Readonly<Record<PropertyKey, unknown>> = { tokens: true, ...GrantSchema.shape };

function unusable(file: string, why: string, cause?: unknown): GrantError {
  return new GrantError(
    'not_durable',
    `${file} ${why}, so none of the tokens in it is valid; mend it, or delete it and make them anew`,
    { cause },
  );
}
