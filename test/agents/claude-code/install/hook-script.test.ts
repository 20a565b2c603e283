// The installed hook, run as Claude Code runs it: it delivers, and whatever goes wrong it stays quiet and quick.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { hookCommand } from '../../../../src/agents/claude-code/install/command.ts';
import { installHookFile } from '../../../../src/agents/claude-code/install/hook-file.ts';
import { hookFile } from '../../../../src/agents/claude-code/install/index.ts';
import {
  clearStalled,
  isStalled,
  removeEndpoint,
  spoolFolder,
  writeEndpoint,
} from '../../../../src/hook-endpoint/index.ts';
import {
  accepted,
  daemon,
  here,
  hookIn,
  hungDaemon,
  LIMIT_MS,
  type Outcome,
  QUICK_MS,
  run,
  TOKEN,
} from './hook-runs.ts';
import { machine } from './support.ts';

/** A machine may have ten times as much to do as it can. */
const PATIENT = { timeout: 60_000 };

async function installedHook() {
  const { home } = machine();
  await installHookFile(home);
  const command = hookCommand(hookFile(home));
  return { home, call: (payload = '{}', env = {}) => run(command, payload, env) };
}

/** Shells and programs that a hook starts, about. */
const PROGRAMS = 8;

/** A machine that has much else to do is slower by what it takes for the shells and programs that a hook starts. */
async function expectQuiet(outcome: Outcome, withinMs = QUICK_MS): Promise<void> {
  expect(outcome).toMatchObject({ code: 0, output: '' });
  const { ms } = outcome;
  if (ms >= withinMs) expect(ms).toBeLessThan(withinMs + PROGRAMS * (await run(':', '')).ms);
}

async function deadPid(): Promise<number> {
  const child: ChildProcess = spawn('true', { env: process.env });
  await new Promise(resolve => child.on('close', resolve));
  return child.pid ?? 0;
}

describe.each(here)('%s', (_, { argv, path: programs }) => {
  const way = () => hookIn(argv, programs);

  // 4096 and 32768 are where the hook changes how it reads and sends.
  test.each([0, 1, 4000, 4096, 5000, 32_700, 32_768, 40_000, 1_000_000])(
    'a payload with %i letters more is delivered with the token, and nothing said',
    async letters => {
      const { home, call } = await way();
      const { url, calls } = await daemon();
      await writeEndpoint(home, { pid: process.pid, url, hookToken: TOKEN });
      const text = `${'é'.repeat(letters / 2)}'b"c\\ %s $(d) \u2028 \n`;
      const payload = `${JSON.stringify({ hook_event_name: 'Stop', text })}`;
      await expectQuiet(await call(payload));
      expect(calls).toEqual([
        {
          host: new URL(url).host,
          authorization: `Bearer ${TOKEN}`,
          contentType: 'application/json',
          url: '/hook',
          body: payload,
        },
      ]);
    },
  );

  test.each([10, 32_000, 8_000_000])(
    'a daemon that hangs: %i bytes wait one limit, the next skip',
    async size => {
      const { home, call } = await way();
      // What the machine needs for that much, without the waiting.
      const well = await daemon();
      await writeEndpoint(home, { pid: process.pid, url: well.url, hookToken: TOKEN });
      const { ms: needed } = await call('x'.repeat(size));
      expect(well.calls).toHaveLength(1);
      const { url, calls } = await hungDaemon();
      await writeEndpoint(home, { pid: process.pid, url, hookToken: TOKEN });
      const first = await call('x'.repeat(size));
      await expectQuiet(first, LIMIT_MS + 2 * needed + QUICK_MS);
      expect(first.ms).toBeGreaterThan(LIMIT_MS * 0.9);
      for (let i = 0; i < 4; i++) await expectQuiet(await call());
      expect(calls).toHaveLength(1);
    },
  );

  test('nobody home: a payload is kept for later, one over a megabyte is counted as lost', async () => {
    const { home, call } = await way();
    await expectQuiet(await call('{"a":1}'));
    await expectQuiet(await call('x'.repeat(1_100_000)));
    const spool = spoolFolder(home);
    const names = (await fs.readdir(spool)).sort();
    expect(names).toEqual([expect.stringMatching(/^\d+\.json$/), 'dropped']);
    expect(await fs.readFile(path.join(spool, names[0] ?? ''), 'utf8')).toBe('{"a":1}');
    expect((await fs.stat(path.join(spool, 'dropped'))).size).toBe(1);
  });

  test('nobody listens: quiet, and it does not count as hung', async () => {
    const { home, call } = await way();
    await writeEndpoint(home, { pid: process.pid, url: 'http://127.0.0.1:1/hook', hookToken: TOKEN });
    await expectQuiet(await call());
    expect(await isStalled(home)).toBe(false);
  });
});

test('the daemon listens on IPv6', async context => {
  const { home, call } = await installedHook();
  const { url, calls } = await daemon(accepted, '::1').catch(() => context.skip('no IPv6 here'));
  await writeEndpoint(home, { pid: process.pid, url, hookToken: TOKEN });
  for (const size of [10, 100_000]) await expectQuiet(await call('x'.repeat(size)));
  expect(calls.map(({ host }) => host)).toEqual(Array(2).fill(new URL(url).host));
});

test('a payload of 16 MiB arrives whole', async () => {
  const { home, call } = await installedHook();
  const { url, calls } = await daemon();
  await writeEndpoint(home, { pid: process.pid, url, hookToken: TOKEN });
  const payload = JSON.stringify({ text: 'x'.repeat(16 * 1024 * 1024 - 100) });
  await expectQuiet(await call(payload), 60_000);
  expect(calls[0]?.body.length).toBe(payload.length);
});

test('nothing in the user’s environment gets in: proxies, curl settings, shell functions', async () => {
  const { home, call } = await installedHook();
  const { url, calls } = await daemon();
  const stranger = await daemon();
  const proxy = stranger.url.replace('/hook', '');
  await writeEndpoint(home, { pid: process.pid, url, hookToken: TOKEN });
  const curlHome = path.join(home, 'curl');
  await fs.mkdir(curlHome);
  await fs.writeFile(path.join(curlHome, '.curlrc'), `proxy = "${proxy}"\nmax-time = 0.001\nverbose\n`);
  await fs.writeFile(path.join(curlHome, 'bashrc'), 'exit 1');
  const env = {
    http_proxy: proxy,
    HTTP_PROXY: proxy,
    ALL_PROXY: proxy,
    NO_PROXY: '',
    CURL_HOME: curlHome,
    HOME: curlHome,
    HOOKLINE_HOME: '/nowhere',
    IFS: ':/',
    BASH_VERSION: '5',
    BASH_ENV: path.join(curlHome, 'bashrc'),
    ENV: path.join(curlHome, 'bashrc'),
    'BASH_FUNC_read%%': '() { exit 1; }',
    'BASH_FUNC_printf%%': '() { exit 1; }',
  };
  for (const size of [10, 100_000]) await expectQuiet(await call('x'.repeat(size), env));
  expect(calls).toHaveLength(2);
  expect(stranger.calls).toHaveLength(0);
});

test('the token shows in no process list', async () => {
  const { home, call } = await installedHook();
  let seen = '';
  const { url } = await daemon(async response => {
    for (const pid of await fs.readdir('/proc').catch(() => []))
      if (/^\d+$/.test(pid)) seen += await fs.readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    accepted(response);
  });
  await writeEndpoint(home, { pid: process.pid, url, hookToken: TOKEN });
  for (const size of [10, 100_000]) await expectQuiet(await call('x'.repeat(size)));
  expect(seen).toContain('hookline-hook');
  expect(seen).not.toContain(TOKEN);
});

test('a redirect is not followed', async () => {
  const { home, call } = await installedHook();
  const stranger = await daemon();
  const { url } = await daemon(response => response.writeHead(307, { location: stranger.url }).end());
  await writeEndpoint(home, { pid: process.pid, url, hookToken: TOKEN });
  await expectQuiet(await call());
  expect(stranger.calls).toHaveLength(0);
});

test.each([400, 401, 500, 503])('an answer of %i shows nothing and stalls nothing', async status => {
  const { home, call } = await installedHook();
  const { url } = await daemon(response => response.writeHead(status).end('Internal trouble'));
  await writeEndpoint(home, { pid: process.pid, url, hookToken: TOKEN });
  await expectQuiet(await call());
  expect(await isStalled(home)).toBe(false);
});

describe('nobody home', () => {
  const huge = 'x'.repeat(3_000_000);

  test('no endpoint: quiet, with a payload nobody reads', async () => {
    const { call } = await installedHook();
    await expectQuiet(await call(huge));
  });

  test('another hook makes the folder for what is kept at the same moment: it is kept all the same', async () => {
    const { home, call } = await installedHook();
    const bin = path.join(home, 'bin');
    await fs.mkdir(bin);
    await fs.writeFile(path.join(bin, 'mkdir'), '#!/bin/sh\nPATH=/usr/bin:/bin mkdir "$1"; exit 1\n', {
      mode: 0o755,
    });
    await expectQuiet(await call('{}', { PATH: `${bin}:${process.env['PATH']}` }));
    expect(await fs.readdir(spoolFolder(home))).toHaveLength(1);
  });

  test('the hook file is gone, and the whole home with it: still quiet', async () => {
    const { home, call } = await installedHook();
    await fs.rm(home, { recursive: true });
    await expectQuiet(await call(huge));
  });

  test('the daemon was killed and a stranger has its port: the stranger gets nothing', async () => {
    const { home, call } = await installedHook();
    const { url, calls } = await daemon();
    await writeEndpoint(home, { pid: await deadPid(), url, hookToken: TOKEN });
    await expectQuiet(await call(huge));
    expect(calls).toHaveLength(0);
  });

  test.skipIf(!existsSync('/proc/self/stat'))(
    'the pid was given to another process since, as after a crash of the machine: the same',
    async () => {
      const { home, call } = await installedHook();
      const { url, calls } = await daemon();
      await writeEndpoint(home, { pid: process.pid, url, hookToken: TOKEN });
      const file = path.join(home, 'hooks', 'endpoint');
      await fs.writeFile(file, (await fs.readFile(file, 'utf8')).replace(/started \d+/, 'started 1'));
      await expectQuiet(await call());
      expect(calls).toHaveLength(0);
    },
  );

  test.each([
    '',
    '\n',
    '# pid\n',
    '# pid x started y\n',
    '# pid -1 started 1\n',
    'url = "http://127.0.0.1:1"\n',
  ])('an endpoint of %j: quiet', async text => {
    const { home, call } = await installedHook();
    await fs.writeFile(path.join(home, 'hooks', 'endpoint'), text);
    await expectQuiet(await call());
  });

  test('stopped cleanly: the endpoint is gone, unless it is another daemon’s', async () => {
    const { home } = await installedHook();
    await writeEndpoint(home, { pid: process.pid, url: 'http://127.0.0.1:1/hook', hookToken: TOKEN });
    await removeEndpoint(home, process.pid + 1);
    expect(existsSync(path.join(home, 'hooks', 'endpoint'))).toBe(true);
    await removeEndpoint(home);
    expect(existsSync(path.join(home, 'hooks', 'endpoint'))).toBe(false);
  });
});

describe('a daemon that hangs', () => {
  test('may cost a session two limits, if a second hook had started, and two seconds in all', () => {
    expect(2 * LIMIT_MS).toBeLessThanOrEqual(2000);
  });

  test('hooks in flight together wait together, and the next ones skip', async () => {
    const { home, call } = await installedHook();
    const { url, calls } = await hungDaemon();
    await writeEndpoint(home, { pid: process.pid, url, hookToken: TOKEN });
    const started = performance.now();
    for (const outcome of await Promise.all([call(), call(), call(), call(), call()]))
      expect(outcome).toMatchObject({ code: 0, output: '' });
    await expectQuiet(await call());
    // One after the other they would take five times the limit.
    expect(performance.now() - started).toBeLessThan(4 * LIMIT_MS);
    expect(calls).toHaveLength(5);
  });

  test('once it is well again and clears the mark, hooks call again', async () => {
    const { home, call } = await installedHook();
    const hung = await hungDaemon();
    await writeEndpoint(home, { pid: process.pid, url: hung.url, hookToken: TOKEN });
    await call();
    expect(await isStalled(home)).toBe(true);

    const { url, calls } = await daemon();
    await writeEndpoint(home, { pid: process.pid, url, hookToken: TOKEN });
    await call();
    expect(calls).toHaveLength(0);
    await clearStalled(home);
    await call();
    await vi.waitFor(() => expect(calls).toHaveLength(1), PATIENT);
  });
});

test('the endpoint and its folder are for the user alone', async () => {
  const { home } = machine();
  await writeEndpoint(home, { pid: process.pid, url: 'http://127.0.0.1:1/hook', hookToken: TOKEN });
  const mode = async (...parts: string[]) => (await fs.stat(path.join(home, ...parts))).mode & 0o777;
  expect(await mode('hooks', 'endpoint')).toBe(0o600);
  expect(await mode('hooks')).toBe(0o700);
  expect(await mode()).toBe(0o700);
});

test('nothing can be smuggled into curl’s options through the URL or the token', async () => {
  const { home } = machine();
  const endpoint = { pid: process.pid, url: 'http://127.0.0.1:1/hook', hookToken: TOKEN };
  for (const bad of [
    { url: 'file:///etc/passwd' },
    { url: 'http://h/\noutput = "x"' },
    { hookToken: 'x\ny' },
    { hookToken: '' },
  ])
    await expect(writeEndpoint(home, { ...endpoint, ...bad })).rejects.toMatchObject({
      code: 'invalid_endpoint',
    });
});
