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

it('its counts go on when it is resumed, also where the state was saved and loaded in between', () => {
  const state = new Projection();
  state.apply(event('session.discovered', { data: { startedBy: 'startup', cwd: '/w' } }));
  state.apply(event('prompt.submitted', { data: { prompt: 'Fix it' } }));
  state.apply(event('tool.use', { data: { toolName: 'Bash', toolUseId: 't1' } }));
  state.apply(event('session.removed', { data: { reason: 'other' } }));
  const loaded = new Projection();
  expect(loaded.load(state.save())).toBe(true);
  for (const one of [state, loaded]) {
    one.apply(event('session.discovered', { data: { startedBy: 'resume', cwd: '/w' } }));
    one.apply(event('tool.use', { data: { toolName: 'Bash', toolUseId: 't2' } }));
    expect(one.session('s')?.counts).toEqual({ prompts: 1, turns: 0, tools: 2, failures: 0 });
  }
  expect(loaded.save()).toBe(state.save());
});
