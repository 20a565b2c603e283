// What can go wrong while hooks are installed or removed: one class a failure, each with a stable code.

/** Any failure of this room. The message names the file and what to do; nothing was changed when it is thrown. */
export class InstallError extends Error {
  /** Stable, for programs. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The settings file is no JSON, not even with comments and trailing commas. */
export class SettingsSyntaxError extends InstallError {
  readonly file: string;
  /** One-based. */
  readonly line: number;
  /** One-based, in UTF-16 code units. */
  readonly column: number;

  constructor(file: string, line: number, column: number, reason: string) {
    super(
      'settings_invalid',
      `${file}:${line}:${column}: ${reason}. Mend the file and run this again; it was not touched.`,
    );
    this.file = file;
    this.line = line;
    this.column = column;
  }
}

/** The settings file is JSON, but hooks cannot be put where Claude Code expects them. */
export class SettingsShapeError extends InstallError {
  constructor(file: string, where: string, expected: string, found: string) {
    super(
      'settings_shape',
      `${file}: ${where} should be ${expected}, not ${found}. Mend the file and run this again; it was not touched.`,
    );
  }
}

/** The settings file cannot be read or replaced: permissions, owner, a folder in its place. */
export class SettingsAccessError extends InstallError {
  constructor(file: string, reason: string, cause?: unknown) {
    super('settings_access', `${file}: ${reason}`, { cause });
  }
}

/** Another process kept writing to the settings file. */
export class SettingsBusyError extends InstallError {
  constructor(file: string) {
    super(
      'settings_busy',
      `${file} keeps changing under our hands; nothing was written. Close what is writing to it and run this again.`,
    );
  }
}

/** An event asked for by name that cannot be installed. */
export class OptInError extends InstallError {
  constructor(message: string) {
    super('invalid_opt_in', message);
  }
}
