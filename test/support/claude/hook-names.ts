// Which hook events a Claude Code knows, read out of its own program.
import fs from 'node:fs';

const CHUNK = 16 * 1024 * 1024;
/** More than the list is long. */
const OVERLAP = 4096;

/** The longest list of hook events in the binary: the one that it checks settings against. */
export function hookNamesIn(bin: string): string[] {
  const fd = fs.openSync(bin, 'r');
  try {
    let longest: string[] = [];
    const chunk = Buffer.alloc(CHUNK);
    for (let at = 0; ; at += CHUNK - OVERLAP) {
      const length = fs.readSync(fd, chunk, 0, CHUNK, at);
      const text = chunk.toString('latin1', 0, length);
      for (const [list] of text.matchAll(/\["PreToolUse"(?:,"[A-Z][A-Za-z]{3,40}")+\]/g)) {
        const names = JSON.parse(list) as string[];
        if (names.length > longest.length) longest = names;
      }
      if (length < CHUNK) return longest;
    }
  } finally {
    fs.closeSync(fd);
  }
}
