// The programs on the page of the library, as they stand there, against a daemon or the compiler.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CliPlace, follow, makePlace, type Running } from '../support/cli.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { code, ROOT } from '../support/pages.ts';
import { runAny } from '../support/run.ts';
import { until } from '../support/until.ts';

const programs = code('docs/client-library.md', 'js');

/** What Node 20 lacks. */
const WEBSOCKET = "import WebSocket from 'ws';\nglobalThis.WebSocket ??= WebSocket;\n";

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon();
  await daemon.hook('SessionStart', { source: 'startup' });
  await daemon.hook('UserPromptSubmit', { prompt: 'before' });
});

/** A place where the package is installed as `hookline`, and a package of ours beside it. */
function installed(other: string): CliPlace {
  const place = makePlace();
  fs.mkdirSync(path.join(place.home, 'node_modules'));
  fs.symlinkSync(ROOT, path.join(place.home, 'node_modules/hookline'));
  fs.symlinkSync(path.join(ROOT, 'node_modules', other), path.join(place.home, 'node_modules', other));
  return place;
}

function run(program: string): Running {
  const { home, env } = installed('ws');
  fs.writeFileSync(path.join(home, 'websocket.mjs'), WEBSOCKET);
  fs.writeFileSync(path.join(home, 'program.mjs'), program.replaceAll(':3838', `:${daemon.port}`));
  return follow(
    spawn(process.execPath, ['--import', './websocket.mjs', 'program.mjs'], {
      cwd: home,
      env: { ...env, HOOKLINE_TOKEN: daemon.token },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

const call = (n: number): Record<string, unknown> => ({
  tool_name: 'Bash',
  tool_input: {},
  tool_use_id: `t${n}`,
});
let calls = 0;
/** Makes tool calls and turns until the program has said something. */
async function workUntil(one: Running, words: string): Promise<void> {
  await until(`it said ${words}; it said\n${one.stdout()}${one.stderr()}`, async () => {
    await daemon.hook('PreToolUse', call(++calls));
    await daemon.hook('PostToolUse', { ...call(calls), tool_response: 'ok', duration_ms: 7 });
    await daemon.hook('Stop', { last_assistant_message: 'all is done' });
    return one.stdout().includes(words);
  });
}

describe('the page of the library', () => {
  it('has programs to try', () => {
    expect(programs).toHaveLength(4);
  });

  it('prints tool calls', async () => {
    const one = run(programs[0] ?? '');
    await workUntil(one, 'Bash true 7');
    expect(one.stderr()).toBe('');
    await one.end('SIGKILL');
  });

  it('holds state, calls back, asks, replays, and ends', async () => {
    const one = run(programs[1] ?? '');
    await workUntil(one, 'all is done');
    await until('it replayed', () => one.stdout().includes('before'));
    expect(one.stdout()).toMatch(/Map\(1\) \{ 's1' => \d+ \}/);
    expect(one.stdout()).toContain("sessionId: 's1'");
    expect(one.stderr()).toBe('');
    expect(await one.end('SIGINT')).toBe(0);
  });

  it('sends, takes, acknowledges, and ends', async () => {
    const one = run(programs[2] ?? '');
    await until('it arrived', () => one.stdout().includes('it is delivered'));
    expect(one.stdout()).toContain('ci: Ship it.');
    expect(one.stderr()).toBe('');
    expect(await one.end('SIGINT')).toBe(0);
  });

  it('follows whichever hub is there', async () => {
    const one = run(programs[3] ?? '');
    await workUntil(one, 'all is done');
    expect(one.stderr()).toBe('');
    await one.end('SIGKILL');
  });

  it('has an example of its types that compiles, but for what shall not', { timeout: 60_000 }, async () => {
    const [example = ''] = code('docs/client-library.md', 'ts');
    const { home, env } = installed('@types');
    fs.writeFileSync(path.join(home, 'package.json'), '{"type": "module"}');
    fs.writeFileSync(path.join(home, 'example.ts'), example);
    const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
    expect(await runAny(process.execPath, [tsc, ...options, 'example.ts'], { cwd: home, env })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });
});
