// Tokens, money, counts and sizes as people read them.
import { costOf, type UsageTotals } from '../../protocol/index.ts';

/** `950`, `12.3k`, `4.5M`, `1.2G`. */
export function tokens(count: number): string {
  const units = ['', 'k', 'M', 'G'];
  let value = count;
  let unit = 0;
  // 999,950 is 1.0M, not 1000.0k.
  while (Math.abs(value) >= (unit === 0 ? 1000 : 999.95) && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? String(value) : `${value.toFixed(1)}${units[unit]}`;
}

/** `$12.35`; four digits where two would show nothing; `-` when nobody knows. */
export function dollars(usd: number | undefined): string {
  if (usd === undefined) return '-';
  return `$${usd.toFixed(usd !== 0 && Math.abs(usd) < 0.01 ? 4 : 2)}`;
}

/** What a use cost: `$12.35`, and `~$12.35` as long as that is an estimate. */
export function cost(used: Pick<UsageTotals, 'costUsd' | 'costEstimateUsd'>): string {
  return `${used.costEstimateUsd === undefined ? '' : '~'}${dollars(costOf(used))}`;
}

/** `1,234,567`. */
export function count(number: number): string {
  return number.toLocaleString('en');
}

/** `1 call`, `1,234 calls`. */
export function plural(number: number, word: string): string {
  return `${count(number)} ${word}${number === 1 ? '' : 's'}`;
}

/** `950 B`, `12.3 kB`, `4.5 MB`, `1.2 GB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const text = tokens(bytes);
  return `${text.slice(0, -1)} ${text.at(-1)}B`;
}
