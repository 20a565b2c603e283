// Commands that share a process see nothing of one another, and none is over before it has nothing left to do.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from './commands.ts';
import type { Output } from './run.ts';

let folder: string;
let main: string;
beforeAll(() => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-commands-')));
  main = path.join(folder, 'main.mjs');
  fs.writeFileSync(
    main,
    `import * as words from './words.mjs';
     process.exitCode = await words[process.argv[2]](...process.argv.slice(3));`,
  );
  fs.writeFileSync(
    path.join(folder, 'words.mjs'),
    `export const say = async (out, err, code) => {
       process.stdout.write(out);
       process.stderr.write(err);
       return Number(code);
     };
     export const where = () => void process.stdout.write([process.pid, process.argv[1], process.env.A].join());
     export const later = () => void setTimeout(() => process.stdout.write('late'), 300);
     export const exit = code => process.exit(Number(code));
     export const fail = () => { throw new Error('no luck'); };
     export const failLater = () => void setTimeout(() => { throw new Error('no luck later'); }, 50);
     export const never = () => new Promise(() => {});
     export const wait = () => new Promise(() => setInterval(() => {}, 1000));
     export const listen = () => {
       process.on('SIGTERM', () => {});
       process.stdout.on('error', () => {});
       process.stdout.write(String(process.listenerCount('SIGTERM') + process.stdout.listenerCount('error')));
     };`,
  );
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]): Promise<Output> =>
  runCommand(main, { args, env: { HOME: folder }, timeout: 60_000 });
/** The process that runs the next one. */
const pid = async (): Promise<string | undefined> => (await run('where')).stdout.split(',')[0];

it('has its own output and exit code, in the same process', async () => {
  const before = await pid();
  expect(await run('say', 'out', 'err\n', '3')).toEqual({ code: 3, stdout: 'out', stderr: 'err\n' });
  expect(await run('say', '', '', '0')).toEqual({ code: 0, stdout: '', stderr: '' });
  const long = 'é'.repeat(100_000);
  expect((await run('say', long, long, '1')).stdout).toBe(long);
  expect(await pid()).toBe(before);
});

it('has its own environment, and is called as it would be alone', async () => {
  const one = await runCommand(main, { args: ['where'], env: { HOME: folder, A: 'a' }, timeout: 60_000 });
  expect(one.stdout).toMatch(new RegExp(`^\\d+,${main},a$`));
  expect((await run('where')).stdout).toMatch(/,$/);
});

it('is not over while it has something to wait for', async () => {
  expect(await run('later')).toEqual({ code: 0, stdout: 'late', stderr: '' });
  const waits = runCommand(main, { args: ['wait'], env: { HOME: folder }, timeout: 500 });
  await expect(waits).rejects.toThrow('wait was killed (SIGKILL)');
});

it('that waits for what cannot come ends as a process does', async () => {
  expect((await run('never')).code).toBe(13);
});

it.each(['fail', 'failLater'])(
  'that goes wrong (%s) ends its process, and the next one has another',
  async word => {
    const before = await pid();
    const { code, stderr } = await run(word);
    expect([code, stderr]).toEqual([1, expect.stringContaining('Error: no luck')]);
    expect(await pid()).not.toBe(before);
  },
);

it('may end its process itself', async () => {
  expect(await run('exit', '7')).toEqual({ code: 7, stdout: '', stderr: '' });
  expect((await run('say', 'again', '', '0')).stdout).toBe('again');
});

it('leaves no listener behind', async () => {
  for (let n = 0; n < 15; n++) expect(await run('listen')).toEqual({ code: 0, stdout: '2', stderr: '' });
});

it('runs beside others, each in a process of its own', async () => {
  const both = await Promise.all([run('where'), run('where')]);
  expect(new Set(both.map(({ stdout }) => stdout.split(',')[0])).size).toBe(2);
});
