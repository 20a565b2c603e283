// WebSocket text frames of events, built once and shared by every connection that is sent them.
import type { Delivery } from '../../fanout/index.ts';
import { envelopeText } from '../../log/index.ts';

/** One frame an event, all in one buffer. */
const single = new WeakMap<readonly Delivery[], Buffer>();
/** One frame for all of them, with what it says of positions. */
const batched = new WeakMap<readonly Delivery[], { prev: number; to: number; frame: Buffer }>();

/** The frames of events, one each, as the bytes of one write. */
export function eventFrames(deliveries: readonly Delivery[]): Buffer {
  const known = single.get(deliveries);
  if (known) return known;
  const frames = deliveries.map(({ record, form }) => textFrame(envelopeText(record, form)));
  const [only] = frames;
  const bytes = frames.length === 1 && only ? only : Buffer.concat(frames);
  single.set(deliveries, bytes);
  return bytes;
}

/** The `events` frame of a batch. */
export function batchFrame(deliveries: readonly Delivery[], prev: number, to: number): Buffer {
  const known = batched.get(deliveries);
  if (known?.prev === prev && known.to === to) return known.frame;
  const events = deliveries.map(({ record, form }) => envelopeText(record, form)).join(',');
  const frame = textFrame(`{"type":"events","prev":${prev},"to":${to},"events":[${events}]}`);
  batched.set(deliveries, { prev, to, frame });
  return frame;
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
