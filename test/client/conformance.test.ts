// The library against the real daemon while everything goes wrong: restarts, kill -9, a network that stalls, resets and slices.
// Every consumer gets its whole sequence, in order, once. HOOKLINE_CHAOS_ROUNDS makes it longer (default 6), HOOKLINE_TEST_SEED repeats one.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import WebSocket from 'ws';
import {
  type Client,
  connect,
  type EventEnvelope,
  type Position,
  type SocketConstructor,
} from '../../src/client/index.ts';
import { BadNetwork } from '../support/bad-network.ts';
import { makePlace } from '../support/cli.ts';
import { type Daemon, startDaemon } from '../support/hookline.ts';
import { chance } from '../support/random.ts';
import { until } from '../support/until.ts';

const rounds = Number(process.env['HOOKLINE_CHAOS_ROUNDS'] ?? 6);
const SESSIONS = ['s0', 's1', 's2', 's3'];

/** A WebSocket without pause and resume, as browsers have it. */
class BrowserLike extends WebSocket {
  override readonly pause = undefined as unknown as () => void;
  override readonly resume = undefined as unknown as () => void;
}

/** Posts hooks, several at a time, until the daemon is gone or `stop` fires; `onPosted` is called for each. */
async function load(daemon: Daemon, name: string, stop: AbortSignal, onPosted: () => void): Promise<void> {
  const lane = async (session_id: string): Promise<void> => {
    for (let n = 0; !stop.aborted; n++) {
      const call = {
        tool_name: 'Bash',
        tool_use_id: `${name}-${session_id}-${n}`,
        tool_input: { n },
        cwd: '/w',
      };
      const event = n % 2 === 0 ? 'PreToolUse' : 'UserPromptSubmit';
      const answer = await fetch(`${daemon.url}/hook`, {
        method: 'POST',
        headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ session_id, hook_event_name: event, prompt: `${name} ${n}`, ...call }),
      }).catch(() => undefined);
      if (answer?.status !== 202) return;
      onPosted();
    }
  };
  await Promise.all(SESSIONS.map(lane));
}

async function wholeLog(daemon: Daemon): Promise<EventEnvelope[]> {
  const events: EventEnvelope[] = [];
  for (;;) {
    const after = events.at(-1)?.seq ?? 0;
    const answer = await fetch(`${daemon.url}/api/events?after=${after}&limit=1000`, {
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    const page = (await answer.json()) as { events: EventEnvelope[]; hasMore: boolean };
    events.push(...page.events);
    if (!page.hasMore) return events;
  }
}

/** A consumer under test: what it got, and what it should have got out of the whole log. */
interface Subject {
  readonly name: string;
  readonly got: EventEnvelope[];
  readonly wants: (event: EventEnvelope) => boolean;
  /** It begins after this seq; undefined while it has not begun. */
  begun: number | undefined;
  error: unknown;
}

it(`gives every consumer all of it, in order, once, through ${rounds} rounds`, {
  timeout: 60_000 + rounds * 10_000,
}, async () => {
  const random = chance();
  console.log(`conformance: HOOKLINE_TEST_SEED=${random.seed}`);
  const place = makePlace();
  const network = await new BadNetwork(random).start();
  const env = { ...place.env, HOOKLINE_ALLOWED_HOSTS: `127.0.0.1:${network.port}` };
  fs.mkdirSync(place.hooklineHome, { mode: 0o700 });
  const limits = { positionEveryMs: 300, slowReaderMs: 1500, rateMessages: 1000, rateMessagesClose: 2000 };
  fs.writeFileSync(path.join(place.hooklineHome, 'config.json'), JSON.stringify({ limits }));
  const start = (): Promise<Daemon> => startDaemon({ ...place, env });
  let daemon = await start();
  network.target = daemon.port;

  const clients: Client[] = [];
  const open = (Socket: SocketConstructor = WebSocket, buffer = 50): Client => {
    const client = connect({
      url: `ws://127.0.0.1:${network.port}/ws`,
      token: daemon.token,
      WebSocket: Socket,
      buffer,
      retryBaseMs: 20,
      retryCapMs: 200,
      idleMs: 1000,
      timeoutMs: 60_000,
      random: random.next,
    });
    clients.push(client);
    return client;
  };

  const subjects: Subject[] = [];
  const follow = (
    name: string,
    client: Client,
    topics: string,
    wants: (event: EventEnvelope) => boolean,
    options: { sessionId?: string; slow?: true; from?: 'oldest' } = {},
  ): void => {
    const subject: Subject = { name, got: [], wants, begun: undefined, error: undefined };
    subjects.push(subject);
    const events = client.events(topics, options);
    void events.ready.then(({ seq }) => {
      subject.begun = seq;
    });
    const read = async (): Promise<void> => {
      for await (const event of events) {
        subject.got.push(event);
        if (options.slow && random.next() < 0.02) await delay(random.between(1, 20));
      }
    };
    read().catch((error: unknown) => {
      subject.error = error;
    });
  };

  /** A program that dies again and again and goes on from the position it saved, handling each event whole or not at all. */
  const mortal = async (stop: AbortSignal): Promise<void> => {
    const subject: Subject = {
      name: 'mortal',
      got: [],
      wants: () => true,
      begun: undefined,
      error: undefined,
    };
    subjects.push(subject);
    let shelf: { position: Position; count: number } | undefined;
    while (!stop.aborted) {
      const client = open();
      subject.got.length = shelf?.count ?? 0; // What was not saved with the position died with the program.
      const events = client.events('**', {
        from: 'oldest',
        signal: stop,
        position: {
          load: () => shelf?.position,
          save: position => {
            shelf = { position, count: subject.got.length };
            subject.begun ??= position.seq;
          },
        },
      });
      let left = random.between(50, 400);
      for await (const event of events) {
        subject.got.push(event);
        if (--left === 0) break;
      }
      client.close();
    }
  };

  const shared = open();
  follow('everything', shared, '**', () => true);
  follow('tools', shared, 'tool.*', ({ type }) => type.startsWith('tool.'));
  follow(
    'a session',
    shared,
    '{tool,prompt}.**',
    e => /^(?:tool|prompt)\./.test(e.type) && e.sessionId === 's1',
    {
      sessionId: 's1',
    },
  );
  follow('slow', shared, '**', () => true, { slow: true });
  follow('slow in a browser', open(BrowserLike), '**', () => true, { slow: true, from: 'oldest' });
  follow('in a browser', open(BrowserLike), 'agent.*', ({ type }) => type.startsWith('agent.'));
  const dying = new AbortController();
  const mortality = mortal(dying.signal).catch((error: unknown) => error);

  for (let round = 0; round < rounds; round++) {
    let posted = 0;
    const stopLoad = new AbortController();
    const loading = load(daemon, `r${round}`, stopLoad.signal, () => {
      posted++;
    });
    for (let n = random.between(1, 3); n > 0; n--) {
      await delay(random.between(20, 250));
      const harm = random.pick(['reset', 'reset', 'stall', 'long stall', 'slice', 'join'] as const);
      if (harm === 'reset') network.reset(random.next());
      if (harm === 'stall') network.stall(random.between(10, 300));
      if (harm === 'long stall') network.stall(random.between(1100, 1800));
      if (harm === 'slice') network.slicing = random.next();
      if (harm === 'join') follow(`joined in round ${round}`, shared, '**', () => true);
    }
    await until('there is something to lose', () => posted >= 40);
    const end = random.pick(['SIGKILL', 'SIGKILL', 'SIGTERM', undefined] as const);
    if (end !== undefined) {
      network.target = undefined;
      await daemon.stop(end);
    }
    stopLoad.abort();
    await loading;
    if (end === undefined) continue;
    daemon = await start();
    await delay(random.between(0, 200));
    network.target = daemon.port;
  }

  const log = await wholeLog(daemon);
  const head = log.at(-1)?.seq ?? 0;
  const due = ({ wants, begun = head }: Subject): EventEnvelope[] =>
    log.filter(e => e.seq > begun && wants(e));
  await until('everybody has everything', () =>
    subjects.every(
      one => one.error !== undefined || (one.begun !== undefined && one.got.length >= due(one).length),
    ),
  ).catch(() => {}); // What is missing is said below.
  dying.abort();
  await expect(mortality).resolves.toBeUndefined();
  for (const client of clients) client.close();
  await daemon.stop();
  await network.stop();

  for (const subject of subjects) {
    const { name, got, error } = subject;
    expect([name, error]).toEqual([name, undefined]);
    expect([name, got.map(event => event.seq)]).toEqual([name, due(subject).map(event => event.seq)]);
    expect([name, got]).toEqual([name, due(subject)]);
  }
  expect(log.length).toBeGreaterThan(rounds * 40);
  console.log(`conformance: ${log.length} events, ${subjects.length} consumers`);
});
