// Times as a document tells them: UTC, so that they mean the same wherever it is read.

/** `2026-11-29 14:02:11`; `?` for what is no time. */
export const moment = (at: number): string =>
  Number.isNaN(new Date(at).getTime()) ? '?' : new Date(at).toISOString().slice(0, 19).replace('T', ' ');

/** `14:02:11`. */
export const clock = (at: number): string => moment(at).slice(11) || '?';
