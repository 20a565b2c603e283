// The lines that come over a socket, one by one.
import type { Socket } from 'node:net';
import { LINE_MOST } from './wrap-protocol.ts';

/** Ends with the socket; one that sends a line without an end is destroyed. */
export async function* linesOf(socket: Socket): AsyncGenerator<string> {
  let text = '';
  try {
    for await (const chunk of socket.setEncoding('utf8')) {
      text += chunk as string;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      yield* lines;
      if (text.length > LINE_MOST) return void socket.destroy();
    }
  } catch {
    // It broke off: there are no more.
  }
}
