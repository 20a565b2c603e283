// The first clients in the README, as they stand there, against a daemon.
import { execFileSync, spawn } from 'node:child_process';
import vm from 'node:vm';
import { beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { follow, MAIN, makePlace, type Running } from '../support/cli.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { code } from '../support/pages.ts';
import { until } from '../support/until.ts';

let daemon: TestDaemon;
beforeEach(async () => {
  daemon = await startTestDaemon();
  await daemon.hook('SessionStart', { source: 'startup' });
});

let calls = 0;
/** Makes tool calls until the program, which may take its time to begin, has said so. */
function workUntil(one: Running, words: string): Promise<unknown> {
  return until(`it said ${words}; it said\n${one.stdout()}${one.stderr()}`, async () => {
    await daemon.hook('PreToolUse', { tool_name: 'Bash', tool_input: {}, tool_use_id: `t${++calls}` });
    return one.stdout().includes(words);
  });
}

const place = makePlace();
function start(program: string, args: readonly string[]): Running {
  const env = { ...place.env, HOOKLINE_HOME: daemon.home, HOOKLINE_TOKEN: daemon.token };
  return follow(spawn(program, args, { cwd: place.home, env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

it('JavaScript prints the sessions and every tool call, also those of the time it was away', async () => {
  const [program = ''] = code('README.md', 'js');
  const said: unknown[][] = [];
  let socket: WebSocket | undefined;
  class Client extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url.replace(':3838', `:${daemon.port}`), protocols);
      socket = this;
    }
  }
  vm.runInNewContext(program, {
    WebSocket: Client,
    process: { env: { HOOKLINE_TOKEN: daemon.token } },
    setTimeout: (task: () => void) => setTimeout(task, 50),
    console: { log: (...words: unknown[]) => said.push(words) },
  });
  await until('it prints the sessions', () => said.length > 0);
  await daemon.hook('PreToolUse', { tool_name: 'Bash', tool_input: {}, tool_use_id: 'j1' });
  await until('it prints the tool call', () => said.length > 1);
  expect(said).toEqual([['1 sessions'], ['s1', 'Bash']]);

  socket?.terminate();
  await daemon.hook('PreToolUse', { tool_name: 'Read', tool_input: {}, tool_use_id: 'j2' });
  await until('it prints what it missed', () => said.some(([, tool]) => tool === 'Read'));
  await daemon.hook('PreToolUse', { tool_name: 'Edit', tool_input: {}, tool_use_id: 'j3' });
  await until('it goes on', () => said.some(([, tool]) => tool === 'Edit'));
  expect(said.slice(2)).toEqual([['1 sessions'], ['s1', 'Read'], ['s1', 'Edit']]);
  if (socket) socket.onclose = null;
  socket?.terminate();
});

/** The Pythons of this machine that have the package, by the version of it: Debian's, and whichever comes first on the PATH. */
const pythons = new Map<string, string>();
for (const python of ['/usr/bin/python3', 'python3', process.env['HOOKLINE_TEST_PYTHON'] ?? 'python3']) {
  try {
    const asked = ['-c', 'import sys, websockets; print(sys.executable, websockets.__version__)'];
    const [executable = '', version = ''] = execFileSync(python, asked, { stdio: 'pipe' })
      .toString()
      .trim()
      .split(' ');
    pythons.set(version, executable);
  } catch {
    // None here, or not with that package.
  }
}

describe('Python', () => {
  const [program = ''] = code('README.md', 'python');

  it.skipIf(pythons.size === 0)('is here with the package: apt-get install python3-websockets', () => {
    expect(program).toContain('websockets.connect');
  });

  it.each([...pythons])('with websockets %s prints every tool call', async (_version, python) => {
    const one = start(python, ['-W', 'error', '-c', program.replace(':3838', `:${daemon.port}`)]);
    await workUntil(one, 's1 Bash\n');
    expect(one.stderr()).toBe('');
    await one.end('SIGKILL');
  });
});

describe('the shell', () => {
  const lines = code('README.md', 'sh').flatMap(block => block.trim().split('\n'));
  const line = (begin: string): string => lines.find(one => one.startsWith(begin)) ?? '';

  it('gets the token of the daemon', async () => {
    const token = line('export HOOKLINE_TOKEN');
    const hookline = `hookline() { ${process.execPath} ${MAIN} "$@"; }`;
    const one = start('sh', ['-c', `${hookline}; ${token}; echo "$HOOKLINE_TOKEN"`]);
    expect(await one.exit).toBe(0);
    expect(one.stdout()).toBe(`${daemon.token}\n`);
  });

  it('gets Server-Sent Events', async () => {
    const one = start('sh', ['-c', `exec ${line('curl').replace(':3838', `:${daemon.port}`)}`]);
    await workUntil(one, '"toolName":"Bash"');
    await one.end('SIGKILL');
  });
});
