// Many large bodies at once: they take the memory of a few, and give it back; small ones wait for none of them.
import fs from 'node:fs';
import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { takeJson } from '../../src/server/http/body.ts';
import type { HttpError } from '../../src/server/http/http-error.ts';
import { Room } from '../../src/server/http/room.ts';
import { type Daemon, type Place, startDaemon } from '../support/hookline.ts';
import { startPoster } from '../support/poster.ts';
import { run } from '../support/run.ts';
import { until } from '../support/until.ts';

const MIB = 2 ** 20;

describe('sixteen of 16 MB', () => {
  let root: string;
  let place: Place;
  let daemon: Daemon;
  beforeAll(async () => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-large-'));
    const { PATH = '' } = process.env;
    place = {
      env: { PATH, HOME: root, CLAUDE_CONFIG_DIR: path.join(root, '.claude') },
      hooklineHome: path.join(root, '.hookline'),
    };
    daemon = await startDaemon(place);
  });
  afterAll(async () => {
    await daemon.stop();
    fs.rmSync(root, { recursive: true, force: true });
  });

  /** Memory of the daemon that is really there, in MiB. */
  async function resident(): Promise<number> {
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(daemon.pid)], { env: place.env });
    return Number(stdout) / 1024;
  }

  const ends = '"session_id":"s","hook_event_name":"Big"';
  test.each([
    ['text', () => `{${ends},"v":"${'The quick brown fox. '.repeat((15.6 * MIB) / 21)}"}`],
    [
      'keys',
      () =>
        `{${ends},"v":{${Array.from({ length: 500_000 }, (_, n) => `"a key, number ${n}":"${n}"`).join()}}}`,
    ],
  ])('of %s', { timeout: 120_000 }, async (_, body) => {
    const file = path.join(root, 'body');
    fs.writeFileSync(file, body());
    const before = await resident();
    let over = false;
    let most = 0;
    const watching = (async () => {
      for (; !over; await delay(50)) most = Math.max(most, await resident());
    })();
    const token = fs.readFileSync(path.join(place.hooklineHome, 'hook-token'), 'utf8').trim();
    const poster = startPoster(daemon.url, token, place.env);
    const { statuses } = await poster.post(file, 16);
    over = true;
    await watching;
    poster.end();
    expect(statuses).toEqual(Array<number>(16).fill(202));
    expect(most - before).toBeLessThan(220);
    await until('the memory is given back', async () => (await resident()) - before < 90);
  });
});

describe('a large body', () => {
  const servers: http.Server[] = [];
  /** How many asked for a place. */
  let entered = 0;
  afterEach(() => {
    for (const server of servers.splice(0)) server.closeAllConnections();
  });

  /** Takes bodies in as the daemon does, each for as long as `take` says; answers what came. */
  async function serve(patienceMs: number, take: (value: unknown) => Promise<unknown>): Promise<number> {
    const room = new Room({ patienceMs });
    const enter = room.enter.bind(room);
    entered = 0;
    room.enter = guest => {
      entered++;
      enter(guest);
    };
    const server = http.createServer((request, response) => {
      takeJson(request, { most: MIB, room, mend: 'send less' }, take).then(
        value => response.end(JSON.stringify(value)),
        (error: HttpError) => response.writeHead(error.status, { connection: 'close' }).end(error.code),
      );
    });
    servers.push(server);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  interface Sent {
    readonly request: http.ClientRequest;
    /** Status and text of the answer, or why there was none. */
    readonly answer: Promise<string>;
  }

  function send(port: number, body: string, { whole = true, chunked = false } = {}): Sent {
    const length = chunked ? {} : { 'content-length': Buffer.byteLength(body) };
    const headers = { 'content-type': 'application/json', ...length };
    const request = http.request({ port, host: '127.0.0.1', method: 'POST', headers });
    const answer = new Promise<string>(resolve => {
      request.on('error', error => resolve(error.message));
      request.on('response', (response: IncomingMessage) => {
        let text = '';
        response.on('data', chunk => {
          text += chunk;
        });
        response.on('end', () => resolve(`${response.statusCode} ${text}`));
      });
    });
    if (whole) request.end(body);
    else request.write(body.slice(0, body.length / 2));
    return { request, answer };
  }

  const large = JSON.stringify('x'.repeat(MIB / 2));
  const small = JSON.stringify('small');

  test('waits for those before it, two at a time, however it is sent; a small one does not', async () => {
    let inside = 0;
    let most = 0;
    let open: () => void = () => {};
    const opened = new Promise<void>(resolve => {
      open = resolve;
    });
    const port = await serve(60_000, async value => {
      if (value === 'small') return value;
      most = Math.max(most, ++inside);
      await opened;
      inside--;
      return 'large';
    });
    const sent = Array.from({ length: 8 }, (_, index) => send(port, large, { chunked: index % 2 === 0 }));
    await until('two are taken in', () => inside === 2);
    expect(await send(port, small).answer).toBe('200 "small"');
    open();
    expect(await Promise.all(sent.map(({ answer }) => answer))).toEqual(Array<string>(8).fill('200 "large"'));
    expect(most).toBe(2);
  });

  test('that comes too slowly while others wait is given up, and they go on', async () => {
    const port = await serve(100, async () => 'large');
    const slow = [send(port, large, { whole: false }), send(port, large, { whole: false, chunked: true })];
    await until('both have a place', () => entered === 2);
    const answers = await Promise.all([send(port, large), send(port, large)].map(({ answer }) => answer));
    expect(answers).toEqual(['200 "large"', '200 "large"']);
    // Which of them is looked at first while the others wait, is given up; the other one may go on then.
    expect(await Promise.race(slow.map(({ answer }) => answer))).toBe('408 request_timeout');
    for (const { request } of slow) request.destroy();
  });

  test('may take its time while nobody waits', async () => {
    const port = await serve(20, async () => 'large');
    const { request, answer } = send(port, large, { whole: false });
    await delay(200);
    request.end(large.slice(large.length / 2));
    expect(await answer).toBe('200 "large"');
  });

  test('whose sender goes away, waiting or not, keeps no place', async () => {
    const port = await serve(60_000, async () => 'large');
    const gone = Array.from({ length: 6 }, () => send(port, large, { whole: false }));
    await until('all of them are known', () => entered === gone.length);
    for (const { request } of gone) request.destroy();
    expect(await send(port, large).answer).toBe('200 "large"');
  });
});
