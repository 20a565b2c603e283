// SIGKILL at random moments under load: whatever was acknowledged is in the log, once, and every client resumes.
// HOOKLINE_CRASH_ROUNDS makes it longer (default 5; 100 is the long form).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { installHookFile } from '../../src/agents/claude-code/install/hook-file.ts';
import { hookFile } from '../../src/agents/claude-code/install/index.ts';
import { spoolFolder } from '../../src/hook-endpoint/index.ts';
import { type Daemon, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';
import { type Follower, makeFollowers } from './followers.ts';
import { health, makePlace, seqsOf, wholeLog } from './place.ts';

const rounds = Number(process.env['HOOKLINE_CRASH_ROUNDS'] ?? 5);
const place = makePlace('crash');
afterAll(() => fs.rmSync(place.folder, { recursive: true, force: true }));

const call = (id: string, lane: number): object => ({
  session_id: `s${lane}`,
  hook_event_name: 'PreToolUse',
  tool_name: 'Bash',
  tool_input: {},
  tool_use_id: id,
});

/** Posts a tool call, as a hook does; false when no answer came. */
async function post({ url, token }: Daemon, payload: object): Promise<boolean> {
  const answer = await fetch(`${url}/hook`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  }).catch(() => undefined);
  return answer?.status === 202;
}

/** Runs the installed hook itself. */
async function runHook(payload: object): Promise<void> {
  const child = spawn(hookFile(place.hooklineHome), { env: place.env, stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.end(JSON.stringify(payload));
  await once(child, 'close');
}

interface Load {
  /** The tool calls that were acknowledged, and the payloads that got no answer. */
  readonly acknowledged: string[];
  readonly unanswered: { readonly id: string; readonly payload: object }[];
}

/** Posts tool calls, several at a time, until the daemon is gone. */
async function load(daemon: Daemon, round: number): Promise<Load> {
  const result: Load = { acknowledged: [], unanswered: [] };
  const lane = async (lane: number): Promise<void> => {
    for (let count = 0; ; count++) {
      const id = `${round}-${lane}-${count}`;
      const payload = call(id, lane);
      if (await post(daemon, payload)) {
        result.acknowledged.push(id);
      } else {
        result.unanswered.push({ id, payload });
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, index) => lane(index)));
  return result;
}

/** Kills the daemon at a moment that is random, but never before there is something to lose. */
async function killed(daemon: Daemon): Promise<void> {
  const { seq } = await health(daemon);
  await until('there is something to lose', async () => (await health(daemon)).seq > seq + 100);
  await new Promise(resolve => setTimeout(resolve, Math.random() * 150));
  await daemon.stop('SIGKILL');
}

it(`keeps its word through ${rounds} kills`, { timeout: 60_000 + rounds * 10_000 }, async () => {
  await installHookFile(place.hooklineHome);
  // A client that wants little has to be told where it stands, or it would come back from far away.
  const config = { limits: { positionEveryMs: 50 } };
  fs.writeFileSync(path.join(place.hooklineHome, 'config.json'), JSON.stringify(config));
  const acknowledged: string[] = [];
  /** Told by a hook that got no answer; it is posted again, or has left it in the spool. */
  const insisted: string[] = [];
  let epoch = '';
  let followers: Follower[] = [];

  let again: object[] = [];
  const postAgain = async (daemon: Daemon): Promise<void> => {
    for (const payload of again) expect(await post(daemon, payload)).toBe(true);
    again = [];
  };

  for (let round = 0; round < rounds; round++) {
    const daemon = await startDaemon(place);
    epoch ||= (await health(daemon)).epoch;
    expect((await health(daemon)).epoch).toBe(epoch);
    if (followers.length === 0) followers = makeFollowers(place, epoch);
    await Promise.all(followers.map(follower => follower.resume(daemon)));
    await postAgain(daemon);
    const loading = load(daemon, round);
    await killed(daemon);
    const loaded = await loading;
    await Promise.all(followers.map(follower => follower.lost()));
    acknowledged.push(...loaded.acknowledged);
    for (const [index, { id, payload }] of loaded.unanswered.entries()) {
      insisted.push(id);
      if (index % 2 === 0) await runHook(payload);
      else again.push(payload);
    }
  }

  const daemon = await startDaemon(place);
  await Promise.all(followers.map(follower => follower.resume(daemon)));
  await postAgain(daemon);
  await until('the spool is empty', () =>
    fs.readdirSync(spoolFolder(place.hooklineHome)).every(name => !name.endsWith('.json')),
  );
  const log = await wholeLog(daemon);
  const head = log.at(-1)?.seq ?? 0;
  await Promise.all(followers.map(follower => follower.reach(head)));
  await Promise.all(followers.map(follower => follower.close()));
  expect((await health(daemon)).epoch).toBe(epoch);
  await daemon.stop();

  expect(seqsOf(log)).toEqual(log.map((_, index) => index + 1));
  const told = log.filter(({ type }) => type === 'tool.use').map(({ data }) => data?.['toolUseId']);
  expect(new Set(told).size).toBe(told.length);
  expect(acknowledged.filter(id => !told.includes(id))).toEqual([]);
  expect(insisted.filter(id => !told.includes(id))).toEqual([]);
  expect(told.length).toBe(acknowledged.length + insisted.length);
  expect(acknowledged.length).toBeGreaterThan(rounds * 20);
  for (const { name, received, wants } of followers) {
    expect(seqsOf(received), name).toEqual(seqsOf(log.filter(wants)));
    expect(received, name).toEqual(log.filter(wants));
    expect(received.length, name).toBeGreaterThan(0);
  }
});
