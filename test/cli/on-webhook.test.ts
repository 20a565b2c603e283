// `hookline on --webhook`: signed as Standard Webhooks asks for, tried again when that may help, in order, each event once.
import { createHmac, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSecrets } from '../../src/cli/on/signature.ts';
import { retryAfterMs } from '../../src/post.ts';
import { signedHeaders } from '../../src/standard-webhooks.ts';
import { type CliPlace, makePlace, postHook, type Running, runCli } from '../support/cli.ts';
import { type Daemon, hookline, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

interface Received {
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  readonly url: string;
  readonly at: number;
}

/** Answers as it is told, then 204. */
class Receiver {
  readonly received: Received[] = [];
  readonly answers: ((response: http.ServerResponse) => void)[] = [];
  readonly #server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    this.received.push({ headers: request.headers, body, url: request.url ?? '', at: performance.now() });
    const answer = this.answers.shift();
    if (answer) answer(response);
    else response.writeHead(204).end();
  });

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/in?key=hidden`;
  }

  async start(): Promise<this> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const key = randomBytes(32);
let place: CliPlace;
let daemon: Daemon;
let receiver: Receiver;
let secretFile: string;
const running: Running[] = [];
beforeAll(async () => {
  place = makePlace();
  daemon = await startDaemon(place);
});
beforeEach(async () => {
  receiver = await new Receiver().start();
  secretFile = path.join(place.home, 'secret');
  fs.writeFileSync(secretFile, `whsec_${key.toString('base64')}\n`, { mode: 0o600 });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map(one => one.end('SIGKILL')));
  receiver.stop();
});
afterAll(() => daemon.stop());

async function on(...args: string[]): Promise<Running> {
  const one = runCli(place, [
    'on',
    'prompt.*',
    '--webhook',
    receiver.url,
    '--secret-file',
    secretFile,
    ...args,
  ]);
  running.push(one);
  await one.says('connected');
  return one;
}
const prompt = (text: string): Promise<void> => postHook(daemon, 'UserPromptSubmit', { prompt: text });
const came = (count: number): Promise<unknown> =>
  until(`${count} posts came`, () => receiver.received.length >= count);
const prompts = (): string[] =>
  receiver.received.map(({ body }) => (JSON.parse(body) as { data: { prompt: string } }).data.prompt);

/** What the specification says of a signature, computed anew. */
function verifies({ headers, body }: Received, secret: Buffer): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  const expected = createHmac('sha256', secret)
    .update(`${String(id)}.${String(timestamp)}.${body}`)
    .digest('base64');
  return String(signatures).split(' ').includes(`v1,${expected}`);
}

describe('a webhook', () => {
  it('gets the event, signed, with an id of its own and a fresh time', async () => {
    const one = await on();
    await prompt('hello — “world”');
    await came(1);
    const [received] = receiver.received;
    if (received === undefined) return;
    const event = JSON.parse(received.body) as { type: string; seq: number };
    const health = (await (await fetch(`${daemon.url}/health`)).json()) as { epoch: string };
    expect(event).toMatchObject({ type: 'prompt.submitted', data: { prompt: 'hello — “world”' } });
    expect(received.headers['webhook-id']).toBe(`${health.epoch}:${event.seq}`);
    expect(Math.abs(Number(received.headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(60);
    expect(received.headers['content-type']).toBe('application/json');
    expect(received.url).toBe('/in?key=hidden');
    expect([verifies(received, key), verifies(received, randomBytes(32))]).toEqual([true, false]);
    expect(await one.end()).toBe(0);
  });

  it('is signed with each secret of the file, while they are being exchanged', async () => {
    const next = randomBytes(24);
    fs.appendFileSync(secretFile, `whsec_${next.toString('base64')}\n`);
    await on();
    await prompt('x');
    await came(1);
    expect(receiver.received.map(one => [verifies(one, key), verifies(one, next)])).toEqual([[true, true]]);
  });

  it('that is busy, broken or cut off is tried again, with the same id, and nothing overtakes', async () => {
    receiver.answers.push(
      response => response.writeHead(500).end('oops'),
      response => response.destroy(),
      response => response.writeHead(429, { 'retry-after': '1' }).end(),
    );
    const one = await on();
    await prompt('first');
    await prompt('second');
    await came(5);
    expect(prompts()).toEqual(['first', 'first', 'first', 'first', 'second']);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
    expect(receiver.received.every(received => verifies(received, key))).toBe(true);
    expect(one.stderr()).toMatch(
      /POST http:\/\/127\.0\.0\.1:\d+ was answered 500, for prompt\.submitted \d+ of session 8dd92b6f; trying again in 1 s/,
    );
    expect(one.stderr()).not.toContain('hidden');
    expect(one.stderr()).not.toContain('failed');
  });

  it.each([400, 404, 410, 301])(
    'that answers %i is not asked again, and the next event follows',
    async status => {
      receiver.answers.push(response => response.writeHead(status, { location: '/elsewhere' }).end());
      const one = await on();
      await prompt('refused');
      await prompt('taken');
      await came(2);
      expect(prompts()).toEqual(['refused', 'taken']);
      await one.end();
      expect(one.stderr()).toContain(
        `was answered ${status}${status === 301 ? '; redirects are not followed, so give the new URL' : ''}, for prompt.submitted`,
      );
      expect(one.stderr()).toContain('1 of 2 failed');
    },
  );

  it('that does not answer in time is tried again', async () => {
    receiver.answers.push(() => {});
    const one = await on('--timeout', '200ms');
    await prompt('x');
    await came(2);
    expect(one.stderr()).toContain('no answer within 0.2 s');
  });

  it('that is away is tried until it is back, and again after a restart of hookline', async () => {
    receiver.answers.push(response => response.writeHead(503, { 'retry-after': '3600' }).end());
    const one = await on('--resume', 'posts');
    await prompt('one');
    await one.says('trying again in 3600 s');
    expect(await one.end()).toBe(0);
    await on('--resume', 'posts');
    await came(2);
    expect(prompts()).toEqual(['one', 'one']);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });
});

describe('a secret', () => {
  it.each([
    ['', 'must hold "whsec_" and 24 to 64 random bytes in base64'],
    ['hunter2', 'must hold "whsec_"'],
    [`whsec_${randomBytes(8).toString('base64')}`, 'must hold "whsec_"'],
  ])('that is none is refused without being shown', async (text, words) => {
    fs.writeFileSync(secretFile, text);
    const { code, stderr } = await hookline(
      place,
      'on',
      'x',
      '--webhook',
      receiver.url,
      '--secret-file',
      secretFile,
    );
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    // What is there may be somebody's secret all the same, so nothing is proposed that overwrites it.
    expect(stderr).toContain(`(umask 077; echo "whsec_$(openssl rand -base64 32)" > ${secretFile}.new)`);
    if (text !== '') expect(stderr).not.toContain(text);
  });

  it('that is not there is told how to make', async () => {
    const { code, stderr } = await hookline(
      place,
      'on',
      'x',
      '--webhook',
      receiver.url,
      '--secret-file',
      '/nowhere/s',
    );
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(
        'make one with: (umask 077; echo "whsec_$(openssl rand -base64 32)" > /nowhere/s)',
      ),
    ]);
  });

  it('signs as the specification shows it', () => {
    // The example of the Standard Webhooks specification.
    fs.writeFileSync(secretFile, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const headers = signedHeaders(
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1614265330,
      '{"test": 2432232314}',
      readSecrets(secretFile),
    );
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});

it('Retry-After may be seconds or a date, and has a bound', () => {
  const now = Date.parse('2026-11-21T10:00:00Z');
  expect(
    ['7', 'Sat, 21 Nov 2026 10:00:09 GMT', 'Sat, 21 Nov 2026 09:00:00 GMT', '999999', 'soon', null].map(
      header => retryAfterMs(header, now),
    ),
  ).toEqual([7000, 9000, 0, 3_600_000, undefined, undefined]);
});
