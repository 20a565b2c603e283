// Rules about messages in the configuration of a running daemon: a request that they refuse is answered 403, and nothing is kept.
import { expect, it } from 'vitest';
import { startTestDaemon } from '../support/daemon.ts';

it('refuses with the rule that does, and lets the rest go', async () => {
  const messages = [
    { from: 'ci', to: 'backend', allow: true },
    { from: 'ci', allow: false },
  ];
  const daemon = await startTestDaemon({ config: { messages } });
  const send = async (fields: object): Promise<unknown> => {
    const answer = await fetch(`${daemon.url}/api/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ message: 'hello', ...fields }),
    });
    const { error } = (await answer.json()) as { error?: { code: string; message: string } };
    return error ? [answer.status, error.code, error.message] : answer.status;
  };
  await daemon.hook('SessionStart', { session_id: 's-1', session_title: 'backend', source: 'startup' });
  await daemon.hook('SessionStart', { session_id: 's-2', session_title: 'frontend', source: 'startup' });
  expect(await send({ from: 'ci', to: 'backend' })).toBe(202);
  expect(await send({ from: 'ci', to: 's-1' })).toBe(202);
  expect(await send({ to: 'frontend' })).toBe(202);
  for (const to of ['frontend', 's-2'])
    expect(await send({ from: 'ci', to })).toEqual([
      ...[403, 'forbidden'],
      `rule 2 of "messages" in config.json does not let ci write to ${to} (via http); change the rule, or write to somebody else`,
    ]);
  const { events } = (await (await daemon.get('/api/events?topics=inbox.queued')).json()) as {
    events: { data: { from: string; to: string } }[];
  };
  expect(events.map(({ data }) => `${data.from} → ${data.to}`)).toEqual([
    ...['ci → backend', 'ci → s-1', 'http → frontend'],
  ]);
  await daemon.stop();
});
