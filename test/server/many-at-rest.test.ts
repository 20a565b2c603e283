// Thousands of sessions that live and say nothing: they cost no more than a few do, and whatever one of them says is found all the same.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Liveness } from '../../src/agents/claude-code/watch/liveness.ts';
import { Transcripts } from '../../src/agents/claude-code/watch/transcripts.ts';
import { boundedState } from '../../src/dedup/dedup-state.ts';
import { pinnedState } from '../../src/dedup/pinned-state.ts';
import { EventLog, MemoryStore, toRecord } from '../../src/log/index.ts';
import type { EventDraft } from '../../src/protocol/index.ts';
import { makeSanitizer } from '../../src/sanitize/sanitizer.ts';
import { Projection } from '../../src/state/index.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;

let folder: string;
/** Milliseconds by which the clock that never jumps is ahead. */
let ahead: number;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-at-rest-'));
  ahead = 0;
  const uptime = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => uptime() + ahead);
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

const discovered = (sessionId: string, data: Record<string, unknown> = {}): EventDraft => ({
  type: 'session.discovered',
  timestamp: Date.now(),
  sessionId,
  source: 'claude-code',
  data: { startedBy: 'startup', cwd: '/w', ...data },
});

describe('transcripts', () => {
  const pathOf = (number: number): string => path.join(folder, `session-${number}.jsonl`);
  const told: EventDraft[] = [];

  /** So many sessions, each with its transcript, that fell silent so long ago, in milliseconds. */
  async function quiet(sessions: number, silentMs: number): Promise<Transcripts> {
    told.length = 0;
    const ring = { events: 1000, bytes: 1e6 };
    const projection = new Projection();
    const transcripts = new Transcripts({
      log: new EventLog(new MemoryStore('epoch', ring), { ring }),
      memory: pinnedState(boundedState()),
      rememberedFrom: 1,
      projection,
      submit: async draft => void told.push(draft),
      now: Date.now,
      startedAt: Date.now(),
    });
    for (let number = 0; number < sessions; number++) {
      fs.writeFileSync(pathOf(number), '');
      const event = discovered(`session-${number}`, { transcriptPath: pathOf(number) });
      transcripts.note(toRecord(event, number + 1));
      projection.apply(event);
    }
    await transcripts.tick();
    ahead += silentMs;
    // What was due meanwhile is looked at, and becomes due again much later.
    for (let looks = 0; looks < sessions; looks += 25) await transcripts.tick();
    return transcripts;
  }

  /** How often the file system is asked in ten seconds. */
  async function looks(transcripts: Transcripts): Promise<number> {
    const asked = vi.spyOn(fs, 'statSync');
    for (let tick = 0; tick < 20; tick++) {
      ahead += SECOND / 2;
      await transcripts.tick();
    }
    const { length } = asked.mock.calls;
    asked.mockRestore();
    return length;
  }

  it('are looked at ever more rarely, and no more than so many at a time', async () => {
    const few = await looks(await quiet(20, 2 * 60 * SECOND));
    // Every four seconds: a stat of its own, and one of its subagents' folder.
    expect(few).toBeGreaterThan(20 * 2);
    expect(few).toBeLessThan(20 * 2 * 4);
    expect(await looks(await quiet(20, HOUR))).toBeLessThan(20 * 2 * 2);
    expect(await looks(await quiet(3000, 2 * 60 * SECOND))).toBeLessThanOrEqual(1000 * 2);
  });

  it('tell what is written to them all the same, each in its turn', async () => {
    const transcripts = await quiet(1000, HOUR);
    const message = { id: 'm1', role: 'assistant', content: [{ type: 'text', text: 'Still here.' }] };
    const line = { type: 'assistant', uuid: 'u1', timestamp: new Date().toISOString(), message };
    for (const number of [3, 500, 997]) fs.appendFileSync(pathOf(number), `${JSON.stringify(line)}\n`);
    let ticks = 0;
    for (; told.length < 3 && ticks < 200; ticks++) {
      ahead += SECOND / 2;
      await transcripts.tick();
    }
    expect(told.map(({ type, sessionId }) => `${type} ${sessionId}`).sort()).toEqual([
      'message.assistant session-3',
      'message.assistant session-500',
      'message.assistant session-997',
    ]);
    // A minute, with an hour of silence behind them, and their turn among a thousand that are due at the same time.
    expect(ticks).toBeLessThanOrEqual(120 + 1000 / 50 + 5);
  });

  it('are looked at next time once a hook tells of their session', async () => {
    const transcripts = await quiet(1000, HOUR);
    const message = { id: 'm1', role: 'assistant', content: [{ type: 'text', text: 'Back again.' }] };
    const line = { type: 'assistant', uuid: 'u1', timestamp: new Date().toISOString(), message };
    fs.appendFileSync(pathOf(700), `${JSON.stringify(line)}\n`);
    const hook = { topic: 'hook.notification', payload: {} };
    transcripts.note(toRecord({ ...discovered('session-700'), type: 'session.notification', hook }, 1001));
    await transcripts.tick();
    expect(told).toMatchObject([{ type: 'message.assistant', sessionId: 'session-700' }]);
  });
});

describe('who lives', () => {
  const SESSIONS = 2000;
  const told: EventDraft[] = [];
  let projection: Projection;
  let later: number;
  let liveness: Liveness;
  beforeEach(() => {
    told.length = 0;
    later = 0;
    projection = new Projection();
    for (let number = 0; number < SESSIONS; number++) projection.apply(discovered(`session-${number}`));
    liveness = new Liveness({
      projection,
      claudeDir: folder,
      sanitize: makeSanitizer(),
      finish: () => true,
      silentOverMs: 5 * HOUR,
      now: () => Date.now() + later,
      submit: async draft => void told.push(draft),
    });
    liveness.tick();
  });

  it('is not asked about those of whom there cannot be anything new', () => {
    const asked = [vi.spyOn(projection, 'living'), vi.spyOn(projection, 'lives')];
    for (let tick = 0; tick < 50; tick++) {
      later += SECOND;
      liveness.tick();
    }
    expect(asked.map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
    liveness.note(toRecord({ ...discovered('session-7'), type: 'session.notification' }, 2001));
    liveness.tick();
    expect(asked[1]?.mock.calls.length).toBeLessThan(5);
  });

  it('is let go once it was silent for as long as the configuration says, and that is told', () => {
    later = 5 * HOUR - 10 * SECOND;
    liveness.tick();
    expect(told).toEqual([]);
    later = 5 * HOUR + 10 * SECOND;
    liveness.tick();
    expect(told.length).toBe(SESSIONS);
    expect(told[0]).toMatchObject({ type: 'session.removed', data: { reason: 'silent' } });
  });
});
