// The library answers what sessions ask, and says so when somebody else was first.
import { expect, it } from 'vitest';
import { asks, listed, theOne } from '../support/approvals.ts';
import { startTestDaemon } from '../support/daemon.ts';
import { clientOf } from './support.ts';

it('lists what is open, answers it, is told who was first, and refuses what would end the connection', async () => {
  const daemon = await startTestDaemon();
  const client = clientOf(daemon);
  const told: string[] = [];
  const listener = client.on('permission.*', event => void told.push(event.type));
  await listener.ready;
  const first = asks(daemon);
  const { requestId } = await theOne(daemon);
  expect(await client.approvals()).toMatchObject([{ requestId, toolName: 'Bash', whole: true }]);
  const answered = await client.answer(requestId, { behavior: 'deny', message: 'Not now.' });
  expect(answered).toEqual({ requestId, outcome: 'denied', by: 'main token' });
  expect(await first.decision).toEqual({ behavior: 'deny', message: 'Not now.' });
  await expect(client.answer(requestId, { behavior: 'allow' })).rejects.toMatchObject({
    code: 'already_answered',
    message: expect.stringContaining('denied by main token'),
  });
  const long = { behavior: 'allow', updatedInput: { command: 'x'.repeat(70_000) } } as const;
  await expect(client.answer(requestId, long)).rejects.toMatchObject({ code: 'payload_too_large' });
  expect(told).toEqual(['permission.requested', 'permission.resolved']);
  client.close();
  await daemon.stop();
});

it('a program that only wants to know holds nobody up', async () => {
  const daemon = await startTestDaemon();
  const client = clientOf(daemon, { answers: false });
  const listener = client.on('permission.*', () => {});
  await listener.ready;
  expect(await asks(daemon).decision).toBeUndefined();
  expect(await listed(daemon)).toEqual([]);
  client.close();
  await daemon.stop();
});
