// A program slower than the stream: the client holds a bounded number of items and still loses nothing.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type Connection, connect, type SocketConstructor } from '../../src/client/index.ts';
import { ScriptedDaemon } from '../support/scripted-daemon.ts';
import { until } from '../support/until.ts';

/** A WebSocket without pause and resume, as browsers have it. */
class BrowserLike extends WebSocket {
  override readonly pause = undefined as unknown as () => void;
  override readonly resume = undefined as unknown as () => void;
}

let daemon: ScriptedDaemon;
let connection: Connection;
beforeEach(async () => {
  daemon = await new ScriptedDaemon().start();
});
afterEach(async () => {
  connection.close();
  await daemon.stop();
});

async function readSlowly(Socket: SocketConstructor): Promise<{ seqs: number[]; reasons: string[] }> {
  const reasons: string[] = [];
  connection = connect({
    url: daemon.url,
    token: daemon.token,
    topics: ['**'],
    WebSocket: Socket,
    maxBuffered: 20,
    retryBaseMs: 5,
    onStatus: status => status.reason !== undefined && reasons.push(status.reason),
  });
  await until('the client is live', () => connection.status.state === 'live');
  for (let n = 0; n < 200; n++) {
    daemon.publish('tool.use', { n });
    await new Promise(resolve => setImmediate(resolve));
  }
  const seqs: number[] = [];
  for await (const item of connection) {
    if (item.kind === 'event') seqs.push(item.event.seq);
    if (seqs.length % 10 === 0) await new Promise(resolve => setTimeout(resolve, 1));
    if (seqs.length === 200) break;
  }
  return { seqs, reasons };
}

const all = Array.from({ length: 200 }, (_, index) => index + 1);

describe('a slow program', () => {
  it('makes a socket that can pause stop reading', async () => {
    const { seqs, reasons } = await readSlowly(WebSocket);
    expect(seqs).toEqual(all);
    expect(reasons).toEqual([]);
  });

  it('makes a socket that cannot pause leave and resume from the log', async () => {
    const { seqs, reasons } = await readSlowly(BrowserLike);
    expect(seqs).toEqual(all);
    expect(reasons[0]).toBe('the program is slower than the stream');
  });
});
