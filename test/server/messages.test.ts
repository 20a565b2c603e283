// Messages over HTTP: who may send and take, what is refused and in which words, and that a restart loses none.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-messages-'));
let daemon: TestDaemon;
const start = async (): Promise<void> => {
  daemon = await startTestDaemon({ config: { home, store: true, inboxMessages: 3 } });
};
beforeAll(start);
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the daemon says
  readonly body: any;
}

async function ask(method: string, target: string, body?: unknown, headers: object = {}): Promise<Answer> {
  const answer = await fetch(`${daemon.url}${target}`, {
    method,
    headers: {
      authorization: `Bearer ${daemon.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}
const send = (fields: object, headers?: object): Promise<Answer> =>
  ask('POST', '/api/messages', { to: 'backend', message: 'hello', ...fields }, headers);
const take = (name: string, options: object = {}): Promise<Answer> =>
  ask('POST', `/api/inbox/${name}/take`, options);

it('is sent, looked at, taken and acknowledged', async () => {
  const sent = await send({ from: 'ci', files: ['/tmp/a'], metadata: { ticket: '42' } });
  expect(sent).toMatchObject({ status: 202, body: { state: 'queued', duplicate: false } });
  const { id } = sent.body;
  expect(await ask('GET', `/api/messages/${id}`)).toMatchObject({
    status: 200,
    body: { id, from: 'ci', via: 'http', verified: false, files: ['/tmp/a'], metadata: { ticket: '42' } },
  });
  expect((await ask('GET', '/api/inbox')).body).toMatchObject({
    inboxes: [{ name: 'backend', live: false, queued: 1, accepted: 0, held: 0 }],
  });
  expect((await ask('GET', '/api/inbox/backend')).body.messages).toMatchObject([{ id, state: 'queued' }]);
  const delivered = ask('GET', `/api/messages/${id}?wait=delivered&timeoutMs=20000`);
  expect((await take('backend')).body.messages).toMatchObject([{ id, state: 'accepted' }]);
  expect(await ask('POST', `/api/messages/${id}/ack`, { name: 'backend' })).toMatchObject({
    status: 200,
    body: { state: 'delivered' },
  });
  expect((await delivered).body).toMatchObject({ id, state: 'delivered' });
  const { events } = (await ask('GET', '/api/events?topics=inbox.*')).body;
  expect(events.map(({ type }: { type: string }) => type)).toEqual([
    'inbox.queued',
    'inbox.accepted',
    'inbox.delivered',
  ]);
});

it('is handed to somebody who waits for it', async () => {
  const waiting = take('patient', { waitMs: 20_000 });
  const { body } = await send({ to: 'patient', message: undefined, type: 'deploy', payload: { to: 'prod' } });
  expect((await waiting).body.messages).toMatchObject([
    { id: body.id, type: 'deploy', payload: { to: 'prod' } },
  ]);
  expect(
    await ask('POST', `/api/messages/${body.id}/nack`, { name: 'patient', reason: 'busy' }),
  ).toMatchObject({
    body: { state: 'queued', recipients: [{ reason: 'busy', tries: 1 }] },
  });
  expect((await ask('DELETE', `/api/messages/${body.id}`)).body).toMatchObject({ state: 'cancelled' });
  expect((await take('patient')).body).toEqual({ messages: [] });
});

it('tells from something new what was sent before under a key, also after a restart', async () => {
  const first = await send({ to: 'keys', key: 'k1' });
  expect(await send({ to: 'keys', key: 'k1' })).toMatchObject({
    status: 200,
    body: { id: first.body.id, duplicate: true },
  });
  await daemon.daemon.stop();
  await start();
  expect(await send({ to: 'keys' }, { 'idempotency-key': 'k1' })).toMatchObject({
    status: 200,
    body: { id: first.body.id, duplicate: true },
  });
  expect(await send({ to: 'keys', key: 'k1', message: 'other' })).toMatchObject({
    status: 409,
    body: { error: { code: 'conflict' } },
  });
  expect((await ask('GET', '/api/inbox/keys')).body.messages).toMatchObject([{ id: first.body.id }]);
});

it.each([
  ['no recipient', { to: undefined }, 400, 'invalid_message', 'to: '],
  ['a field nobody knows', { mesage: 'x' }, 400, 'invalid_message', 'mesage'],
  [
    'neither a text nor a payload',
    { message: undefined },
    400,
    'invalid_message',
    'must have either message',
  ],
  [
    'a payload deeper than can be written again',
    { message: undefined, type: 't', payload: JSON.parse(`${'['.repeat(1000)}${']'.repeat(1000)}`) },
    400,
    'invalid_message',
    'payload: is nested more than 256 levels deep',
  ],
  ['an empty text', { message: '' }, 400, 'invalid_message', 'message: '],
  ['too short a time', { ttlMs: 999 }, 400, 'invalid_message', 'ttlMs: '],
  ['a sender that is no name', { from: 'a b' }, 400, 'invalid_message', 'from: must be a name'],
  [
    'a place for answers that is no word',
    { replyTo: 'a\n[hookline message id=' },
    400,
    'invalid_message',
    'replyTo: must be 1 to 256 characters, without blanks',
  ],
  ['a file that is nowhere', { files: ['a.md'] }, 400, 'invalid_message', 'must be an absolute path'],
  [
    'a text that is too long',
    { message: 'x'.repeat(64 * 1024 + 1) },
    413,
    'payload_too_large',
    'put it into a file',
  ],
  ['everybody', { to: '*' }, 404, 'not_found', 'means no session that lives'],
  ['something that is no name', { to: 'a b' }, 404, 'not_found', 'it is no name'],
])('is refused with %s', async (_, fields, status, code, words) => {
  const { status: got, body } = await send(fields);
  expect([got, body.error.code]).toEqual([status, code]);
  expect(body.error.message).toContain(words);
});

it('is refused when too many wait, and nothing is dropped for it', async () => {
  for (let n = 0; n < 3; n++) expect((await send({ to: 'full', message: `${n}` })).status).toBe(202);
  expect(await send({ to: 'full' })).toMatchObject({ status: 429, body: { error: { code: 'inbox_full' } } });
  expect((await ask('GET', '/api/inbox/full')).body.messages).toHaveLength(3);
  expect(await ask('DELETE', '/api/inbox/full')).toEqual({ status: 200, body: { purged: 3 } });
});

it('is listed, the newest first, by whom it is from and for, and how it stands', async () => {
  for (let n = 0; n < 3; n++)
    await send({ to: 'listed', from: `list${n % 2}`, message: `${n}`, key: `list${n}` });
  const list = async (query: string): Promise<unknown[]> => {
    const { status, body } = await ask('GET', `/api/messages?to=listed${query}`);
    expect(status).toBe(200);
    return [...body.messages.map(({ message }: { message: string }) => message), body.hasMore];
  };
  expect(await list('')).toEqual(['2', '1', '0', false]);
  expect(await list('&limit=2')).toEqual(['2', '1', true]);
  const { body } = await ask('GET', '/api/messages?to=listed&limit=2');
  expect(await list(`&before=${body.messages[1].id}`)).toEqual(['0', false]);
  expect(await list('&from=list0')).toEqual(['2', '0', false]);
  expect(await list('&key=list1')).toEqual(['1', false]);
  await ask('DELETE', '/api/inbox/listed');
  expect(await list('&state=queued')).toEqual([false]);
  expect(await list('&state=cancelled&limit=1')).toEqual(['2', true]);
  expect(await ask('GET', '/api/messages?state=lost')).toMatchObject({
    status: 400,
    body: { error: { code: 'invalid_query' } },
  });
});

it('is of nobody without a token that reaches so far', async () => {
  const { status: none } = await send({}, { authorization: '' });
  const { status: hook, body } = await send({}, { authorization: `Bearer ${daemon.hookToken}` });
  expect([none, hook, body.error.code]).toEqual([401, 403, 'forbidden_scope']);
  const { status: foreign } = await send({}, { origin: 'http://evil.example' });
  expect(foreign).toBe(403);
});

it('is not found, or too late, in words', async () => {
  expect(await ask('GET', '/api/messages/nothing')).toMatchObject({
    status: 404,
    body: { error: { code: 'not_found', message: 'there is no message "nothing"' } },
  });
  expect((await ask('DELETE', '/api/messages/nothing')).status).toBe(404);
  const { body } = await send({ to: 'late' });
  expect(await ask('POST', `/api/messages/${body.id}/ack`, { name: 'late' })).toMatchObject({
    status: 409,
    body: { error: { message: expect.stringContaining('who has not taken it') } },
  });
  expect((await ask('POST', `/api/messages/${body.id}/retry`)).status).toBe(409);
});

it('dead letters are listed, and forgotten all at once', async () => {
  const { id } = (await send({ to: 'grave', from: 'ci', message: 'in vain' })).body;
  for (let turn = 1; turn <= 5; turn++) {
    await take('grave');
    await ask('POST', `/api/messages/${id}/nack`, { name: 'grave', reason: 'not mine' });
  }
  const waits = (await send({ to: 'grave' })).body;
  expect((await ask('GET', '/api/messages?state=dead')).body.messages).toMatchObject([
    { id, via: 'http', message: 'in vain', recipients: [{ reason: 'not mine, 5 times', tries: 5 }] },
  ]);
  expect((await ask('DELETE', '/api/dead?state=queued')).status).toBe(400);
  expect(await ask('DELETE', '/api/dead')).toEqual({ status: 200, body: { purged: 1 } });
  expect(await ask('DELETE', '/api/dead')).toEqual({ status: 200, body: { purged: 0 } });
  expect((await ask('GET', `/api/messages/${id}`)).status).toBe(404);
  expect((await ask('GET', `/api/messages/${waits.id}`)).body.state).toBe('queued');
});

it('keeps secrets out of events, and in the text that is to be read', async () => {
  const secret = ['gh', 'p_', 'AbCdEfGh1jKlMnOpQrStUvWxYz0123456789'].join('');
  const { body } = await send({ to: 'secrets', message: `use ${secret}` });
  const { events } = (await ask('GET', `/api/events?topics=inbox.queued&q=${body.id}`)).body;
  expect(JSON.stringify(events)).toContain('[redacted:github-token:');
  expect(JSON.stringify(events)).not.toContain(secret);
  expect((await ask('GET', '/api/inbox/secrets')).body.messages).toMatchObject([
    { message: `use ${secret}` },
  ]);
});
