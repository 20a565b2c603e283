// Reads the secrets that sign a webhook, so that its receiver knows who sent it, and when.
import fs from 'node:fs';
import { SECRET_BYTES, type Secret, secretBytes } from '../../standard-webhooks.ts';
import { Failure, UsageError } from '../failure.ts';
import { quoted } from '../invocation.ts';

/**
 * Reads the secrets of a file, one a line; with several, while they are being exchanged, each signs.
 *
 * @throws Failure when it cannot be read, UsageError when it holds something else. What it holds is never part of the message.
 */
export function readSecrets(file: string): Secret[] {
  const lines = read(file)
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
  const secrets = lines.flatMap(line => secretBytes(line) ?? []);
  if (secrets.length > 0 && secrets.length === lines.length) return secrets;
  throw new UsageError(
    `${file} must hold "whsec_" and ${SECRET_BYTES.min} to ${SECRET_BYTES.max} random bytes in base64, as this makes them in a new file: ${recipe(`${file}.new`)}`,
  );
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure(
      `the secret cannot be read: ${(error as Error).message}; make one with: ${recipe(file)}`,
      { cause: error },
    );
  }
}

/** What makes a secret that only its owner can read. */
function recipe(file: string): string {
  return `(umask 077; echo "whsec_$(openssl rand -base64 32)" > ${quoted(file)})`;
}
