// Which pages may read what the daemon answers: those of origins the configuration names, to the letter, and no others.
import { beforeAll, describe, expect, test } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { type Answer, request } from '../support/ws.ts';

const OURS = 'https://box.lan';
let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon({ config: { allowedOrigins: [OURS] } });
});

const ask = (first: string, ...lines: string[]): Promise<Answer> =>
  request(daemon.port, `${first} HTTP/1.1`, [`Host: ${daemon.host}`, ...lines]);
const preflight = (origin: string, method = 'GET', host = daemon.host): Promise<Answer> =>
  request(daemon.port, 'OPTIONS /api/events?limit=1 HTTP/1.1', [
    `Host: ${host}`,
    `Origin: ${origin}`,
    `Access-Control-Request-Method: ${method}`,
    'Access-Control-Request-Headers: authorization',
  ]);
/** The headers of an answer that are about other origins, in order. */
const shared = ({ text }: Answer): string[] =>
  [...(text.split('\r\n\r\n')[0] ?? '').matchAll(/^(access-control-[\w-]+: .*)$/gim)].map(([, line = '']) =>
    line.trim().toLowerCase(),
  );

describe('a page of an origin that is named', () => {
  const told = [`access-control-allow-origin: ${OURS}`];

  test('may ask with a token', async () => {
    const answer = await preflight(OURS);
    expect(answer.status).toBe(204);
    expect(shared(answer)).toEqual([
      ...told,
      'access-control-allow-methods: get',
      'access-control-allow-headers: authorization',
    ]);
  });

  test('may read what is answered, and every refusal behind Host and Origin', async () => {
    const cases: readonly [number, string, ...string[]][] = [
      [200, 'GET /health'],
      [200, 'GET /api/events?limit=1', `Authorization: Bearer ${daemon.token}`],
      [401, 'GET /api/events?limit=1', 'Authorization: Bearer wrong'],
      [401, 'GET /api/events?limit=1'],
      [403, 'GET /api/events?limit=1', `Authorization: Bearer ${daemon.hookToken}`],
      [404, 'GET /no'],
    ];
    for (const [status, first, ...lines] of cases) {
      const answer = await ask(first, `Origin: ${OURS}`, ...lines);
      expect([first, answer.status, shared(answer)]).toEqual([first, status, told]);
      expect(answer.text.toLowerCase()).toContain('vary: origin');
    }
  });

  test('is not asked in to change anything', async () => {
    for (const method of ['POST', 'DELETE', 'PUT', 'get']) {
      const answer = await preflight(OURS, method);
      expect(answer.status).toBe(405);
      expect(shared(answer)).toEqual(told);
    }
  });
});

describe('everybody else', () => {
  const others = [
    'https://evil.example',
    'https://box.lan:443',
    'https://BOX.lan',
    'http://box.lan',
    'https://box.lan.evil.example',
    'https://box.lan/',
    'null',
    '*',
  ];

  test.each(others)('is refused and told nothing: %s', async origin => {
    for (const answer of [
      await preflight(origin),
      await ask('GET /health', `Origin: ${origin}`),
      await ask('GET /api/events', `Origin: ${origin}`, `Authorization: Bearer ${daemon.token}`),
    ]) {
      expect([answer.status, shared(answer)]).toEqual([403, []]);
    }
  });

  test('is told nothing either when it hides behind an origin that is named', async () => {
    for (const lines of [
      [`Origin: ${OURS}`, 'Origin: https://evil.example'],
      [`Origin: ${OURS}`, `Origin: ${OURS}`],
    ]) {
      const answer = await ask('GET /health', ...lines);
      expect([answer.status, shared(answer)]).toEqual([403, []]);
    }
  });

  test('the daemon itself, and who sends no Origin, need no leave', async () => {
    for (const lines of [[], [`Origin: http://${daemon.host}`]]) {
      const answer = await ask('GET /health', ...lines);
      expect([answer.status, shared(answer)]).toEqual([200, []]);
    }
  });

  test('a wrong Host is told first, and nothing with it', async () => {
    for (const origin of [OURS, 'https://evil.example']) {
      const answer = await preflight(origin, 'GET', 'evil.example');
      expect([answer.status, shared(answer)]).toEqual([421, []]);
    }
  });
});

test('where no origin is named, none is told anything', async () => {
  const closed = await startTestDaemon();
  const lines = [`Host: ${closed.host}`, `Origin: ${OURS}`, 'Access-Control-Request-Method: GET'];
  const answer = await request(closed.port, 'OPTIONS /health HTTP/1.1', lines);
  expect([answer.status, shared(answer)]).toEqual([403, []]);
});
