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

/** A value as a message shows it: short, on one line, with control characters escaped. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
