// However asynchronous hooks overlap and overtake each other, everybody ends up in the same state.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HookPayload } from '../../src/agents/flat-payload/payload.ts';
import type { EventDraft } from '../../src/protocol/index.ts';
import { Projection } from '../../src/state/index.ts';
import { makeIntake, makeReconciler } from '../support/agents.ts';
import { type FixtureName, recordedPayloads } from '../support/fixtures.ts';
import { NOON } from './story.ts';

const intake = makeIntake();

/** These run before the client goes on, so their order holds; all others may come any time later (Claude Code 2.1.329). */
const IN_ORDER = new Set([
  'SessionStart',
  'UserPromptSubmit',
  'PermissionRequest',
  'Stop',
  'StopFailure',
  'SessionEnd',
]);

/** The last state before the session ends, without what depends on the moment something was told. */
function outcome(order: readonly HookPayload[]): unknown {
  const reconciler = makeReconciler();
  const projection = new Projection();
  const append = (event: EventDraft): void => {
    reconciler.observe(event);
    for (const derived of projection.apply(event)) append(derived);
  };
  for (const [index, payload] of order.entries())
    for (const event of reconciler.reconcile(intake(payload, NOON + index))) append(event);
  return [...projection.sessions(), ...projection.agents()].map(one => ({
    who: 'agentId' in one ? one.agentId : one.sessionId,
    state: one.state,
    currentTools: one.currentTools,
    counts: one.counts,
    waits: one.pendingPermission?.what,
    lastTools: one.lastTools
      .map(({ startedAt: _startedAt, durationMs: _durationMs, ...tool }) => tool)
      .sort((a, b) => a.toolUseId.localeCompare(b.toolUseId)),
  }));
}

/** A recording up to the end of its first session, with a permission asked for before some of its commands. */
function recording(name: FixtureName): readonly HookPayload[] {
  const payloads = recordedPayloads(name);
  const end = payloads.findIndex(payload => payload.hook_event_name === 'SessionEnd');
  return payloads.slice(0, end).flatMap((payload, index) => {
    if (payload.hook_event_name !== 'PreToolUse' || index % 2 !== 0) return [payload];
    const { tool_use_id: _id, ...asked } = payload;
    return [payload, { ...asked, hook_event_name: 'PermissionRequest' }];
  });
}

test.each<FixtureName>(['session-simple', 'session-subagents'])('%s', name => {
  const payloads = recording(name);
  const delays = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 40, noNaN: true })), {
    minLength: payloads.length,
    maxLength: payloads.length,
  });
  const inOrder = outcome(payloads);
  fc.assert(
    fc.property(delays, wait => {
      const shuffled = payloads
        .map((payload, index) => ({
          payload,
          at: IN_ORDER.has(payload.hook_event_name) ? index : index + (wait[index] ?? 0),
        }))
        .sort((a, b) => a.at - b.at)
        .map(({ payload }) => payload);
      expect(outcome(shuffled)).toEqual(inOrder);
    }),
    { numRuns: 300 },
  );
});

test('the recordings are worth shuffling: somebody waits in them, and calls end', () => {
  const payloads = recording('session-subagents');
  expect(
    payloads.filter(({ hook_event_name }) => hook_event_name === 'PermissionRequest').length,
  ).toBeGreaterThan(3);
  expect(outcome(payloads)).toMatchObject([{ state: 'idle', currentTools: [], waits: undefined }]);
});
