// Prints what waits for a name: each once, in order, and acknowledged only when it is out.
import type { Message } from '../protocol/index.ts';
import type { Pace } from './pace.ts';

export interface PrinterOptions {
  readonly pace: Pace;
  /** So many at most, as soon as there is one. None: nothing more is wanted. */
  readonly take: (most: number) => Promise<readonly Message[]>;
  /** It arrived. It MAY come again when that could not be said. */
  readonly ack: (message: Message) => Promise<void>;
  readonly lineOf: (message: Message) => string;
  /** Writes whole lines; settles once they are out of this process, and MUST not when they cannot get out. */
  readonly print: (lines: readonly string[]) => Promise<void>;
  /** What is being printed when it fires is printed and acknowledged still. */
  readonly signal: AbortSignal;
}

/** Events remembered as printed: one whose receipt was lost comes again, and is not printed again. */
const REMEMBERED = 10_000;

/** Runs until the signal fires. @throws what `take`, `ack` and `print` throw */
export async function printEvents(options: PrinterOptions): Promise<void> {
  const { pace, take, ack, lineOf, print, signal } = options;
  const printed = new Set<string>();
  for (;;) {
    // Room first: whatever is taken is printed at once, well before somebody else may have it.
    const room = await pace.untilRoom(signal);
    const messages = room === 0 ? [] : await take(room);
    if (messages.length === 0) return;
    const fresh = messages.filter(({ id }) => !printed.has(id));
    if (fresh.length > 0) {
      pace.count(fresh.length);
      await print(fresh.map(lineOf));
    }
    for (const message of messages) {
      printed.add(message.id);
      await ack(message);
    }
    for (const id of printed) {
      if (printed.size <= REMEMBERED) break;
      printed.delete(id);
    }
  }
}
