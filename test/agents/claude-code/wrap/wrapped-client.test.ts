// Which session runs in a terminal, and whether anything may be typed to it, by what its client has registered.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WrappedClient } from '../../../../src/agents/claude-code/wrap/wrapped-client.ts';
import { type FakeClient, startFakeClient } from '../../../support/claude/register.ts';

const SESSION = '095032c8-c8d1-454f-aee4-6884b9797d51';
const OTHER = '2f60f0e5-2f0e-4c0a-8a4c-0d9f4f0b7a11';
const folder = (): string => fs.mkdtempSync(path.join(os.tmpdir(), 'hl-'));

let configDir: string;
/** Clients that this process has started, as the terminal's own would have. */
let clients: FakeClient[];
let wrapped: WrappedClient;
beforeEach(async () => {
  configDir = folder();
  clients = [await startFakeClient(configDir), await startFakeClient(configDir)];
  wrapped = new WrappedClient(configDir, process.pid);
});
afterEach(async () => {
  for (const client of clients) await client.kill();
  fs.rmSync(configDir, { recursive: true, force: true });
});

it.each([
  ['is idle', { status: 'idle' }, { sessionId: SESSION }],
  ['is at work', { status: 'busy' }, { sessionId: SESSION, whyNot: 'it is at work' }],
  [
    'has a dialog open',
    { status: 'waiting', waitingFor: 'permission prompt' },
    { sessionId: SESSION, whyNot: 'it waits for its user (permission prompt)' },
  ],
  ['says nothing of that', {}, { sessionId: SESSION, whyNot: 'its client does not say whether it is idle' }],
  [
    'went to the background',
    { status: 'idle', parkedJobId: '8bbe33fb' },
    { sessionId: SESSION, whyNot: 'it went to the background, and its terminal may show another session' },
  ],
])('one that %s', (_, fields, state) => {
  clients[0]?.register({ sessionId: SESSION, ...fields });
  expect(wrapped.look()).toEqual(state);
});

it('none, before it has registered and after it is gone', async () => {
  const none = { whyNot: 'no session has registered that runs in this terminal' };
  expect(wrapped.look()).toEqual(none);
  clients[0]?.register({ sessionId: SESSION, status: 'idle' });
  expect(wrapped.look()).toEqual({ sessionId: SESSION });
  await clients[0]?.kill();
  expect(wrapped.look()).toEqual(none);
});

it('none that runs in another terminal', () => {
  clients[0]?.register({ sessionId: SESSION, status: 'idle' });
  expect(new WrappedClient(configDir, clients[1]?.pid ?? 0).look().sessionId).toBeUndefined();
  expect(new WrappedClient(configDir, clients[0]?.pid ?? 0).look()).toEqual({ sessionId: SESSION });
});

it('not what the client itself runs, or keeps in the background', () => {
  clients[0]?.register({ sessionId: SESSION, status: 'idle' });
  for (const fields of [{ entrypoint: 'sdk-cli' }, { kind: 'bg' }]) {
    clients[1]?.register({ sessionId: OTHER, status: 'idle', ...fields });
    expect(wrapped.look()).toEqual({ sessionId: SESSION });
  }
});

it('none of two', () => {
  for (const [index, client] of clients.entries())
    client.register({ sessionId: index === 0 ? SESSION : OTHER, status: 'idle' });
  expect(wrapped.look()).toEqual({ whyNot: '2 sessions run in this terminal' });
});

it('none that is open elsewhere too', () => {
  const [ours, theirs] = clients;
  const terminal = new WrappedClient(configDir, ours?.pid ?? 0);
  ours?.register({ sessionId: SESSION, status: 'idle' });
  theirs?.register({ sessionId: SESSION, status: 'idle' });
  expect(terminal.look()).toEqual({ sessionId: SESSION, whyNot: '2 processes have this session open' });
});
