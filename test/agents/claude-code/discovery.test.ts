// Who is announced though no hook told of it: not a session that ended just now, nor the one that follows it, whose hook is on its way.
import os from 'node:os';
import { expect, it } from 'vitest';
import { Discovery } from '../../../src/agents/claude-code/watch/discovery.ts';
import type { Registered } from '../../../src/agents/claude-code/watch/session-registry.ts';
import type { EventDraft } from '../../../src/protocol/index.ts';
import { Projection } from '../../../src/state/index.ts';

const NOW = 1_800_000_000_000;
/** A process that is older than the daemon, and has this session open. */
const entry = (sessionId: string, pid = 1): Registered => ({
  ...{ pid, sessionId, startedAt: NOW - 60_000, process: 'alive', configDir: os.devNull },
});

it('a session that is cleared is in the register for a moment after its end, and its follower before its start is told', () => {
  const projection = new Projection();
  const told: EventDraft[] = [];
  const tell = (type: string, sessionId: string, data = {}): void =>
    void projection.apply({ type, timestamp: NOW, sessionId, source: 'claude-code', data });
  const discovery = new Discovery({
    ...{ projection, claudeDir: os.devNull, now: () => NOW, silentOverMs: 1e9, lastRun: undefined },
    // Of those that were over before the daemon began only.
    transcripts: undefined as never,
    submit: async draft => void told.push(draft),
  });
  tell('session.discovered', 's1', { startedBy: 'startup' });
  // Nobody is going to tell of the other one, which is as old as the daemon's first look.
  discovery.meet([entry('s1'), entry('unknown', 2)]);
  expect(told).toMatchObject([{ type: 'session.discovered', sessionId: 'unknown' }]);
  tell('session.discovered', 'unknown');
  tell('session.removed', 's1', { reason: 'clear' });
  discovery.meet([entry('s1'), entry('unknown', 2)]);
  discovery.meet([entry('s2'), entry('unknown', 2)]);
  tell('session.discovered', 's2', { startedBy: 'clear' });
  discovery.meet([entry('s2'), entry('unknown', 2)]);
  expect(told).toHaveLength(1);
});
