// A stream of bytes as lines of text.
import { Failure } from '../failure.ts';

/** Most characters of a line; whatever is longer is nothing we wrote. */
const MOST = 256 * 1024 * 1024;

/**
 * The lines, without what ends them. Only a line feed ends one: JSON may hold every other kind of line break.
 *
 * @throws Failure for what is no text or has no lines
 */
export async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let number = 1;
  let parts: string[] = [];
  let length = 0;
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch (cause) {
      throw new Failure(
        `line ${number} or one soon after it is not UTF-8 text; is it an export, and unpacked?`,
        { cause },
      );
    }
  };
  for await (const bytes of stream) {
    const [first = '', ...more] = decode(bytes).split('\n');
    parts.push(first);
    length += first.length;
    for (const part of more) {
      yield parts.join('');
      number++;
      parts = [part];
      length = part.length;
    }
    if (length > MOST) throw new Failure(`line ${number} has no end; is it an export?`);
  }
  const rest = parts.join('') + decode();
  if (rest !== '') yield rest;
}
