// When events are committed: what comes alone at once, what comes in a crowd together.
import { expect, test, vi } from 'vitest';
import { Pipeline } from '../../src/engine/group-commit.ts';

const draft = { type: 'test.tick', timestamp: 0, sessionId: 's', source: 'test', data: {} };

function pipeline(): { readonly commits: number[]; submit(count: number): Promise<unknown> } {
  const commits: number[] = [];
  const made = new Pipeline({
    reconcile: one => [one],
    project: () => [],
    append: events => {
      commits.push(events.length);
      return [];
    },
    committed: () => {},
  });
  return { commits, submit: count => Promise.all(Array.from({ length: count }, () => made.submit(draft))) };
}

test('one that comes alone is committed in its own tick, however soon after the one before', async () => {
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const { commits, submit } = pipeline();
  for (let turn = 0; turn < 5; turn++) await submit(1);
  expect(commits).toEqual([1, 1, 1, 1, 1]);
  expect(timers).not.toHaveBeenCalled();
  timers.mockRestore();
});

test('behind a crowd the next commit waits for company', async () => {
  const { commits, submit } = pipeline();
  await submit(3);
  const first = submit(1);
  await new Promise(resolve => setImmediate(resolve));
  await Promise.all([first, submit(2)]);
  expect(commits).toEqual([3, 3]);
});

test('a crowd that is large enough waits for nobody', async () => {
  const { commits, submit } = pipeline();
  await submit(2);
  await submit(200);
  expect(commits).toEqual([2, 200]);
});

test('a commit that fails is told to all who waited for it, and the next one goes on', async () => {
  let fails = true;
  const made = new Pipeline({
    reconcile: one => [one],
    project: () => [],
    append: () => {
      if (fails) throw new Error('no');
      return [];
    },
    committed: () => {},
  });
  const both = await Promise.allSettled([made.submit(draft), made.submit(draft)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fails = false;
  await made.submit(draft);
});
