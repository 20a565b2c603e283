// A session that ends takes everybody in it along, and says so.
import { expect, it } from 'vitest';
import type { EventDraft } from '../../src/protocol/index.ts';
import { Projection } from '../../src/state/index.ts';

const event = (type: string, changes: Partial<EventDraft> = {}): EventDraft => ({
  type,
  timestamp: 1_795_000_000_000,
  sessionId: 's',
  source: 'claude-code',
  data: {},
  ...changes,
});

it('its subagents go offline before it does', () => {
  const state = new Projection();
  state.apply(event('session.discovered', { data: { startedBy: 'startup', cwd: '/w' } }));
  for (const agentId of ['a1', 'a2'])
    state.apply(event('agent.started', { agentId, data: { agentType: 'Explore' } }));
  expect(state.agents().map(({ agentId, state: now }) => [agentId, now])).toEqual([
    ['a1', 'working'],
    ['a2', 'working'],
  ]);
  const derived = state.apply(event('session.removed', { data: { reason: 'other' } }));
  expect(derived.map(({ type, agentId, data }) => [type, agentId, data['state']])).toEqual([
    ['agent.state_changed', 'a1', 'offline'],
    ['agent.state_changed', 'a2', 'offline'],
    ['agent.state_changed', undefined, 'offline'],
  ]);
  expect([state.sessions(), state.agents()]).toEqual([[], []]);
});
