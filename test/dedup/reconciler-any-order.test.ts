// However the hooks of a real session are shuffled, repeated and interrupted by restarts, the log tells the same.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HookPayload } from '../../src/agents/flat-payload/payload.ts';
import type { EventDraft } from '../../src/protocol/index.ts';
import { makeIntake, makeReconciler } from '../support/agents.ts';
import { recordedPayloads } from '../support/fixtures.ts';

const intake = makeIntake();
const payloads = recordedPayloads('session-subagents');
const REPEATABLE = new Set([
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'SubagentStart',
  'SubagentStop',
]);

/** When a hook arrives: at random, but first the start, last the end, and a subagent's stop after its work. */
function arrival(payload: HookPayload, random: number): number {
  const hook = payload.hook_event_name;
  if (hook === 'SessionStart') return -1;
  if (hook === 'SubagentStop') return 1 + random;
  if (hook === 'SessionEnd') return 2;
  // A few results come when the session is over.
  return hook.startsWith('PostToolUse') && random > 0.9 ? 2 + random : random;
}

function play(order: readonly HookPayload[], restartEvery: number): readonly EventDraft[] {
  const log: EventDraft[] = [];
  let reconciler = makeReconciler();
  for (const [index, payload] of order.entries()) {
    if (index % restartEvery === restartEvery - 1) {
      reconciler = makeReconciler();
      for (const event of log) reconciler.observe(event);
    }
    for (const event of reconciler.reconcile(intake(payload, index))) {
      reconciler.observe(event);
      log.push(event);
    }
  }
  return log;
}

/** An event without what depends on the moment it was told at. */
function essence({ type, agentId, data }: EventDraft): string {
  const { cwd: _cwd, permissionMode: _mode, promptId: _prompt, ...own } = data;
  return JSON.stringify([type, agentId, own]);
}

const inOrder = play(payloads, Number.POSITIVE_INFINITY).map(essence).sort();

const randoms = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), {
  minLength: payloads.length * 2,
  maxLength: payloads.length * 2,
});

const order = fc
  .tuple(randoms, fc.array(fc.boolean(), { minLength: payloads.length, maxLength: payloads.length }))
  .map(([when, again]) => {
    const once = payloads.map((payload, index) => ({ payload, at: arrival(payload, when[index] ?? 0) }));
    const twice = payloads.flatMap((payload, index) =>
      again[index] && REPEATABLE.has(payload.hook_event_name)
        ? [{ payload, at: arrival(payload, when[payloads.length + index] ?? 0) }]
        : [],
    );
    return [...once, ...twice].sort((a, b) => a.at - b.at).map(({ payload }) => payload);
  });

test('the same events, each call used once and then answered once, each subagent started before it acts', () => {
  fc.assert(
    fc.property(order, fc.integer({ min: 1, max: 60 }), (shuffled, restartEvery) => {
      const log = play(shuffled, restartEvery);
      expect(log.map(essence).sort()).toEqual(inOrder);
      const used = new Set<unknown>();
      const begun = new Set<string>();
      for (const { type, agentId, data } of log) {
        if (type === 'agent.started' && agentId !== undefined) begun.add(agentId);
        if (agentId !== undefined) expect(begun).toContain(agentId);
        if (type === 'tool.use') used.add(data['toolUseId']);
        if (type === 'tool.result') expect(used).toContain(data['toolUseId']);
      }
    }),
    { numRuns: 200 },
  );
});

test('the recording is worth shuffling', () => {
  const count = (type: string): number => inOrder.filter(event => event.startsWith(`["${type}"`)).length;
  expect(count('tool.use')).toBe(count('tool.result'));
  expect(count('tool.use')).toBeGreaterThan(10);
  expect(count('agent.started')).toBe(2);
});
