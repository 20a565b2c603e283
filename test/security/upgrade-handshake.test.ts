// Handshakes that are no good by RFC 6455: each is answered with what is wrong, after Host, Origin and token.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { answerOf, exchange } from '../support/ws.ts';

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon();
});
afterAll(() => daemon.stop());

type Headers = Record<string, string | readonly string[] | undefined>;

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const good: Headers = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': KEY,
};

/** Sends a handshake that is good but for what is given; `undefined` leaves a header out. */
async function knock(headers: Headers, first = 'GET /ws HTTP/1.1', behind = '') {
  const ours = { Host: daemon.host, Authorization: `Bearer ${daemon.token}` };
  const lines = Object.entries({ ...ours, ...good, ...headers }).flatMap(([name, values]) =>
    [values ?? []].flat().map(value => `${name}: ${value}`),
  );
  const answered = (text: string): boolean => text.includes('"error"') || text.includes('"snapshot"');
  return answerOf(await exchange(daemon.port, [first, ...lines, `\r\n${behind}`].join('\r\n'), answered));
}

test.each<[string, Headers]>([
  ['nothing is wrong', {}],
  ['the upgrade in other letters', { Upgrade: 'WebSocket' }],
  ['one of several options of the connection', { Connection: 'keep-alive, Upgrade' }],
  ['the connection in two headers', { Connection: ['keep-alive', 'Upgrade'] }],
  ['a length of nothing', { 'Content-Length': '0' }],
  [
    'an extension we do not speak',
    { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' },
  ],
])('%s: 101', async (_name, headers) => {
  const answer = await knock(headers);
  expect(answer.status).toBe(101);
  // The example of the RFC.
  expect(answer.text).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n');
  expect(answer.text).not.toContain('Sec-WebSocket-Extensions');
});

test.each<[string, string | string[] | undefined]>([
  ['8, a draft', '8'],
  ['7', '7'],
  ['0', '0'],
  ['14, of the future', '14'],
  ['none', undefined],
  ['13 and 8 in one', '13, 8'],
  ['13 in two headers', ['13', '13']],
  ['8 and 13 in two headers', ['8', '13']],
  ['13 in another spelling', '013'],
  ['13 as a hexadecimal', '0xd'],
  ['13 as a fraction', '13.0'],
  ['a word', 'thirteen'],
])('version %s: 426, and the one we speak', async (_name, version) => {
  const answer = await knock({ 'Sec-WebSocket-Version': version });
  expect([answer.status, answer.code]).toEqual([426, 'upgrade_required']);
  expect(answer.text.toLowerCase()).toContain('\r\nsec-websocket-version: 13\r\n');
  expect(answer.text.toLowerCase()).toContain('\r\nupgrade: websocket\r\n');
  expect(answer.message).toContain('Sec-WebSocket-Version: 13');
});

describe('400, in our own words', () => {
  test.each<[string, Headers, string?, string?]>([
    ['no key', { 'Sec-WebSocket-Key': undefined }],
    ['an empty key', { 'Sec-WebSocket-Key': '' }],
    ['a short key', { 'Sec-WebSocket-Key': 'short' }],
    ['a key of 17 bytes', { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZSE=' }],
    ['two keys', { 'Sec-WebSocket-Key': [KEY, KEY] }],
    ['another upgrade', { Upgrade: 'h2c' }],
    ['two upgrades', { Upgrade: 'h2c, websocket' }],
    ['HTTP/1.0', {}, 'GET /ws HTTP/1.0'],
    ['HTTP/0.9', {}, 'GET /ws HTTP/0.9'],
    ['a body', { 'Content-Length': '8' }, 'GET /ws HTTP/1.1', 'a body..'],
    ['a body in chunks', { 'Transfer-Encoding': 'chunked' }, 'GET /ws HTTP/1.1', '1\r\nx\r\n0\r\n\r\n'],
    ['subprotocols with a hole', { 'Sec-WebSocket-Protocol': 'hookline.v1,,' }],
    ['a subprotocol twice', { 'Sec-WebSocket-Protocol': 'hookline.v1, hookline.v1' }],
  ])('%s', async (_name, headers, first, body) => {
    const answer = await knock(headers, first, body);
    expect([answer.status, answer.code]).toEqual([400, 'bad_request']);
    expect(answer.message).toMatch(/.{15}/);
  });
});

test.each(['POST', 'PUT', 'OPTIONS'])('%s: 405, and what is possible', async method => {
  const answer = await knock({}, `${method} /ws HTTP/1.1`);
  expect([answer.status, answer.code]).toEqual([405, 'method_not_allowed']);
  expect(answer.text.toLowerCase()).toContain('\r\nallow: get\r\n');
});

test.each<[string, Headers]>([
  ['without "Connection: upgrade"', { Connection: undefined }],
  ['without "Upgrade"', { Upgrade: undefined }],
])('%s it is a plain request: 426', async (_name, headers) => {
  const answer = await knock(headers);
  expect([answer.status, answer.code]).toEqual([426, 'upgrade_required']);
  expect(answer.text.toLowerCase()).toContain('\r\nsec-websocket-version: 13\r\n');
});

test('Host, Origin and token are asked first, in this order, whatever else is wrong', async () => {
  const wrong: Headers = {
    'Sec-WebSocket-Version': '8',
    'Sec-WebSocket-Key': undefined,
    Upgrade: 'h2c',
    Origin: 'http://evil.example',
    Host: 'evil.example',
    Authorization: undefined,
  };
  expect((await knock(wrong)).status).toBe(421);
  expect((await knock({ ...wrong, Host: daemon.host })).code).toBe('forbidden_origin');
  expect((await knock({ ...wrong, Host: daemon.host, Origin: undefined })).status).toBe(401);
  const ingest = { Host: daemon.host, Origin: undefined, Authorization: `Bearer ${daemon.hookToken}` };
  expect((await knock({ ...wrong, ...ingest })).code).toBe('forbidden_scope');
});
