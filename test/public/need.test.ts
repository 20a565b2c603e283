// Who comes first on the board.
import { expect, it } from 'vitest';
import { byNeed, needOf, stateNow } from '../../public/board/need.ts';
import type { SessionState } from '../../src/protocol/index.ts';

/** Its state may be one that nobody knows yet. */
const session = (sessionId: string, state: string, more: Partial<SessionState> = {}): SessionState =>
  ({ sessionId, state, startedAt: 1000, lastActivityAt: 5000, ...more }) as SessionState;

it('who waits, for whatever, needs the user', () => {
  expect(needOf(session('a', 'waiting_permission'))).toBe('waiting');
  expect(needOf(session('a', 'waiting_input'))).toBe('waiting');
  expect(needOf(session('a', 'tool_running'))).toBe('working');
  expect(needOf(session('a', 'something new'))).toBe('idle');
});

it('who waits for what no hook tells of needs the user at its terminal, as long as it waits', () => {
  const waits = session('a', 'waiting_input', { atTerminal: true });
  expect(stateNow(waits, needOf(waits))).toEqual({
    words: 'Needs you at its terminal',
    dot: 'waiting_input',
  });
  const asks = session('a', 'waiting_input');
  expect(stateNow(asks, needOf(asks)).words).not.toContain('terminal');
});

it('a turn that failed counts, unless somebody is at work or asks', () => {
  const failure = { at: 5000, error: 'rate_limit' };
  expect(needOf(session('a', 'idle', { failure }))).toBe('failed');
  expect(needOf(session('a', 'idle', { failure }), [{ state: 'working' }])).toBe('working');
  expect(needOf(session('a', 'waiting_input', { failure }))).toBe('waiting');
  expect(needOf(session('a', 'idle'))).toBe('idle');
});

it('the longest wait comes first, workers keep their place, the idle are by their last sign', () => {
  const groups = byNeed([
    session('late', 'waiting_input', { stateSince: 300 }),
    session('early', 'waiting_permission', { stateSince: 100 }),
    session('second', 'working', { startedAt: 20 }),
    session('first', 'tool_running', { startedAt: 10 }),
    session('old', 'idle', { lastActivityAt: 1 }),
    session('new', 'idle', { lastActivityAt: 2 }),
  ]);
  const ids = [...groups].map(([need, list]) => [need, list.map(({ sessionId }) => sessionId)]);
  expect(ids).toEqual([
    ['waiting', ['early', 'late']],
    ['failed', []],
    ['working', ['first', 'second']],
    ['idle', ['new', 'old']],
  ]);
});

it('who asks something needs the user from then on, whatever the state says yet', () => {
  const sessions = [session('asks', 'idle'), session('works', 'working')];
  const groups = byNeed(sessions, new Map(), new Set(['asks']));
  const idsOf = (need: 'waiting' | 'idle') => groups.get(need)?.map(({ sessionId }) => sessionId);
  expect([idsOf('waiting'), idsOf('idle')]).toEqual([['asks'], []]);
});
