// The hook with an argument hands the daemon's answer on to the agent: a whole JSON object, or nothing at all.
import fs from 'node:fs';
import type http from 'node:http';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { isStalled, spoolFolder, writeEndpoint } from '../../../../src/hook-endpoint/index.ts';
import { daemon, here, hookIn, hungDaemon, LIMIT_MS, TOKEN } from './hook-runs.ts';

/** Longer than any hook waits that lets no person answer. */
const WAIT_MS = LIMIT_MS + 1000;
const saying = (length: number): string => `é "q" \\ %s \u2028 $(d) ${'ü'.repeat(length)}`;
const [BODY, LONG] = [1000, 40_000].map(length =>
  JSON.stringify({ hookSpecificOutput: { additionalContext: saying(length) } }),
) as [string, string];

type Answer = (response: http.ServerResponse) => void;

const json =
  (status: number, body: string, type = 'application/json; charset=utf-8'): Answer =>
  response => {
    response
      .writeHead(status, { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) })
      .end(body);
  };

/** `date` is not there in every way; then it is not said when it was sent. */
const SENT = /^sent-(\d{10}-)?\d+[.]json$/;

const kept = (home: string): string[] =>
  fs.existsSync(spoolFolder(home)) ? fs.readdirSync(spoolFolder(home)) : [];

/** They end in one of two ways to send: bash's own, and curl. */
const ways = here.filter(([name]) => name === 'dash' || name === 'curl alone');

describe.each(ways)('%s', (_, { argv, path: programs }) => {
  async function hook(answer?: Answer, waitMs = WAIT_MS) {
    const { home, call } = await hookIn(argv, programs);
    const { url, calls } = answer ? await daemon(answer) : await hungDaemon();
    await writeEndpoint(home, { pid: process.pid, url, hookToken: TOKEN, waitMs });
    return { home, calls, call };
  }

  // Below and above the size from which on curl sends it.
  describe.each([10, 40_000])('a payload of %i bytes', size => {
    const payload = 'x'.repeat(size);

    test.each([
      ['answer', BODY],
      // A shell reads it byte by byte, which takes a while where others are at work: longer than who asks for an answer waits.
      ['wait', LONG],
    ])('an answer is printed to the letter, to whoever asked for it: %s', async (mode, body) => {
      const { home, calls, call } = await hook(json(200, body), 60_000);
      expect(await call(payload, [mode])).toMatchObject({ code: 0, output: body });
      expect(await call(payload)).toMatchObject({ code: 0, output: '' });
      expect(calls).toHaveLength(2);
      // The daemon keeps what it has to say for whoever prints it.
      expect(calls.map(one => ('prints' in one && one.prints) || '')).toEqual([mode, '']);
      expect(kept(home)).toEqual([]);
    });

    test.each<[string, Answer]>([
      ['202, as ever', json(202, '{"status":"accepted"}')],
      ['an error', json(500, '{"error":{"code":"internal","message":"no"}}')],
      ['a wrong token', json(401, '{"error":{"code":"unauthorized","message":"no"}}')],
      ['no JSON', json(200, '{ I am a page }', 'text/html')],
      ['no object', json(200, '[{"a":1}]')],
      ['no body', json(200, '')],
      [
        'a body that is cut off',
        response => {
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
          response.write('{"a":{"b":1}}', () => response.destroy());
        },
      ],
    ])('nothing is printed for %s', async (_, answer) => {
      const { call } = await hook(answer);
      for (const mode of ['answer', 'wait'])
        expect(await call(payload, [mode])).toMatchObject({ code: 0, output: '' });
    });

    test('whoever lets a person answer waits for it; others do not', async () => {
      const late: Answer = response => void delay(LIMIT_MS + 300).then(() => json(200, BODY)(response));
      // A shell reads an answer byte by byte, which takes its time on a busy machine.
      const { home, call } = await hook(late, 30_000);
      const outcome = await call(payload, ['wait']);
      expect(outcome).toMatchObject({ code: 0, output: BODY });
      expect([await isStalled(home), kept(home)]).toEqual([false, []]);
      expect((await call(payload, ['answer'])).output).toBe('');
      expect(await isStalled(home)).toBe(true);
    });

    test('a wait that ends without an answer is no sign of a daemon that hangs, and is kept once', async () => {
      const { home, calls, call } = await hook(() => {});
      const outcome = await call(payload, ['wait']);
      expect(outcome).toMatchObject({ code: 0, output: '' });
      expect(outcome.ms).toBeGreaterThan(WAIT_MS * 0.9);
      expect(calls).toHaveLength(1);
      expect(await isStalled(home)).toBe(false);
      expect(kept(home)).toEqual([expect.stringMatching(SENT)]);
    });

    test('a daemon that ends meanwhile: the same', async () => {
      const { home, call } = await hook(response => response.destroy());
      expect(await call(payload, ['wait'])).toMatchObject({ code: 0, output: '' });
      expect(await isStalled(home)).toBe(false);
      expect(kept(home)).toEqual([expect.stringMatching(SENT)]);
    });

    test('a daemon that hangs costs one limit, then nothing, and gets no payload', async () => {
      const { home, call } = await hook();
      const first = await call(payload, ['wait']);
      expect(first).toMatchObject({ code: 0, output: '' });
      expect(first.ms).toBeLessThan(WAIT_MS * 0.95);
      expect(await isStalled(home)).toBe(true);
      expect((await call(payload, ['wait'])).ms).toBeLessThan(LIMIT_MS * 0.95);
      expect(kept(home)).toEqual([
        expect.stringMatching(/^\d+[.]json$/),
        expect.stringMatching(/^\d+[.]json$/),
      ]);
    });
  });

  test('a daemon of an older hookline tells of no wait: any hook waits as long as it always did', async () => {
    const { home, call } = await hook(() => {});
    const file = path.join(home, 'hooks', 'endpoint');
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/^# wait .*\n/m, ''));
    expect((await call('{}', ['wait'])).ms).toBeLessThan(WAIT_MS * 0.95);
  });
});
