// WebSocket text frames of events, built once and shared by every connection that is sent them.
import type { Delivery } from '../../fanout/index.ts';
import { envelopeText, type Form, type LogRecord } from '../../log/index.ts';

// A frame lives for one tick, in which most of its readers are served; kept longer it would double what the ring holds.
const thisTick: Record<Form, Map<LogRecord, Buffer>> = { normal: new Map(), hook: new Map() };

/** The frame of one event in one form. */
export function eventFrame({ record, form }: Delivery): Buffer {
  const known = thisTick[form].get(record);
  if (known) return known;
  const frame = textFrame(envelopeText(record, form));
  if (thisTick.normal.size + thisTick.hook.size === 0) setImmediate(forget);
  thisTick[form].set(record, frame);
  return frame;
}

function forget(): void {
  thisTick.normal.clear();
  thisTick.hook.clear();
}

/** An unfragmented, unmasked text frame. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = headBytes(length);
  const frame = writeHead(Buffer.allocUnsafe(head + length), length);
  frame.write(text, head);
  return frame;
}

/** The same frame of a text that is there in pieces, as UTF-8: they go out as they are, behind the frame's head. */
export function frameOf(pieces: readonly Buffer[]): Buffer[] {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return [writeHead(Buffer.allocUnsafe(headBytes(length)), length), ...pieces];
}

const headBytes = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10);

/** RFC 6455, section 5.2: FIN and opcode 1, then the length in 7, 16 or 64 bits. */
function writeHead(frame: Buffer, length: number): Buffer {
  const head = headBytes(length);
  frame[0] = 0x81;
  if (head === 2) {
    frame[1] = length;
  } else if (head === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  return frame;
}
