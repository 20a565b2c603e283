// Where the lines of a compact list are: how many stand side by side, and which are near enough to be drawn.

/** Lines drawn beyond what is in sight, on either side. */
const MARGIN = 10;

/** How many columns of at least `least` pixels have room, with `gap` pixels between them; one in any case. */
export const columnsIn = (width: number, least: number, gap: number): number =>
  Math.max(1, Math.floor((width + gap) / (least + gap)));

/**
 * The lines to draw, from the first to the one after the last.
 *
 * @param top where the first line is, in pixels below the upper edge of what is in sight
 * @param lines how many there are; @param line how high each is; @param height of what is in sight
 */
export function linesNear(top: number, lines: number, line: number, height: number): [number, number] {
  const clamp = (at: number): number => Math.min(Math.max(at, 0), lines);
  return [clamp(Math.floor(-top / line) - MARGIN), clamp(Math.ceil((height - top) / line) + MARGIN)];
}
