// Writes a log, or a part of it, as lines: as fast as they are taken, and no faster.

import { BatchSize } from '../batch-size.ts';
import type { LogReader } from '../event-log.ts';
import type { Filter } from '../filter.ts';
import type { Range, Scan } from '../scan.ts';
import { type ExportHeader, eventLine, headerLine } from './format.ts';

export interface ExportQuery {
  /** Of the hookline that exports. */
  readonly version: string;
  /** Exclusive bounds; default: everything. */
  readonly after?: number | undefined;
  readonly before?: number | undefined;
  /** Default: every event. */
  readonly filter?: Filter | undefined;
}

/** Events are not there, or were deleted before they were exported, or the log is another one by now. */
export class ExportBrokenError extends Error {
  readonly code = 'export_broken';
  override readonly name = 'ExportBrokenError';
}

/** Characters put together before they are handed on, and read at a time; a single line may be longer. */
const CHUNK = 256 * 1024;
const BYTES = 1024 * 1024;

/**
 * Pieces of text, each of whole lines. The log is exported as it is when the first piece is asked for.
 *
 * @throws ExportBrokenError, what the log throws
 */
export async function* exportLog(log: LogReader, query: ExportQuery): AsyncGenerator<string> {
  const { version, after = 0, before = Number.MAX_SAFE_INTEGER, filter } = query;
  const { epoch } = log;
  const from = Math.max(log.oldest, after + 1);
  const to = Math.min(log.head, before - 1);
  const header: Omit<ExportHeader, 'hookline' | 'format'> = { version, epoch, from, to };
  yield `${headerLine(filter ? { ...header, filtered: true } : header)}\n`;
  const unchanged = (next: number): void => {
    if (log.epoch !== epoch)
      throw new ExportBrokenError('the log began a new epoch before all of it was exported');
    if (log.oldest > next)
      throw new ExportBrokenError(
        `events ${next} to ${log.oldest - 1} were deleted before they were exported, as the retention asks`,
      );
  };
  const wanted = filter ?? {};
  const size = new BatchSize();
  let range: Range | undefined = { after: from - 1, before: to + 1, from: 'oldest' };
  let chunk = '';
  let next = from;
  while (range && range.before - range.after > 1) {
    await size.next();
    unchanged(range.after + 1);
    const limit = { look: size.look, take: size.look, bytes: BYTES };
    const { records, rest }: Scan = log.scan(range, wanted, limit);
    for (const record of records) {
      if (!filter && record.seq !== next) throw missing(next, record.seq - 1);
      next = record.seq + 1;
      chunk += `${eventLine(record)}\n`;
      if (chunk.length < CHUNK) continue;
      yield chunk;
      chunk = '';
      // Whoever reads may have taken a long time, and the next payload has not been read yet.
      unchanged(next);
    }
    range = rest;
  }
  if (!filter && next <= to) throw missing(next, to);
  if (chunk !== '') yield chunk;
}

function missing(from: number, to: number): ExportBrokenError {
  return new ExportBrokenError(
    `events ${from} to ${to} are missing in the log, which must be damaged; what is there can be exported with --topic '**'`,
  );
}
