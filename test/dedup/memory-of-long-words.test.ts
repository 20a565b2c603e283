// Subagents end with reports of many pages: that one was told is remembered, not the report.

import { expect, it } from 'vitest';
import type { AgentFact } from '../../src/dedup/dedup-state.ts';
import { boundedState } from '../../src/dedup/dedup-state.ts';
import type { EventDraft } from '../../src/protocol/index.ts';
import { makeReconciler } from '../support/agents.ts';

it('what is remembered of a subagent is small, and known again', () => {
  const facts: AgentFact[] = [];
  const memory = boundedState();
  const { agents } = memory;
  const reconciler = makeReconciler({
    ...memory,
    agents: {
      get: key => agents.get(key),
      set(key, fact) {
        facts.push(fact);
        agents.set(key, fact);
      },
    },
  });
  const about = { sessionId: 's', agentId: 'a', source: 'claude-code', timestamp: 1_000_000 };
  const tell = (type: string, at: number, data: Record<string, unknown>): string[] => {
    const event: EventDraft = { ...about, type, timestamp: about.timestamp + at, data };
    const told = reconciler.reconcile(event);
    for (const one of told) reconciler.observe(one);
    return told.map(one => one.type);
  };
  tell('session.discovered', 0, { startedBy: 'startup' });
  const report = (n: number): string => `${'What I found out in the end. '.repeat(4000)} ${n}`;
  for (let n = 0; n < 20; n++)
    tell('agent.stopped', n * 60_000, { agentType: 'Explore', lastMessage: report(n) });
  expect(JSON.stringify(facts.at(-1)).length).toBeLessThan(1000);
  // The same once more is no news; another end of the same length is.
  const at = 20 * 60_000;
  expect(tell('agent.stopped', at, { agentType: 'Explore', lastMessage: report(19) })).toEqual([]);
  expect(tell('agent.stopped', at, { agentType: 'Explore', lastMessage: report(18) })).toEqual([
    'agent.stopped',
  ]);
});
