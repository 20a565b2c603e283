// How the rows of this benchmark are written.

export const row = (what: string, figures: string): void => console.log(`${what.padEnd(68)} ${figures}`);
export const ms = (value: number): string => `${value.toFixed(1)} ms`;

/** The middle and the largest of some milliseconds. */
export function spread(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  return `p50 ${ms(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN)}, max ${ms(sorted.at(-1) ?? Number.NaN)}`;
}
