// Reads $HOOKLINE_HOME/config.json: JSON, in which comments and trailing commas are welcome.
import fs from 'node:fs';
import { type ParseError, parse } from 'jsonc-parser';
import { inWords, placeOf } from '../json-problem.ts';
import { ConfigError } from './error.ts';

/**
 * The object in a config file, unchecked; `{}` when there is no file.
 *
 * @throws ConfigError naming the file (and line and column) when it cannot be read, is not JSON or is not an object.
 */
export function readConfigFile(file: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new ConfigError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first) {
    const { line, column } = placeOf(text, first.offset);
    throw new ConfigError(`${file} is not JSON: ${inWords(first)} at line ${line}, column ${column}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError(`${file} must hold a JSON object such as {"port": 3838}`);
  }
  return value as Record<string, unknown>;
}
