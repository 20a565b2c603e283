// Text of several lines, written as it stands in the story.

/**
 * The lines between the first and the last of a template, without its margin, which is what stands before the closing backtick.
 *
 * @example text`
 *   two
 *   lines
 *   `
 */
export function text({ raw }: TemplateStringsArray): string {
  const lines = (raw[0] ?? '').split('\n');
  const margin = lines.at(-1)?.length ?? 0;
  return lines
    .slice(1, -1)
    .map(line => line.slice(margin))
    .join('\n');
}
