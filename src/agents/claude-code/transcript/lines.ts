// What is found in a line of a transcript, whichever kind of line it is.
import { isObject, type JsonObject } from '../../../json.ts';

export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** The content blocks of a message; plain text is one block. */
export function blocksOf(content: unknown): readonly JsonObject[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.filter(isObject) : [];
}

/** The text blocks, joined. */
export function textOf(blocks: readonly JsonObject[]): string {
  return blocks
    .map(block => (block['type'] === 'text' ? (text(block['text']) ?? '') : ''))
    .filter(part => part !== '')
    .join('\n');
}

/** When a line was written, in milliseconds since 1970, as it says itself. */
export function timeOf(line: JsonObject): number | undefined {
  const time = Date.parse(text(line['timestamp']) ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/** Every kind of line that tells something, as it stands in the file. */
const TELLING = [
  '"type":"user"',
  '"type":"assistant"',
  '"type":"cost-state"',
  '"type":"queued_command"',
  '"subtype":"compact_boundary"',
].map(marker => Buffer.from(marker));
const TYPED = Buffer.from('"type":"');

/**
 * Whether a line may tell something, judged by its bytes: most of a transcript by far is of no interest here
 * (Claude Code 2.1.329 keeps its API requests in it). A line that is not written as expected has to be parsed.
 */
export function mayTell(line: Buffer): boolean {
  return TELLING.some(marker => line.includes(marker)) || !line.includes(TYPED);
}
