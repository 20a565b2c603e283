// What is in the files of targets: read anew with every try, for it may be exchanged. Nothing of it gets into an error.
import fs from 'node:fs';
import { SECRET_BYTES, type Secret, secretBytes } from '../../standard-webhooks.ts';
import { inWords } from '../../system-error.ts';

/** A file of a target cannot be used. Its message has no word of what is in it. */
export class SecretFileError extends Error {
  readonly code = 'secret_file';
  override readonly name = 'SecretFileError';
}

/** The one line of a file, such as a token. @throws SecretFileError */
export function lineIn(file: string): string {
  const lines = linesIn(file);
  const [line] = lines;
  if (line !== undefined && lines.length === 1 && /^[\x21-\x7e]+$/.test(line)) return line;
  throw new SecretFileError(`${file} must hold one line, without blanks`);
}

/** The URL in a file. @throws SecretFileError */
export function urlIn(file: string): string {
  const line = lineIn(file);
  if (URL.canParse(line) && /^https?:$/.test(new URL(line).protocol)) return line;
  throw new SecretFileError(`${file} must hold a URL, such as Slack or Discord give for a webhook`);
}

/** The secrets in a file, one a line: each signs while they are exchanged. @throws SecretFileError */
export function secretsIn(file: string): Secret[] {
  const lines = linesIn(file);
  const secrets = lines.flatMap(line => secretBytes(line) ?? []);
  if (secrets.length > 0 && secrets.length === lines.length) return secrets;
  const { min, max } = SECRET_BYTES;
  throw new SecretFileError(`${file} must hold "whsec_" and ${min} to ${max} random bytes in base64`);
}

function linesIn(file: string): string[] {
  try {
    const lines = fs.readFileSync(file, 'utf8').split('\n');
    return lines.map(line => line.trim()).filter(line => line !== '');
  } catch (error) {
    throw new SecretFileError(`${file} cannot be read: ${inWords(error)}`, { cause: error });
  }
}
