// Subagents that have come to rest in a session that lives on: what is remembered of each is little, and nothing of them is lost.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SessionTail } from '../../../../src/agents/claude-code/watch/session-tail.ts';
import { ownTurn } from '../../../../src/log/index.ts';
import type { EventDraft } from '../../../../src/protocol/index.ts';
import { Projection } from '../../../../src/state/index.ts';
import { heapBytes } from '../../../support/memory.ts';
import { until } from '../../../support/until.ts';

const sessionId = 's1';
const HOUR = 3600_000;
const clock = performance.now.bind(performance);
const soon = (): number => performance.now() + 10_000;

let folder: string;
let projection: Projection;
let session: SessionTail;
let told: string[];
/** By how much the clock that never jumps was put forward, in milliseconds. */
let ahead: number;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-at-rest-'));
  fs.mkdirSync(path.join(folder, 's1', 'subagents'), { recursive: true });
  ahead = 0;
  performance.now = () => clock() + ahead;
  projection = new Projection();
  told = [];
  const main = path.join(folder, 's1.jsonl');
  fs.writeFileSync(main, '');
  apply('session.discovered', { transcriptPath: main, cwd: '/w', startedBy: 'startup' });
  const submit = async (draft: EventDraft): Promise<void> => {
    projection.apply(draft);
    if (draft.type === 'message.assistant') told.push(String(draft.data['messageId']));
  };
  const startedAt = Date.now() - HOUR;
  session = new SessionTail(
    { sessionId, transcriptPath: main },
    { projection, submit, now: Date.now, startedAt },
  );
});
afterEach(() => {
  vi.restoreAllMocks();
  performance.now = clock;
  fs.rmSync(folder, { recursive: true, force: true });
});

function apply(type: string, data: object, agentId?: string): void {
  const whose = agentId === undefined ? {} : { agentId };
  projection.apply({
    type,
    timestamp: Date.now(),
    sessionId,
    ...whose,
    source: 'claude-code',
    data: { ...data },
  });
}

const fileOf = (agentId: string): string => path.join(folder, 's1', 'subagents', `agent-${agentId}.jsonl`);

function line(id: string, at = Date.now()): string {
  const message = { id, model: 'm', content: [{ type: 'text', text: 'x'.repeat(300) }] };
  const timestamp = new Date(at).toISOString();
  return `${JSON.stringify({ type: 'assistant', message, timestamp, sessionId })}\n`;
}

const says = (agentId: string, id: string): void => fs.appendFileSync(fileOf(agentId), line(id));

/** Looks if anything is due, as the daemon does many times a second. */
function look(): void {
  if (session.dueAt <= performance.now()) session.step(soon());
}

/** The session is over, and all of it told. */
const finish = (): Promise<boolean> => until('all is told', () => session.finish(soon()));

/** An hour in which nothing happens but looks. */
function anHourGoesBy(): void {
  for (let minute = 0; minute < 60; minute++) {
    ahead += 60_000;
    look();
  }
}

it('one that is resumed is told on from where it was, once, as soon as its hook calls', () => {
  says('a1', 'm1');
  look();
  anHourGoesBy();
  says('a1', 'm2');
  session.stir('a1');
  look();
  expect(told).toEqual(['m1', 'm2']);
});

it('one that goes on without a hook is told on within a minute', () => {
  says('a1', 'm1');
  look();
  anHourGoesBy();
  says('a1', 'm2');
  ahead += 60_000;
  look();
  expect(told).toEqual(['m1', 'm2']);
});

it('what stands at its end is told when the session ends', async () => {
  says('a1', 'm1');
  look();
  anHourGoesBy();
  says('a1', 'm2');
  await finish();
  expect(told).toEqual(['m1', 'm2']);
});

it('of one that is another file by then, only what is newer is told', () => {
  says('a1', 'm1');
  says('a1', 'm2');
  look();
  anHourGoesBy();
  const kept = fs.readFileSync(fileOf('a1'), 'utf8').split('\n')[1];
  fs.writeFileSync(fileOf('a1'), `${kept}\n${line('m3', Date.now() + HOUR)}`);
  session.stir('a1');
  look();
  expect(told).toEqual(['m1', 'm2', 'm3']);
});

it('one whose last line is half written waits for the rest of it', () => {
  says('a1', 'm1');
  const half = line('m2');
  fs.appendFileSync(fileOf('a1'), half.slice(0, 40));
  look();
  anHourGoesBy();
  fs.appendFileSync(fileOf('a1'), half.slice(40));
  session.stir('a1');
  look();
  expect(told).toEqual(['m1', 'm2']);
});

it('a call that runs for an hour is still known by its name', async () => {
  apply('agent.started', { agentType: 'Explore' }, 'a1');
  const call = { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: {} };
  const timestamp = new Date().toISOString();
  const use = { type: 'assistant', message: { id: 'm1', model: 'm', content: [call] }, timestamp, sessionId };
  fs.appendFileSync(fileOf('a1'), `${JSON.stringify(use)}\n`);
  look();
  anHourGoesBy();
  const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'done' };
  const answer = { type: 'user', message: { content: [result] }, timestamp, sessionId };
  fs.appendFileSync(fileOf('a1'), `${JSON.stringify(answer)}\n`);
  const applied = vi.spyOn(projection, 'apply');
  session.stir('a1');
  await finish();
  const results = applied.mock.calls.map(([draft]) => draft).filter(({ type }) => type === 'tool.result');
  expect(results.map(({ data }) => data['toolName'])).toEqual(['Bash']);
});

it('two thousand of them cost half a kilobyte each, besides what the log knows of them', async () => {
  projection.apply = () => [];
  told.push = () => 0;
  const work = (agentId: string): void => says(agentId, agentId);
  // What the code itself takes up is there by then.
  for (let n = 0; n < 200; n++) work(`warm${n}`);
  anHourGoesBy();
  await ownTurn();
  const before = heapBytes();
  for (let n = 0; n < 2000; n++) work(`a${n}`);
  anHourGoesBy();
  await ownTurn();
  expect((heapBytes() - before) / 2000).toBeLessThan(512);
});
