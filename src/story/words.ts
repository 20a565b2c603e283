// Words for people about what a session did: text in which nothing hides, and how long something took.

/** Controls (terminal escapes among them) and the characters that turn the writing direction around. */
const UNSEEN = /[\p{Cc}\p{Bidi_Control}]/gu;

/** Text in which what would not be seen is seen: `␛` for an escape, `‹202E›` for what turns the direction around. */
export function visible(text: string): string {
  return text.replace(UNSEEN, character => {
    const code = character.charCodeAt(0);
    if (code === 0x09 || code === 0x0a) return character;
    if (code === 0x0d) return '';
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return '\u2421';
    return `‹${code.toString(16).toUpperCase().padStart(4, '0')}›`;
  });
}

/** Milliseconds as `840 ms`, `4.1 s`, `42 s`, `12 min`, `1 h 36 min` or `2 d 4 h`, as the terminal tells them too. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return `${minutes} min`;
  return hours < 24
    ? pair(hours, 'h', minutes % 60, 'min')
    : pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

const pair = (many: number, unit: string, more: number, of: string): string =>
  `${many} ${unit}${more === 0 ? '' : ` ${more} ${of}`}`;

/** A number with commas between its thousands. */
export const count = (value: unknown): string =>
  typeof value === 'number' ? String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',') : '0';
