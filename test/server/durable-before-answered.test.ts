// The first promise of all: whoever is answered, or told of an event, can rely on it being in the log.
import { afterEach, expect, test, vi } from 'vitest';
import { GroupCommit } from '../../src/engine/group-commit.ts';
import { openStore } from '../../src/log/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { recordDatabase } from '../support/recorded-disk.ts';
import { until } from '../support/until.ts';
import { connect } from '../support/ws.ts';

let daemon: TestDaemon | undefined;
afterEach(async () => {
  vi.restoreAllMocks();
  await daemon?.stop();
  daemon = undefined;
});

test('whoever waits for an event goes on after the commit, and one commit does for all who came in a tick', async () => {
  const order: string[] = [];
  const taken: number[] = [];
  const commits = new GroupCommit<number>({
    take: one => taken.push(one),
    commit: () => order.push(`commit ${taken.splice(0).join()}`),
  });
  const wait = (n: number): Promise<unknown> => commits.submit(n).then(() => order.push(`go on ${n}`));
  await Promise.all([wait(1), wait(2), wait(3)]);
  await wait(4);
  expect(order).toEqual([...['commit 1,2,3', 'go on 1', 'go on 2', 'go on 3'], ...['commit 4', 'go on 4']]);
});

test('a hook is answered when its event is committed, however long that takes', async () => {
  daemon = await startTestDaemon();
  let commit = (): void => {};
  const slow = new Promise<void>(resolve => {
    commit = resolve;
  });
  const { submit } = GroupCommit.prototype;
  const held = vi.spyOn(GroupCommit.prototype, 'submit').mockImplementation(async function (
    this: GroupCommit<unknown>,
    one,
  ) {
    await slow;
    await submit.call(this, one);
  });
  let answered = false;
  const hook = daemon.hook('UserPromptSubmit', { prompt: 'go' }).then(() => {
    answered = true;
  });
  await until('the hook has come in', () => held.mock.calls.length === 1);
  // Whatever was on its way to the hook has had the time for it.
  for (let round = 0; round < 5; round++) expect((await daemon.get('/health')).status).toBe(200);
  expect(answered).toBe(false);
  commit();
  await hook;
});

test('no client hears of an event before it is committed', async () => {
  const written = (): number =>
    daemon?.sockets().reduce((sum, { bytesWritten }) => sum + bytesWritten, 0) ?? 0;
  let atCommit: number | undefined;
  const disk = recordDatabase(({ writes }) => {
    if (writes.some(write => write.includes('a rare word'))) atCommit = written();
  });
  daemon = await startTestDaemon({
    config: { store: true },
    openStore: (home, now) => openStore(home, now, { open: disk.open }),
  });
  const client = await connect(daemon);
  await client.ask({ type: 'subscribe', topics: ['**'] });
  const before = written();
  await daemon.hook('UserPromptSubmit', { prompt: 'a rare word' });
  expect(atCommit).toBe(before);
  await client.waitFor('prompt.submitted');
  client.close();
});
