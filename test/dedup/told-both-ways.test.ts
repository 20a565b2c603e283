// A hook that got no answer in time keeps what it had sent, and the daemon finds it twice: in its socket and in the spool.

import { expect, test } from 'vitest';
import type { EventDraft } from '../../src/protocol/index.ts';
import { makeIntake, makeReconciler } from '../support/agents.ts';

const intake = makeIntake();
const T = 1_800_000_000_000;

/** Kinds of hooks that name nothing by which they were known again, with and without a normal form. */
const NAMELESS: readonly (readonly [string, object])[] = [
  ['Notification', { message: 'may I?', notification_type: 'permission_prompt' }],
  ['PermissionRequest', { tool_name: 'Bash', tool_input: { command: 'ls' } }],
  ['PreCompact', { trigger: 'auto' }],
  ['PostCompact', { trigger: 'auto', compact_summary: 'so far' }],
  ['PostToolBatch', { tool_calls: [{ tool_use_id: 't1' }] }],
  ['BrandNewEvent2027', { what: 'ever' }],
];

class Daemon {
  reconciler = makeReconciler();
  readonly log: EventDraft[] = [];

  live(hook: string, fields: object, at: number): number {
    return this.#take(draftOf(hook, fields, at));
  }

  /** Takes one out of the spool; `againUntil` is given when its hook had sent it. */
  spooled(hook: string, fields: object, at: number, againUntil?: number): number {
    const draft = draftOf(hook, fields, at);
    const again = againUntil === undefined ? {} : { againUntil };
    return this.#take({ ...draft, ...again, data: { ...draft.data, recovered: true } });
  }

  /** The next one knows what the log says. */
  restart(): void {
    this.reconciler = makeReconciler();
    for (const { againUntil: _, ...event } of this.log) this.reconciler.observe(event);
  }

  /** How many events of a hook it added. */
  #take(draft: EventDraft): number {
    const events = this.reconciler.reconcile(draft);
    for (const event of events) {
      this.reconciler.observe(event);
      this.log.push(event);
    }
    return events.filter(({ type }) => type === draft.type).length;
  }
}

function draftOf(hook: string, fields: object, at: number): EventDraft {
  return intake({ session_id: 's', cwd: '/w', hook_event_name: hook, ...fields }, at);
}

test.each(NAMELESS)('%s: kept at the limit and read from the socket, it is told once', (hook, fields) => {
  const spoolFirst = new Daemon();
  expect(spoolFirst.spooled(hook, fields, T, T + 70_000)).toBe(1);
  expect(spoolFirst.live(hook, fields, T + 60_500)).toBe(0);

  const socketFirst = new Daemon();
  expect(socketFirst.live(hook, fields, T + 60_000)).toBe(1);
  expect(socketFirst.spooled(hook, fields, T, T + 70_000)).toBe(0);

  const slowToAnswer = new Daemon();
  expect(slowToAnswer.live(hook, fields, T - 1000)).toBe(1);
  expect(slowToAnswer.spooled(hook, fields, T, T + 10_000)).toBe(0);
});

test('killed after it told what it read from the socket: the next one does not tell it from the spool', () => {
  const daemon = new Daemon();
  for (const [hook, fields] of NAMELESS) expect(daemon.live(hook, fields, T)).toBe(1);
  daemon.restart();
  for (const [hook, fields] of NAMELESS) expect(daemon.spooled(hook, fields, T + 10, T + 20_000)).toBe(0);
});

test('two that say the same are two: both live, both kept, or at another time', () => {
  const [[hook, fields]] = NAMELESS as [readonly [string, object]];
  const daemon = new Daemon();
  expect(daemon.live(hook, fields, T)).toBe(1);
  expect(daemon.live(hook, fields, T)).toBe(1);
  expect(daemon.spooled(hook, fields, T + 5001, T + 20_000)).toBe(1);
  expect(daemon.spooled(hook, fields, T + 5002, T + 20_000)).toBe(1);
  expect(daemon.live(hook, fields, T + 20_001)).toBe(1);
});

test('what was never sent has no twin', () => {
  const [[hook, fields]] = NAMELESS as [readonly [string, object]];
  const daemon = new Daemon();
  expect(daemon.spooled(hook, fields, T)).toBe(1);
  expect(daemon.live(hook, fields, T + 1)).toBe(1);
  expect(daemon.spooled(hook, fields, T + 2)).toBe(1);
});

test('two at once while it hangs: told twice, not four times, in whatever order they are found', () => {
  const [[hook, fields]] = NAMELESS as [readonly [string, object]];
  const kept = (daemon: Daemon, at: number): number => daemon.spooled(hook, fields, at, T + 10_000);
  const read = (daemon: Daemon, at: number): number => daemon.live(hook, fields, at);
  for (const order of ['kkrr', 'rrkk', 'krkr', 'rkrk', 'krrk', 'rkkr']) {
    const daemon = new Daemon();
    for (const [index, way] of [...order].entries())
      if (way === 'k') kept(daemon, T + index);
      else read(daemon, T + 500 + index);
    expect(daemon.log.filter(({ type }) => type === 'session.notification')).toHaveLength(2);
  }
});
