// A program slower than the stream: the client holds a bounded number of events, loses none, and nobody else waits for it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type Client, connect, type Position, type SocketConstructor } from '../../src/client/index.ts';
import { ScriptedDaemon } from '../support/scripted-daemon.ts';
import { until } from '../support/until.ts';

/** A WebSocket without pause and resume, as browsers have it. */
class BrowserLike extends WebSocket {
  override readonly pause = undefined as unknown as () => void;
  override readonly resume = undefined as unknown as () => void;
}

let daemon: ScriptedDaemon;
let client: Client;
const reasons: string[] = [];
beforeEach(async () => {
  daemon = await new ScriptedDaemon().start();
  reasons.length = 0;
});
afterEach(async () => {
  client.close();
  await daemon.stop();
});

function open(Socket: SocketConstructor): void {
  client = connect({
    url: daemon.url,
    token: daemon.token,
    WebSocket: Socket,
    buffer: 20,
    retryBaseMs: 5,
    onStatus: status => status.reason !== undefined && reasons.push(status.reason),
  });
}

async function publish(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    daemon.publish('tool.use', { n });
    await new Promise(resolve => setImmediate(resolve));
  }
}

async function readSlowly(from: 'now' | Position, Socket: SocketConstructor): Promise<number[]> {
  open(Socket);
  const events = client.events('**', { from });
  await events.ready;
  await publish(200);
  const seqs: number[] = [];
  for await (const event of events) {
    seqs.push(event.seq);
    if (seqs.length % 10 === 0) await new Promise(resolve => setTimeout(resolve, 1));
    if (seqs.length === 200) break;
  }
  return seqs;
}

const all = Array.from({ length: 200 }, (_, index) => index + 1);
const beginning: Position = { epoch: 'e1', seq: 0 };

describe('a slow program with a connection of its own', () => {
  it('makes a socket that can pause stop reading', async () => {
    expect(await readSlowly(beginning, WebSocket)).toEqual(all);
    expect(reasons).toEqual([]);
  });

  it('makes a socket that cannot pause leave and resume from the log', async () => {
    expect(await readSlowly(beginning, BrowserLike)).toEqual(all);
    expect(reasons[0]).toBe('the program is slower than the stream');
  });
});

describe('a slow consumer among others', () => {
  it.each([
    ['can', WebSocket],
    ['cannot', BrowserLike],
  ])('goes on alone where the socket %s pause', async (_, Socket) => {
    expect(await readSlowly('now', Socket)).toEqual(all);
  });

  it('does not hold up the others, nor the requests', async () => {
    open(WebSocket);
    const slow = client.events('**');
    const seen: number[] = [];
    client.on('**', event => seen.push(event.seq));
    await slow.ready;
    expect(daemon.connections).toBe(1);
    await publish(200);
    await until('the other one has everything', () => seen.length === 200);
    expect(seen).toEqual(all);
    await expect(client.getSnapshot()).resolves.toMatchObject({ seq: 200 });
    const late: number[] = [];
    for await (const event of slow) {
      late.push(event.seq);
      if (late.length === 200) break;
    }
    expect(late).toEqual(all);
  });

  it('may ask for something in the middle of its work', async () => {
    open(WebSocket);
    const events = client.events('**');
    await events.ready;
    await publish(200);
    let asked = 0;
    for await (const event of events) {
      await client.getSnapshot();
      if (++asked === 200) expect(event.seq).toBe(200);
      if (asked === 200) break;
    }
  });
});
