// Whether a process is the one it was: by when it started, as /proc or ps tells it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { isAlive, parentByPs, parentOf, startByPs, startTime } from '../../src/process-probe.ts';
import { until } from '../support/until.ts';

it('the time stays the same as long as the process lives, and is gone with it', async () => {
  const child = spawn('sleep', ['60']);
  const pid = child.pid ?? 0;
  const tellers = [startTime, startByPs];
  const before = tellers.map(teller => teller(pid));
  for (const told of before) expect(told).toMatch(/^[\w:]+$/);
  expect(tellers.map(teller => teller(pid))).toEqual(before);
  expect(isAlive(pid)).toBe(true);
  child.kill();
  await once(child, 'exit');
  await until('it is gone', () => !isAlive(pid));
  expect(tellers.map(teller => teller(pid))).toEqual([undefined, undefined]);
});

it('its parent is who started it, and nobody once it is gone', async () => {
  const child = spawn('sleep', ['60']);
  const pid = child.pid ?? 0;
  const tellers = [parentOf, parentByPs];
  expect(tellers.map(teller => teller(pid))).toEqual([process.pid, process.pid]);
  child.kill();
  await once(child, 'exit');
  expect(tellers.map(teller => teller(pid))).toEqual([undefined, undefined]);
});

it('the language and the time zone of the user change nothing', () => {
  const told = startByPs(process.pid);
  const { TZ, LC_ALL } = process.env;
  Object.assign(process.env, { TZ: 'Asia/Tokyo', LC_ALL: 'de_DE.UTF-8' });
  const elsewhere = startByPs(process.pid);
  for (const [name, value] of Object.entries({ TZ, LC_ALL }))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  expect(elsewhere).toBe(told);
});
