// The times that the protocol promises, with the defaults and a clock that moves only when it is told to.
import net from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { type Client, connect } from '../support/ws.ts';

let daemon: TestDaemon | undefined;
/** Milliseconds that the daemon believes it is up. */
let now: number;
beforeEach(() => {
  now = 1000;
});
afterEach(() => daemon?.stop());

async function start(limits = {}): Promise<TestDaemon> {
  daemon = await startTestDaemon({ uptime: () => now, limits });
  return daemon;
}

/** Goes on to a moment, and waits until the daemon has looked after its clients then: the last one is told its position. */
async function goTo(moment: number, last: Client): Promise<void> {
  const from = last.frames.length;
  now = moment;
  await last.waitFor('position', from);
}

test('position: after 15 s of silence at the latest, over WebSocket and SSE', async () => {
  const daemon = await start();
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['never.happens'] });
  const stream = await daemon.get('/events?topics=never.happens');
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  await reader?.read(); // The first word is a position too.
  const seq = await daemon.emit(3);
  await goTo(now + 15_000, client);
  expect(client.frames.at(-1)).toEqual({ type: 'position', seq });
  const said = await reader?.read();
  expect(said?.value).toContain(`event: position\ndata: {"seq":${seq}}`);
  await reader?.cancel();
});

test('heartbeat: a ping after 30 s, and 10 s for the pong', async () => {
  const client = await connect(await start({ positionEveryMs: 100 }), { autoPong: false });
  const begin = now;
  let pings = 0;
  client.socket.on('ping', () => {
    pings++;
  });
  await goTo(begin + 29_900, client);
  expect(pings).toBe(0);
  await goTo(begin + 30_000, client);
  expect(pings).toBe(1);
  await goTo(begin + 39_900, client);
  expect(client.socket.readyState).toBe(client.socket.OPEN);
  now = begin + 40_000;
  expect(await client.closed).toMatchObject({ code: 4410 });
});

const waiting = (): number => Math.max(...(daemon?.sockets() ?? []).map(socket => socket.writableLength));

/** Makes more happen than the daemon writes ahead to who does not read, and lets 30 s go by, as the last client sees it. */
async function letItWait(last: Client): Promise<void> {
  await daemon?.emit(200, { data: { pad: 'x'.repeat(60_000) } });
  await until('more waits than the daemon writes ahead', () => waiting() > 262_144);
  // One write more than the limit, at most.
  expect(waiting()).toBeLessThan(2 * 262_144);
  await goTo(now + 200, last);
  const stuck = now;
  await goTo(stuck + 29_700, last);
  expect(waiting()).toBeGreaterThan(262_144);
  await goTo(stuck + 30_000, last);
}

test('a slow reader: written to until 256 KiB wait, closed after 30 s without progress', async () => {
  const daemon = await start({ positionEveryMs: 100, pingEveryMs: 600_000 });
  const slow = await connect(daemon);
  await slow.ask({ type: 'subscribe', topics: ['test.*'] });
  slow.socket.pause();
  await letItWait(await connect(daemon));
  slow.socket.resume();
  expect(await slow.closed).toMatchObject({ code: 4408 });
});

test('a slow reader of Server-Sent Events: the same', async () => {
  const daemon = await start({ positionEveryMs: 100, pingEveryMs: 600_000 });
  const slow = net.connect(daemon.port, '127.0.0.1');
  slow.on('error', () => {});
  slow.write(
    `GET /events?topics=test.* HTTP/1.1\r\nHost: ${daemon.host}\r\nAuthorization: Bearer ${daemon.token}\r\n\r\n`,
  );
  await new Promise(resolve => slow.once('data', resolve));
  slow.pause();
  await letItWait(await connect(daemon));
  expect(waiting()).toBe(0);
  slow.destroy();
});
