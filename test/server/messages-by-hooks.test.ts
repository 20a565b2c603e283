// What waits for a session is the answer to its hook, if that hook prints it; it has arrived once the transcript says so.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startTestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

test('a hook that prints is answered with what waits; one that does not is not, and loses nothing', async () => {
  const daemon = await startTestDaemon();
  const transcript = path.join(daemon.home, 'transcript.jsonl');
  fs.writeFileSync(transcript, '');
  const hook = (fields: object, prints = false): Promise<Response> =>
    fetch(`${daemon.url}/hook`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${daemon.hookToken}`, 'content-type': 'application/json' },
        ...(prints ? { 'hookline-prints': 'answer' } : {}),
      },
      body: JSON.stringify({
        session_id: 's1',
        transcript_path: transcript,
        permission_mode: 'default',
        ...fields,
      }),
    });
  const find = async (): Promise<unknown> => (await daemon.get(`/api/messages/${id}`)).json();
  const prompt = { hook_event_name: 'UserPromptSubmit', prompt: 'go on' };
  await hook({ hook_event_name: 'SessionStart', source: 'startup' });
  const sent = await fetch(`${daemon.url}/api/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ to: 's1', message: 'the tests are red', from: 'ci' }),
  });
  const { id } = (await sent.json()) as { id: string };
  expect((await hook(prompt)).status).toBe(202);
  expect((await hook({ ...prompt, permission_mode: 'bypassPermissions' }, true)).status).toBe(202);
  expect(await find()).toMatchObject({ state: 'queued' });
  const answer = await hook(prompt, true);
  expect(answer.status).toBe(200);
  const { hookSpecificOutput: output } = (await answer.json()) as {
    hookSpecificOutput: { hookEventName: string; additionalContext: string };
  };
  expect(output.hookEventName).toBe('UserPromptSubmit');
  expect(output.additionalContext).toContain(
    `[hookline message id=${id} from=ci via=http unverified]\nthe tests are red\n`,
  );
  expect(await find()).toMatchObject({ state: 'accepted', recipients: [{ path: 'hook-output' }] });
  expect((await hook(prompt, true)).status).toBe(202);
  const timestamp = new Date().toISOString();
  const attachment = { type: 'hook_additional_context', content: [output.additionalContext] };
  const lines = [
    { type: 'attachment', uuid: 'a', parentUuid: null, timestamp, attachment },
    { type: 'assistant', uuid: 'b', parentUuid: 'a', timestamp, message: { id: 'm', content: [] } },
  ];
  fs.appendFileSync(transcript, lines.map(line => `${JSON.stringify(line)}\n`).join(''));
  await until('it has arrived', async () => ((await find()) as { state: string }).state === 'delivered');
  await daemon.stop();
});
