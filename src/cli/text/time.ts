// Times and durations as people write and read them.
import { duration } from '../../protocol/index.ts';

export { duration, parseDuration } from '../../protocol/index.ts';

/** How long a tool took: `12ms`, `1.4s`, `42s`, `2m`; the page tells it in the same way. */
export function elapsed(ms: number): string {
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))}ms`;
  return ms < 9950 ? `${(ms / 1000).toFixed(1)}s` : duration(ms);
}

/** The local time of day, `14:03:07`; with the date before it when it is not the day of `now`. */
export function clock(timestamp: number, now: number): string {
  const at = new Date(timestamp);
  if (Number.isNaN(at.getTime())) return '--:--:--';
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  if (at.toDateString() === new Date(now).toDateString()) return time;
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}`;
}

/** The same in at most eleven characters: `11-21 09:05` on another day, `2025-11-21` in another year. */
export function shortClock(timestamp: number, now: number): string {
  const long = clock(timestamp, now);
  if (!long.includes(' ')) return long;
  return new Date(timestamp).getFullYear() === new Date(now).getFullYear()
    ? long.slice(5, 16)
    : long.slice(0, 10);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
