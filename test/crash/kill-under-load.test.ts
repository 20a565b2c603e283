// SIGKILL at random moments under load: whatever was acknowledged is in the log, once, and every client resumes.
// HOOKLINE_CRASH_ROUNDS makes it longer (default 5; 100 is the long form).
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type Daemon, type Place, startDaemon } from '../support/hookline.ts';
import type { Frame } from '../support/stream.ts';
import { type Client, connect } from '../support/ws.ts';

const rounds = Number(process.env['HOOKLINE_CRASH_ROUNDS'] ?? 5);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-crash-'));
const place: Place = {
  hooklineHome: path.join(folder, 'hookline'),
  env: { PATH: process.env['PATH'] ?? '', HOME: folder, CLAUDE_CONFIG_DIR: path.join(folder, 'claude') },
};
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Posts hooks, several at a time, until the daemon is gone; returns the tool calls that were acknowledged. */
async function load(daemon: Daemon, name: string): Promise<string[]> {
  const hookToken = fs.readFileSync(path.join(place.hooklineHome, 'hook-token'), 'utf8').trim();
  const acknowledged: string[] = [];
  const post = async (lane: number): Promise<void> => {
    for (let count = 0; ; count++) {
      const id = `${name}-${lane}-${count}`;
      const body = {
        session_id: `s${lane}`,
        hook_event_name: 'PreToolUse',
        tool_name: 'Bash',
        tool_input: {},
        tool_use_id: id,
      };
      const answer = await fetch(`${daemon.url}/hook`, {
        method: 'POST',
        headers: { authorization: `Bearer ${hookToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }).catch(() => undefined);
      if (answer?.status !== 202) return;
      acknowledged.push(id);
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, lane) => post(lane)));
  return acknowledged;
}

async function wholeLog(daemon: Daemon): Promise<Frame[]> {
  const events: Frame[] = [];
  for (;;) {
    const after = events.at(-1)?.seq ?? 0;
    const answer = await fetch(`${daemon.url}/api/events?after=${after}&limit=1000`, {
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    const page = (await answer.json()) as { events: Frame[]; hasMore: boolean };
    events.push(...page.events);
    if (!page.hasMore) return events;
  }
}

const seqsOf = (events: readonly Frame[]): number[] => events.map(event => event.seq ?? 0);

it(`keeps its word through ${rounds} kills`, { timeout: 30_000 + rounds * 5000 }, async () => {
  const acknowledged: string[] = [];
  const received: Frame[] = [];
  let epoch: unknown;
  let position = 0;
  for (let round = 0; round < rounds; round++) {
    const daemon = await startDaemon(place);
    const client: Client = await connect(daemon);
    epoch ??= client.frames[0]?.['epoch'];
    const subscribed = await client.ask({
      type: 'subscribe',
      topics: ['**'],
      since: { epoch, seq: position },
    });
    expect(subscribed).toMatchObject({ type: 'subscribed', recovered: true, epoch });
    const loading = load(daemon, `r${round}`);
    // The moment is random, but never before there is something to lose.
    await client.waitFor(frame => (frame.seq ?? 0) > position + 100);
    const moment = performance.now() + Math.random() * 150;
    await client.waitFor(() => performance.now() >= moment, client.frames.length);
    await daemon.stop('SIGKILL');
    acknowledged.push(...(await loading));
    await client.closed;
    received.push(...client.events());
    position = received.at(-1)?.seq ?? position;
  }

  const daemon = await startDaemon(place);
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['**'], since: { epoch, seq: position } });
  const pong = client.frames[0]?.seq ?? 0;
  if (pong > position) await client.waitFor(frame => frame.seq === pong && frame.type !== 'snapshot');
  received.push(...client.events());
  const log = await wholeLog(daemon);
  await daemon.stop();

  expect(seqsOf(log)).toEqual(log.map((_, index) => index + 1));
  const told = log.filter(event => event.type === 'tool.use').map(event => event.data?.['toolUseId']);
  expect(new Set(told).size).toBe(told.length);
  expect(acknowledged.filter(id => !told.includes(id))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(rounds * 20);
  const last = received.at(-1)?.seq ?? 0;
  expect(received).toEqual(log.slice(0, last));
});
