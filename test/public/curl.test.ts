// The API behind what is shown, as a command for a shell.
import { execFileSync } from 'node:child_process';
import os from 'node:os';
import { expect, it } from 'vitest';
import { apiBehind, curlOf } from '../../public/shell/curl.ts';
import { routeOf } from '../../public/shell/route.ts';

const of = (hash: string): string => apiBehind(routeOf(hash), 'Europe/Berlin');

it.each([
  ['#/', '/api/snapshot'],
  ['#/?at=17&q=x', '/api/snapshot?at=17'],
  ['#/session/a%2Fb?agent=x', '/api/events?sessionId=a%2Fb&from=newest&limit=1000'],
  [
    '#/feed?topics=tool.*%20prompt.**&session=s1&all=1',
    '/api/events?topics=tool.*%2Cprompt.**&sessionId=s1&from=newest&limit=1000',
  ],
  ['#/search?q=npm%20test&session=s1', '/api/events?q=npm+test&sessionId=s1&from=newest&limit=1000'],
  ['#/search', '/api/events?from=newest&limit=1000'],
  ['#/usage?of=tokens', '/api/usage?by=day&zone=Europe%2FBerlin'],
  ['#/inbox', '/api/messages'],
  ['#/inbox/m%201', '/api/messages/m%201'],
])('%s', (hash, path) => {
  expect(of(hash)).toBe(path);
});

it('is one word for a shell, whatever is in it, and has no token', () => {
  const url = `http://127.0.0.1:1/x?a='$(id)\`id\`"\\\n&b=1`;
  const command = curlOf(url).replace(/^curl /, 'printf "%s|" ');
  const env = { HOOKLINE_TOKEN: 'T', PATH: process.env['PATH'], HOME: os.tmpdir() };
  expect(execFileSync('sh', ['-c', command], { encoding: 'utf8', env })).toBe(
    `-fsS|-H|authorization: Bearer T|${url}|`,
  );
});
