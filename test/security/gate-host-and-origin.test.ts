// Host and Origin, byte by byte, for requests and upgrades alike: what a foreign page or a rebound name would send.
import { beforeAll, describe, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { handshake, request } from '../support/ws.ts';

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon();
});

interface Case {
  readonly what: string;
  /** Header lines; `@` stands for the daemon's own `127.0.0.1:<port>`, `#` for its port. */
  readonly lines: readonly string[];
  readonly status: number;
  readonly code?: string;
}

const wrongHost = { status: 421, code: 'wrong_host' };
const wrongOrigin = { status: 403, code: 'forbidden_origin' };
const passes = { status: 0 };

const CASES: readonly Case[] = [
  { what: 'no Host', lines: [], ...wrongHost },
  { what: 'an empty Host', lines: ['Host:'], ...wrongHost },
  { what: 'two Hosts, ours first', lines: ['Host: @', 'Host: evil.example'], ...wrongHost },
  { what: 'two Hosts, ours last', lines: ['Host: evil.example', 'Host: @'], ...wrongHost },
  { what: 'our Host twice', lines: ['Host: @', 'Host: @'], ...wrongHost },
  { what: 'two Hosts in one header', lines: ['Host: @, @'], ...wrongHost },
  { what: 'a rebound name', lines: ['Host: evil.example:#'], ...wrongHost },
  { what: 'a name that ends like ours', lines: ['Host: evil.localhost:#'], ...wrongHost },
  { what: 'a name that begins like ours', lines: ['Host: localhost.evil.example:#'], ...wrongHost },
  { what: 'a user before our Host', lines: ['Host: evil@localhost:#'], ...wrongHost },
  { what: 'our name, another port', lines: ['Host: localhost:1'], ...wrongHost },
  { what: 'our name, no port', lines: ['Host: localhost'], ...wrongHost },
  { what: 'another loopback address', lines: ['Host: 127.0.0.2:#'], ...wrongHost },
  { what: '127.0.0.1', lines: ['Host: @'], ...passes },
  { what: 'localhost', lines: ['Host: localhost:#'], ...passes },
  { what: 'LocalHost', lines: ['Host: LocalHost:#'], ...passes },
  { what: '[::1]', lines: ['Host: [::1]:#'], ...passes },
  { what: 'our Origin', lines: ['Host: @', 'Origin: http://@'], ...passes },
  { what: 'Origin null', lines: ['Host: @', 'Origin: null'], ...wrongOrigin },
  { what: 'an empty Origin', lines: ['Host: @', 'Origin:'], ...wrongOrigin },
  { what: 'a foreign Origin', lines: ['Host: @', 'Origin: http://evil.example'], ...wrongOrigin },
  { what: 'another port', lines: ['Host: @', 'Origin: http://127.0.0.1:1'], ...wrongOrigin },
  { what: 'https', lines: ['Host: @', 'Origin: https://@'], ...wrongOrigin },
  { what: 'another name of ours', lines: ['Host: @', 'Origin: http://localhost:#'], ...wrongOrigin },
  { what: 'a path after our Origin', lines: ['Host: @', 'Origin: http://@/'], ...wrongOrigin },
  { what: 'our Origin twice', lines: ['Host: @', 'Origin: http://@', 'Origin: http://@'], ...wrongOrigin },
  { what: 'two Origins', lines: ['Host: @', 'Origin: http://@', 'Origin: http://evil'], ...wrongOrigin },
  { what: 'an extension', lines: ['Host: @', 'Origin: chrome-extension://abcdef'], ...wrongOrigin },
  { what: 'both wrong: the Host is told first', lines: ['Host: evil', 'Origin: null'], ...wrongHost },
];

const filled = (lines: readonly string[]): string[] =>
  lines.map(line => line.replaceAll('@', daemon.host).replaceAll('#', String(daemon.port)));

const DOORS = [
  {
    door: 'GET /health',
    ok: 200,
    knock: (lines: string[]) => request(daemon.port, 'GET /health HTTP/1.1', lines),
  },
  {
    door: 'GET /api/sessions',
    ok: 200,
    knock: (lines: string[]) => request(daemon.port, 'GET /api/sessions HTTP/1.1', lines),
  },
  {
    door: 'POST /hook',
    ok: 415,
    knock: (lines: string[]) => request(daemon.port, 'POST /hook HTTP/1.1', lines),
  },
  {
    door: 'a path that is not there',
    ok: 404,
    knock: (lines: string[]) => request(daemon.port, 'GET /no HTTP/1.1', lines),
  },
  { door: 'an upgrade', ok: 101, knock: (lines: string[]) => handshake(daemon, lines) },
];

describe.each(DOORS)('$door', ({ ok, knock }) => {
  test.each(CASES)('$what', async ({ lines, status, code }) => {
    // With a good token: a wrong Host or Origin is refused whoever asks.
    const withToken = await knock([...filled(lines), `Authorization: Bearer ${daemon.token}`]);
    expect([withToken.status, withToken.code]).toEqual(
      status === 0 ? [ok, ok >= 400 ? expect.any(String) : undefined] : [status, code],
    );
    // And without one: a stranger is not told that a token would be wanted.
    if (status === 0) return;
    const without = await knock(filled(lines));
    expect([without.status, without.code]).toEqual([status, code]);
  });

  test('an address as the request target counts as a wrong Host', async () => {
    const lines = [`Host: ${daemon.host}`, `Authorization: Bearer ${daemon.token}`];
    for (const target of [`http://${daemon.host}/ws`, 'http://evil.example/ws', '*']) {
      expect((await handshake(daemon, lines, target)).status, target).toBe(421);
      const answer = await request(daemon.port, `GET ${target} HTTP/1.1`, lines);
      expect([answer.status, answer.code], target).toEqual([421, 'wrong_host']);
    }
  });
});

test('a HTTP/1.0 request without a Host is no exception', async () => {
  const answer = await request(daemon.port, 'GET /health HTTP/1.0', []);
  expect(answer.status).toBe(421);
});

test('a host and an origin that the configuration names are let in, and only they', async () => {
  const open = await startTestDaemon({
    config: { allowedHosts: ['box.lan:443'], allowedOrigins: ['https://box.lan'] },
  });
  const knock = async (...lines: string[]): Promise<number> =>
    (await request(open.port, 'GET /health HTTP/1.1', lines)).status;
  expect(await knock('Host: box.lan:443')).toBe(200);
  expect(await knock('Host: BOX.lan:443', 'Origin: https://box.lan')).toBe(200);
  expect(await knock(`Host: ${open.host}`, 'Origin: https://box.lan')).toBe(200);
  expect(await knock('Host: box.lan')).toBe(421);
  expect(await knock('Host: box.lan:443', 'Origin: https://box.lan:444')).toBe(403);
  await open.stop();
});

test('every refusal is JSON that says what to do, and never echoes what was sent', async () => {
  const evil = '<script>evil</script>';
  const answer = await request(daemon.port, 'GET /health HTTP/1.1', [`Host: ${evil}`]);
  expect(answer.text).toContain('content-type: application/json');
  expect(answer.text).not.toContain('evil');
  expect(answer.message).toContain('allowedHosts');
});
