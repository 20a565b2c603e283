// Takes one message after the other, and says that it arrived once it is out of this process.
import { ConnectionStatus } from '../connection-status.ts';
import { wholeMessage } from '../inbox/whole-message.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine } from '../text/plain.ts';
import { Taker } from './taker.ts';

export interface ListenRequest {
  readonly home: string;
  readonly name: string;
  /** End after the first message. */
  readonly once: boolean;
  /** How long to listen, in milliseconds; may be infinite. */
  readonly timeoutMs: number;
  /** A line of JSON each. */
  readonly json: boolean;
}

/**
 * Prints what comes until the signal fires, or the time is up; what is being printed then is printed and acknowledged still.
 *
 * @returns how many messages were printed
 * @throws Failure when the daemon refuses us for good
 */
export async function listen(
  { home, name, once, timeoutMs, json }: ListenRequest,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const greeting = json ? undefined : `listening for ${name} (Ctrl-C ends)`;
  const connection = new ConnectionStatus(terminal, { greeting, missed: 'printed' });
  const taker = new Taker({ home, name, until: performance.now() + timeoutMs, connection, signal });
  let printed = 0;
  while (printed === 0 || !once) {
    // One at a time: whatever happens now, only this one is not where it belongs.
    const message = await taker.take();
    if (message === undefined) break;
    if (json) await terminal.print(jsonLine(message));
    else await terminal.print(`${printed === 0 ? '' : '\n'}${wholeMessage(message)}`);
    await terminal.flush();
    printed++;
    await taker.ack(message);
  }
  return printed;
}
