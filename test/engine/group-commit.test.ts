// When events are committed: what comes alone at once, what comes in a crowd together.
import { expect, onTestFinished, test, vi } from 'vitest';
import { GroupCommit } from '../../src/engine/group-commit.ts';

function committer(): { readonly commits: number[]; submit(count: number): Promise<unknown> } {
  const commits: number[] = [];
  let taken = 0;
  const made = new GroupCommit<undefined>({
    take: () => taken++,
    commit: () => {
      commits.push(taken);
      taken = 0;
    },
  });
  return {
    commits,
    submit: count => Promise.all(Array.from({ length: count }, () => made.submit(undefined))),
  };
}

test('one that comes alone is committed in its own tick, however soon after the one before', async () => {
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const { commits, submit } = committer();
  for (let turn = 0; turn < 5; turn++) await submit(1);
  expect(commits).toEqual([1, 1, 1, 1, 1]);
  expect(timers).not.toHaveBeenCalled();
  timers.mockRestore();
});

test('behind a crowd the next commit waits for company', async () => {
  // By a clock of its own: what a machine does in the meantime may take longer than it waits.
  vi.useFakeTimers({ toFake: ['performance', 'setImmediate', 'setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { commits, submit } = committer();
  void submit(3);
  await vi.advanceTimersByTimeAsync(0);
  const all = [submit(1)];
  await vi.advanceTimersByTimeAsync(0);
  expect(commits).toEqual([3]);
  all.push(submit(2));
  await vi.advanceTimersByTimeAsync(2);
  await Promise.all(all);
  expect(commits).toEqual([3, 3]);
});

test('a crowd that is large enough waits for nobody', async () => {
  const { commits, submit } = committer();
  await submit(2);
  await submit(200);
  expect(commits).toEqual([2, 200]);
});

test('a commit that fails is told to all who waited for it, and the next one goes on', async () => {
  let fails = true;
  const made = new GroupCommit<string>({
    take: () => {},
    commit: () => {
      if (fails) throw new Error('no');
    },
  });
  const both = await Promise.allSettled([made.submit('one'), made.submit('one')]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fails = false;
  await made.submit('one');
});
