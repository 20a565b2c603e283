// The clock jumps, back an hour or ahead a year, while the daemon runs or between two runs: nothing is lost, nothing stands still.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { AgeClock } from '../../src/engine/age-clock.ts';
import { Engine } from '../../src/engine/engine.ts';
import { makeLogger } from '../../src/server/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { fastFolder } from '../support/faulty-database.ts';
import { connect } from '../support/ws.ts';
import { messagesOf, post, seqsOf, wholeLog } from './place.ts';

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
const START = Date.UTC(2027, 0, 1);

describe('retention', () => {
  let folder: string;
  let now: number;
  let uptime: number;
  let core: Engine | undefined;
  beforeEach(() => {
    folder = fastFolder('clock');
    now = START;
    uptime = 0;
  });
  afterEach(() => {
    core?.stop();
    core = undefined;
    fs.rmSync(folder, { recursive: true, force: true });
  });

  function start(): Engine {
    core?.stop();
    fs.mkdirSync(path.join(folder, '.hookline'), { recursive: true });
    core = new Engine(loadConfig({ env: {}, homedir: folder, flags: {} }), {
      now: () => now,
      uptime: () => uptime,
      logger: makeLogger('error', () => {}),
      ownTokens: () => [],
      onEpochLost: () => {},
    });
    return core;
  }

  const pass = (ms: number): void => {
    now += ms;
    uptime += ms;
  };
  const say = (to: Engine, message: string): Promise<unknown> =>
    to.ingest({ session_id: 's', hook_event_name: 'Notification', message });
  const held = (of: Engine): number => of.log.head - of.log.oldest + 1;

  it('deletes what is thirty days old, of a daemon that runs and of one that does not', async () => {
    const running = start();
    await say(running, 'old');
    pass(29 * DAY);
    await running.prune();
    expect(held(running)).toBe(2);
    pass(2 * DAY);
    await running.prune();
    expect(held(running)).toBe(0);
  });

  it('deletes nothing when the clock is a year ahead for a while', async () => {
    const running = start();
    await say(running, 'one');
    now += YEAR;
    await running.prune();
    await say(running, 'stamped in the future');
    pass(23 * HOUR);
    await running.prune();
    expect(held(running)).toBe(3);
    now -= YEAR;
    await running.prune();
    pass(2 * DAY);
    await running.prune();
    expect(held(running)).toBe(3);
  });

  it('believes a clock that has been ahead for a day, of a machine that slept, say', async () => {
    const running = start();
    await say(running, 'one');
    now += YEAR;
    await running.prune();
    pass(25 * HOUR);
    await running.prune();
    expect(held(running)).toBe(0);
  });

  it('deletes nothing at a start with a clock a year ahead, until it has been so for a day', async () => {
    await say(start(), 'one');
    now += YEAR;
    const running = start();
    await running.prune();
    expect(held(running)).toBe(2);
    pass(25 * HOUR);
    await running.prune();
    expect(held(running)).toBe(0);
  });

  it('goes on deleting when the clock was set back', async () => {
    const running = start();
    await say(running, 'one');
    now -= HOUR;
    await running.prune();
    expect(held(running)).toBe(2);
    pass(31 * DAY + HOUR);
    await running.prune();
    expect(held(running)).toBe(0);
  });

  it('goes on deleting on a machine that sleeps two thirds of every day', () => {
    const clock = new AgeClock({ now: () => now, uptime: () => uptime });
    for (let day = 0; day < 90; day++) {
      for (let hour = 0; hour < 8; hour++) {
        pass(HOUR);
        clock.read();
      }
      now += 16 * HOUR;
    }
    expect(now - clock.read()).toBeLessThan(5 * DAY);
  });
});

describe.each([
  ['set back an hour', -HOUR],
  ['set ahead a year', YEAR],
])('a clock that is %s', (_how, jump) => {
  let now: number;
  let daemon: TestDaemon | undefined;
  beforeEach(() => {
    now = START;
  });
  afterEach(async () => {
    await daemon?.stop();
    daemon = undefined;
  });

  it('while the daemon runs: clients are told on, told where they are, and neither forgotten nor put off', async () => {
    daemon = await startTestDaemon({
      now: () => now,
      config: { store: true },
      limits: { pingEveryMs: 100, pongTimeoutMs: 2000, positionEveryMs: 100 },
    });
    const client = await connect(daemon);
    await client.ask({ type: 'subscribe', topics: ['**'] });
    const ticket = await issueTicket(daemon);
    await post(daemon, 'before');
    now += jump;
    await post(daemon, 'after');
    await client.waitFor(({ data }) => data?.['message'] === 'after');
    const from = client.frames.length;
    let pings = 0;
    client.socket.on('ping', () => pings++);
    await client.waitFor(frame => frame.type === 'position' && pings > 1, from);
    expect((await redeem(daemon, ticket)).status).toBe(200);
    const log = await wholeLog(daemon);
    expect(messagesOf(log)).toEqual(['before', 'after']);
    expect(seqsOf(log)).toEqual(log.map((_, index) => index + 1));
    const events = client.events();
    expect(events).toEqual(log.slice(-events.length));
    client.close();
  });

  it('a client that sends too much is still told so, and let in again in time', async () => {
    let uptime = 0;
    daemon = await startTestDaemon({ now: () => now, uptime: () => uptime, limits: { rateMessages: 5 } });
    const client = await connect(daemon);
    for (let count = 0; count < 5; count++) expect((await client.ask({ type: 'ping' })).type).toBe('pong');
    now += jump;
    expect((await client.ask({ type: 'ping' }))['code']).toBe('rate_limited');
    uptime += 60_000;
    expect((await client.ask({ type: 'ping' })).type).toBe('pong');
    client.close();
  });
});

const issueTicket = async (daemon: TestDaemon): Promise<string> => {
  const answer = await fetch(`${daemon.url}/api/ticket`, {
    method: 'POST',
    headers: { authorization: `Bearer ${daemon.token}` },
  });
  return ((await answer.json()) as { ticket: string }).ticket;
};

const redeem = (daemon: TestDaemon, ticket: string): Promise<Response> =>
  fetch(`${daemon.url}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: daemon.url },
    body: JSON.stringify({ ticket }),
  });
