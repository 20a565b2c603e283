// The one error of a wrong configuration: where the value came from, what it was, and what is allowed.

/** A configuration that cannot be used. Its message is one line that a user can act on. */
export class ConfigError extends Error {
  readonly code = 'config_error';
  override readonly name = 'ConfigError';
}

/** The error for a value its kind does not allow. */
export function badValue(source: string, value: unknown, allowed: string): ConfigError {
  return new ConfigError(`${source} is ${show(value)}, but it must be ${allowed}`);
}

/** The error for a value of many parts, one of which is wrong. @param what about that part, in words */
export function badPart(
  source: string,
  part: readonly PropertyKey[],
  what: string,
  allowed: string,
): ConfigError {
  const place = part.map(one => (typeof one === 'number' ? `[${one}]` : `.${String(one)}`)).join('');
  return new ConfigError(`${source} is wrong at ${place}: ${what}; it must be ${allowed}`);
}

/** The error for a value that is not to be shown. @param what about it, in words */
export function badSecret(source: string, what: string, allowed: string): ConfigError {
  return new ConfigError(`${source} is wrong: ${what}; it must be ${allowed}`);
}

/** A value as a message shows it: short, on one line, with control characters escaped. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
