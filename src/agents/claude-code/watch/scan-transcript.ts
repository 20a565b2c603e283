// Looks through a transcript for something, with a break now and then: it may have hundreds of megabytes.

import { ownTurn } from '../../../log/index.ts';
import { type Line, LineCursor } from '../transcript/line-cursor.ts';

/** Somebody who looks for something in lines. */
export interface Skimmer {
  /** Whether a line matters, judged by its bytes. */
  wants(line: Buffer): boolean;
  /** True when nothing further need be read. */
  read(line: Line): boolean;
}

/** Bytes read before others have a turn. */
const STRETCH_BYTES = 256 * 1024;

/** @param from the byte offset of a line to begin with. */
export async function scanTranscript(path: string, from: number, skimmer: Skimmer): Promise<void> {
  const cursor = new LineCursor(path, from);
  do {
    await ownTurn();
    const lines = cursor.read(STRETCH_BYTES, line => skimmer.wants(line));
    if (lines.some(line => skimmer.read(line))) return;
  } while (cursor.behind);
}
