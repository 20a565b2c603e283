// The client in the README, as it stands there, against a daemon.
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { expect, it } from 'vitest';
import WebSocket from 'ws';
import { startTestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';

const readme = fs.readFileSync(path.join(import.meta.dirname, '../../README.md'), 'utf8');
const [, code = ''] = /```js\n(.*?)```/s.exec(readme) ?? [];

it('prints the sessions and every tool call, also those of the time it was away', async () => {
  const daemon = await startTestDaemon();
  await daemon.hook('SessionStart', { source: 'startup' });
  const said: unknown[][] = [];
  let socket: WebSocket | undefined;
  class Client extends WebSocket {
    constructor(url: string) {
      super(url.replace(':3838', `:${daemon.port}`));
      socket = this;
    }
  }
  vm.runInNewContext(code, {
    WebSocket: Client,
    process: { env: { HOOKLINE_TOKEN: daemon.token } },
    setTimeout: (task: () => void) => setTimeout(task, 50),
    console: { log: (...words: unknown[]) => said.push(words) },
  });
  await until('it prints the sessions', () => said.length > 0);
  await daemon.hook('PreToolUse', { tool_name: 'Bash', tool_input: {}, tool_use_id: 't1' });
  await until('it prints the tool call', () => said.length > 1);
  expect(said).toEqual([['1 sessions'], ['s1', 'Bash']]);

  socket?.terminate();
  await daemon.hook('PreToolUse', { tool_name: 'Read', tool_input: {}, tool_use_id: 't2' });
  await until('it prints what it missed', () => said.some(([, tool]) => tool === 'Read'));
  await daemon.hook('PreToolUse', { tool_name: 'Edit', tool_input: {}, tool_use_id: 't3' });
  await until('it goes on', () => said.some(([, tool]) => tool === 'Edit'));
  expect(said.slice(2)).toEqual([['1 sessions'], ['s1', 'Read'], ['s1', 'Edit']]);
  if (socket) socket.onclose = null;
  socket?.terminate();
});
