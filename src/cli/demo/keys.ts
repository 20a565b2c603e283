// What the user of a running demo can type.
import type { ReadStream } from 'node:tty';

/** Calls back whenever Enter is pressed, until the signal; nothing where nobody can press it. */
export function onEnter(stdin: ReadStream, signal: AbortSignal, pressed: () => void): void {
  if (!stdin.isTTY || signal.aborted) return;
  stdin.on('data', pressed);
  signal.addEventListener('abort', () => stdin.off('data', pressed).pause(), { once: true });
}
