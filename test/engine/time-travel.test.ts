// GET /api/snapshot?at=: the state exactly as it was at a past seq, as far back as the log goes.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { OutOfReachError, TimeTravel } from '../../src/engine/time-travel.ts';
import { EventLog, MemoryStore } from '../../src/log/index.ts';
import type { EventDraft } from '../../src/protocol/index.ts';
import { Projection } from '../../src/state/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { recordedPayloads } from '../support/fixtures.ts';

interface Snapshot {
  seq: number;
  sessions: unknown[];
  agents: unknown[];
}

async function get(daemon: TestDaemon, at?: number): Promise<{ status: number; body: Snapshot }> {
  const answer = await daemon.get(`/api/snapshot${at === undefined ? '' : `?at=${at}`}`);
  return { status: answer.status, body: (await answer.json()) as Snapshot };
}

describe('of a recorded session', () => {
  it('is what it was then, asked in any order, also after a restart', async () => {
    const daemon = await startTestDaemon({ config: { store: true } });
    const seen: Snapshot[] = [];
    for (const payload of recordedPayloads('session-subagents')) {
      await daemon.post(payload);
      seen.push((await get(daemon)).body);
    }
    for (const then of [...seen, ...seen.toReversed()])
      expect((await get(daemon, then.seq)).body).toEqual(then);
    expect((await get(daemon, 0)).body).toMatchObject({ seq: 0, sessions: [], agents: [] });
    await daemon.stop();
  });

  it('says how far it reaches', async () => {
    const daemon = await startTestDaemon();
    await daemon.hook('SessionStart', { source: 'startup' });
    const { seq } = (await get(daemon)).body;
    const beyond = await daemon.get(`/api/snapshot?at=${seq + 1}`);
    expect(beyond.status).toBe(400);
    expect(await beyond.json()).toMatchObject({
      error: {
        code: 'invalid_query',
        message: `the state at ${seq + 1} cannot be told; from 0 to ${seq} it can`,
      },
    });
    for (const query of ['?at=-1', '?at=now', '?when=3'])
      expect((await daemon.get(`/api/snapshot${query}`)).status).toBe(400);
    await daemon.stop();
  });
});

const textOf = (state: Projection): string => String(Buffer.concat(state.snapshotJson()));

/** A log of many calls in three sessions, with a checkpoint now and then, and what the state was after each event. */
function madeUp(
  events: number,
  ring: number,
  every: number,
): { log: EventLog; states: string[]; saved: number[] } {
  const options = { events: ring, bytes: 1e9 };
  const log = new EventLog(new MemoryStore('e', options), { ring: options });
  const projection = new Projection();
  const states = [textOf(projection)];
  const saved: number[] = [];
  const append = (event: EventDraft): void => {
    log.append([event]);
    const derived = projection.apply(event);
    states.push(textOf(projection));
    for (const one of derived) append(one);
  };
  for (let n = 0; log.head < events; n++) {
    const at = { timestamp: 1_795_000_000_000 + n, sessionId: `s${n % 3}`, source: 'claude-code' };
    const toolUseId = `t${n}`;
    append({ ...at, type: 'session.discovered', data: { startedBy: 'hook', cwd: '/w' } });
    append({ ...at, type: 'tool.use', data: { toolUseId, toolName: 'Bash', input: { command: `c${n}` } } });
    append({ ...at, type: 'tool.result', data: { toolUseId, success: n % 5 > 0 } });
    if (n % 11 === 0) append({ ...at, type: 'session.removed', data: { reason: 'other' } });
    if (log.head < (saved.at(-1) ?? 0) + every) continue;
    log.saveCheckpoint(projection.save());
    saved.push(log.head);
  }
  return { log, states, saved };
}

const never = new AbortController().signal;

test('it is the state of the moment, from whichever checkpoint or earlier journey it starts', async () => {
  const { log, states, saved } = madeUp(3000, 10_000, 250);
  expect(saved).toEqual(expect.arrayContaining([...log.checkpoints()]));
  expect(log.checkpoints().length).toBeGreaterThan(3);
  const travel = new TimeTravel(log);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: log.head - 1 }), async seq => {
      expect(await travel.at(seq, never, textOf)).toBe(states[seq]);
    }),
    { numRuns: 200 },
  );
});

test("journeys at the same time do not get into each other's way", async () => {
  const { log, states } = madeUp(2000, 10_000, 500);
  const travel = new TimeTravel(log);
  const seqs = [1900, 100, 101, 1500, 99, 1501, 0];
  const found = await Promise.all(seqs.map(seq => travel.at(seq, never, textOf)));
  expect(found).toEqual(seqs.map(seq => states[seq]));
});

test('where the beginning of the log is gone it reaches back to a checkpoint whose events are all there', async () => {
  const { log, states, saved } = madeUp(3000, 700, 250);
  const travel = new TimeTravel(log);
  const from = saved.find(seq => seq >= log.oldest - 1) ?? Number.NaN;
  expect(from).toBeLessThan(2600);
  expect(travel.reach).toEqual({ from, to: log.head });
  for (const seq of [from, from + 1, from + 200])
    expect(await travel.at(seq, never, textOf)).toBe(states[seq]);
  await expect(travel.at(from - 1, never, String)).rejects.toThrow(OutOfReachError);
  await expect(travel.at(from - 1, never, String)).rejects.toThrow(
    `the state at ${from - 1} cannot be told; from ${from} to ${log.head} it can`,
  );
});

test('without a checkpoint there is only the present', () => {
  const { log } = madeUp(3000, 700, 1_000_000);
  expect(new TimeTravel(log).reach).toEqual({ from: log.head, to: log.head });
});

test('a journey that nobody waits for ends, and the next one goes on', async () => {
  const { log, states } = madeUp(3000, 10_000, 1_000_000);
  const travel = new TimeTravel(log);
  const gone = new AbortController();
  const lost = travel.at(2900, gone.signal, textOf);
  gone.abort(new Error('gone'));
  await expect(lost).rejects.toThrow('gone');
  expect(await travel.at(2900, never, textOf)).toBe(states[2900]);
});
