// WebSocket frames built by hand: every length at the edges of its encoding reaches a real client whole.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { frameOf, textFrame } from '../../src/server/ws/frames.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { type Client, connect } from '../support/ws.ts';

let daemon: TestDaemon;
let client: Client;
beforeAll(async () => {
  daemon = await startTestDaemon({ config: { trim: false } });
  client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['test.*'] });
});
afterAll(() => client.close());

test.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])('%d bytes: the header says so', length => {
  const frame = textFrame('x'.repeat(length));
  const short = frame[1] ?? 0;
  const told = short < 126 ? short : short === 126 ? frame.readUInt16BE(2) : Number(frame.readBigUInt64BE(2));
  const head = short < 126 ? 2 : short === 126 ? 4 : 10;
  expect([frame[0], told, frame.length]).toEqual([0x81, length, head + length]);
});

test.each([0, 125, 126, 65_536])('%d bytes in pieces are the same frame', length => {
  const text = 'ü'.repeat(length / 2) + 'x'.repeat(length % 2);
  const pieces = [...Buffer.from(text)].map(byte => Buffer.from([byte]));
  expect(Buffer.concat(frameOf(pieces))).toEqual(textFrame(text));
});

test('characters of several bytes are counted in bytes', () => {
  expect(textFrame('ü😀').subarray(0, 2)).toEqual(Buffer.from([0x81, 6]));
});

test.each([65_300, 65_400, 65_450, 70_000, 300_000])(
  'an event of about %d bytes arrives as it was',
  async length => {
    const pad = 'ä'.repeat(length / 2);
    const seq = await daemon.emit(1, { data: { pad } });
    const event = await client.waitFor(frame => frame.seq === seq);
    expect(event.data?.['pad']).toBe(pad);
  },
);
