// Who is alive: every way a session can end without a word, and those that only look like one.
import { describe, expect, test } from 'vitest';
import { judge, LIVENESS, type Sighting } from '../../../src/agents/claude-code/watch/liveness-verdict.ts';

const now = 1_795_000_000_000;
const { graceMs, unregisteredMs, silentIdleMs, silentOverMs } = LIVENESS;
const seen = (what: Partial<Sighting>): Sighting => ({ open: [], heardAt: now, working: false, ...what });
const kind = (what: Partial<Sighting>): string => judge(seen(what), now).kind;

describe('a session whose process is in the register', () => {
  test('lives while its process does, however long nobody has heard of it', () => {
    expect(kind({ open: ['alive'], heardAt: 0, working: true })).toBe('lives');
  });

  test('is over at once when its process was killed and left its file behind', () => {
    expect(judge(seen({ open: ['gone'] }), now)).toEqual({ kind: 'over', reason: 'process_exited' });
  });

  test('lives when one of two processes that had it open was killed', () => {
    expect(kind({ open: ['gone', 'alive'] })).toBe('lives');
  });

  test('is judged by silence alone when its process is on another machine', () => {
    expect(kind({ open: ['foreign'] })).toBe('lives');
    expect(kind({ open: ['foreign'], working: true, heardAt: now - silentIdleMs })).toBe('idle');
  });
});

describe('a session whose process withdrew its file', () => {
  test('is doubted while its last hook may be under way, then over', () => {
    const gone: Partial<Sighting> = { last: { process: 'gone' } };
    expect(kind({ ...gone, doubtedAt: undefined })).toBe('doubted');
    expect(kind({ ...gone, doubtedAt: now - graceMs + 1 })).toBe('doubted');
    expect(judge(seen({ ...gone, doubtedAt: now - graceMs }), now)).toEqual({
      kind: 'over',
      reason: 'process_exited',
    });
  });

  test('is given longer while that process lives, and longer still while it is heard of', () => {
    const alive: Partial<Sighting> = { last: { process: 'alive' }, heardAt: now - unregisteredMs };
    expect(kind({ ...alive, doubtedAt: now - graceMs })).toBe('doubted');
    expect(kind({ ...alive, doubtedAt: now - unregisteredMs })).toBe('over');
    expect(kind({ ...alive, doubtedAt: now - unregisteredMs, heardAt: now - 1 })).toBe('doubted');
  });

  test('has moved when its process has another session open', () => {
    const moved: Partial<Sighting> = { last: { process: 'alive', movedTo: 'other' } };
    expect(kind(moved)).toBe('doubted');
    expect(judge(seen({ ...moved, doubtedAt: now - graceMs }), now)).toEqual({
      kind: 'over',
      reason: 'moved',
    });
  });
});

describe('a session without a known process', () => {
  test('stays for days when it is idle, and is over in the end', () => {
    expect(kind({ heardAt: now - 24 * 3600_000 })).toBe('lives');
    expect(kind({ heardAt: now - silentOverMs + 1 })).toBe('lives');
    expect(judge(seen({ heardAt: now - silentOverMs }), now)).toEqual({ kind: 'over', reason: 'silent' });
  });

  test('works no longer than it is heard of', () => {
    expect(kind({ working: true, heardAt: now - silentIdleMs + 1 })).toBe('lives');
    expect(kind({ working: true, heardAt: now - silentIdleMs })).toBe('idle');
  });
});
