// What transcripts and the register tell besides the hooks: nothing twice, and nobody comes back to life by it.

import { beforeEach, describe, expect, test } from 'vitest';
import { boundedState, type DedupState, STATE_LIMITS } from '../../src/dedup/dedup-state.ts';
import { pinnedState, unboundedState } from '../../src/dedup/pinned-state.ts';
import type { Reconciler } from '../../src/dedup/reconciler.ts';
import { SeenIndex } from '../../src/dedup/seen-index.ts';
import type { EventDraft } from '../../src/protocol/index.ts';
import { makeReconciler } from '../support/agents.ts';

const START = 1_795_000_000_000;
let reconciler: Reconciler;
let clock: number;
beforeEach(() => {
  reconciler = makeReconciler();
  clock = START;
});

function draft(type: string, data: EventDraft['data'] = {}, agentId?: string): EventDraft {
  const agent = agentId === undefined ? {} : { agentId };
  return { type, timestamp: clock, sessionId: 's', source: 'claude-code', data, ...agent };
}

/** Appends what a draft adds to the log, and gives the types of it. */
function tell(type: string, data: EventDraft['data'] = {}, agentId?: string): string[] {
  const events = reconciler.reconcile(draft(type, data, agentId));
  for (const event of events) reconciler.observe(event);
  return events.map(event => event.type);
}
const recovered = (type: string, data: EventDraft['data'] = {}, agentId?: string): string[] =>
  tell(type, { ...data, recovered: true }, agentId);
const later = (ms: number): void => {
  clock += ms;
};

describe('what becomes known', () => {
  test('announces nobody', () => {
    expect(tell('session.updated', { pid: 7 })).toEqual([]);
    expect(tell('agent.updated', { description: 'x' }, 'a1')).toEqual([]);
    tell('session.discovered', { startedBy: 'startup' });
    expect(tell('session.updated', { pid: 7 })).toEqual(['session.updated']);
    expect(tell('agent.updated', { description: 'x' }, 'a1')).toEqual([]);
    tell('agent.started', { agentType: 'general-purpose' }, 'a1');
    expect(tell('agent.updated', { description: 'x' }, 'a1')).toEqual(['agent.updated']);
  });

  test('revives nobody', () => {
    tell('session.discovered', { startedBy: 'startup' });
    tell('session.removed', { reason: 'process_exited' });
    expect(tell('session.updated', { status: 'busy' })).toEqual([]);
  });

  test('is no reason to tell the same start twice', () => {
    tell('session.discovered', { startedBy: 'startup' });
    tell('session.updated', { pid: 7 });
    expect(tell('session.discovered', { startedBy: 'startup' })).toEqual([]);
  });
});

describe('a session whose process is gone', () => {
  beforeEach(() => {
    tell('session.discovered', { startedBy: 'startup' });
    tell('prompt.submitted', { prompt: 'go', promptId: 'p1' });
    tell('session.removed', { reason: 'process_exited' });
  });

  test('is not revived by hooks that were under way', () => {
    expect(tell('tool.use', { toolUseId: 't1', promptId: 'p1' })).toEqual(['tool.use']);
    expect(tell('tool.use', { toolUseId: 't2', promptId: 'p2' })).toEqual(['tool.use']);
    expect(tell('prompt.submitted', { prompt: 'go', promptId: 'p1' })).toEqual(['prompt.submitted']);
  });

  test('is revived by a start, or a prompt of its own', () => {
    expect(tell('prompt.submitted', { prompt: 'on', promptId: 'p2' })).toEqual([
      'session.discovered',
      'prompt.submitted',
    ]);
    tell('session.removed', { reason: 'process_exited' });
    expect(tell('session.discovered', { startedBy: 'resume' })).toEqual(['session.discovered']);
    // From here on it is a session like any other.
    tell('session.removed', { reason: 'other' });
    expect(tell('tool.use', { toolUseId: 't3', promptId: 'p9' })).toEqual(['session.discovered', 'tool.use']);
  });
});

describe('a prompt typed during a turn', () => {
  const queued = { prompt: 'and this', promptId: 'p1', queued: true };
  beforeEach(() => {
    tell('session.discovered', { startedBy: 'startup' });
    tell('prompt.submitted', { prompt: 'do it', promptId: 'p1' });
  });

  test('is told once when its hook told it too', () => {
    tell('prompt.submitted', { prompt: 'and this', promptId: 'p1' });
    later(3000);
    expect(recovered('prompt.submitted', queued)).toEqual([]);
  });

  test('is told by the transcript when no hook did', () => {
    expect(recovered('prompt.submitted', queued)).toEqual(['prompt.submitted']);
    expect(recovered('prompt.submitted', queued)).toEqual([]);
  });
});

describe('an older client, which names no prompts', () => {
  test('has its turns told once all the same', () => {
    tell('session.discovered', { startedBy: 'startup' });
    tell('prompt.submitted', { prompt: 'go on' });
    tell('turn.completed', { lastMessage: 'Done.' });
    later(3000);
    expect(recovered('prompt.submitted', { prompt: 'go on' })).toEqual([]);
    expect(recovered('turn.completed', { lastMessage: 'Done.' })).toEqual([]);
    later(3600_000);
    expect(recovered('prompt.submitted', { prompt: 'go on' })).toEqual(['prompt.submitted']);
    expect(recovered('turn.completed', { lastMessage: 'Done.' })).toEqual(['turn.completed']);
  });
});

describe('a client whose hooks name prompts and whose transcripts do not, or the other way round', () => {
  test('has its turns told once all the same', () => {
    tell('session.discovered', { startedBy: 'startup' });
    tell('prompt.submitted', { prompt: 'go on', promptId: 'p1' });
    tell('turn.completed', { lastMessage: 'Done.' });
    later(3000);
    expect(recovered('prompt.submitted', { prompt: 'go on' })).toEqual([]);
    expect(recovered('turn.completed', { lastMessage: 'Done.', promptId: 'p1' })).toEqual([]);
  });

  test('may say the same in the next turn', () => {
    tell('session.discovered', { startedBy: 'startup' });
    tell('prompt.submitted', { prompt: 'go on', promptId: 'p1' });
    later(3000);
    expect(recovered('prompt.submitted', { prompt: 'go on', promptId: 'p2' })).toEqual(['prompt.submitted']);
  });
});

describe('a subagent that is resumed and says the same again', () => {
  const stop = { agentType: 'general-purpose', lastMessage: 'Scouted.' };
  test('stopped twice, and each time is told once', () => {
    tell('session.discovered', { startedBy: 'startup' });
    tell('agent.started', { agentType: 'general-purpose' }, 'a1');
    expect(tell('agent.stopped', stop, 'a1')).toEqual(['agent.stopped']);
    tell('tool.use', { toolUseId: 't1' }, 'a1');
    // The transcript's word about the first stop, while the subagent is at work again.
    later(3000);
    expect(recovered('agent.stopped', stop, 'a1')).toEqual([]);
    later(120_000);
    expect(recovered('agent.stopped', stop, 'a1')).toEqual(['agent.stopped']);
    expect(tell('agent.stopped', stop, 'a1')).toEqual([]);
  });
});

test('a subagent whose last words the transcript has in two parts stopped once', () => {
  tell('session.discovered', { startedBy: 'startup' });
  tell('agent.started', { agentType: 'general-purpose' }, 'a1');
  tell('agent.stopped', { agentType: 'general-purpose', lastMessage: 'One.\n\nTwo.' }, 'a1');
  later(50);
  for (const lastMessage of ['One.', 'Two.'])
    expect(recovered('agent.stopped', { agentType: 'general-purpose', lastMessage }, 'a1')).toEqual([]);
});

test('compaction is told once, by the hook or the transcript', () => {
  tell('session.discovered', { startedBy: 'startup' });
  expect(recovered('context.compacted', { trigger: 'manual' })).toEqual(['context.compacted']);
  later(600_000);
  expect(tell('context.compacted', { trigger: 'auto' })).toEqual(['context.compacted']);
  later(3000);
  expect(recovered('context.compacted', { trigger: 'auto' })).toEqual([]);
});

describe('a call told so long ago that it was forgotten', () => {
  const past: EventDraft[] = [];
  let memory: DedupState & ReturnType<typeof pinnedState>;
  beforeEach(() => {
    past.length = 0;
    memory = pinnedState(boundedState({ ...STATE_LIMITS, calls: 10, turns: 10, words: 10 }));
    reconciler = makeReconciler(memory);
    tell('session.discovered', { startedBy: 'startup' });
    for (let index = 0; index < 50; index++) {
      for (const one of [
        draft('tool.use', { toolUseId: `t${index}` }),
        draft('tool.result', { toolUseId: `t${index}`, success: true }),
        draft('prompt.submitted', { prompt: 'x', promptId: `p${index}` }),
      ]) {
        past.push(one);
        reconciler.observe(one);
      }
    }
  });
  const repeated = (): string[] => [
    ...recovered('tool.use', { toolUseId: 't0' }),
    ...recovered('tool.result', { toolUseId: 't0', success: true }),
    ...recovered('prompt.submitted', { prompt: 'x', promptId: 'p0' }),
  ];

  test('would be told again', () => {
    expect(repeated()).toEqual(['tool.use', 'tool.result', 'prompt.submitted']);
  });

  test('is not, once the past of its session was looked up', () => {
    const facts = unboundedState();
    const learning = new SeenIndex(facts);
    for (const event of past) learning.observe(event);
    memory.pin('s', facts);
    expect(repeated()).toEqual([]);
    // Nor is what was told since, however much of it there is.
    for (let index = 100; index < 200; index++) recovered('tool.use', { toolUseId: `t${index}` });
    expect(recovered('tool.use', { toolUseId: 't100' })).toEqual([]);
    memory.unpin('s');
    expect(recovered('tool.use', { toolUseId: 't100' })).toEqual(['tool.use']);
  });
});
