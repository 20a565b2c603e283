// Tokens, tickets and the list of sessions.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandIn, makePlace, postHook } from '../support/cli.ts';
import { type Daemon, hookline, hooklineOk, startDaemon } from '../support/hookline.ts';

const place = makePlace();
let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon(place);
});
afterAll(async () => {
  await daemon.stop();
});

const file = (name: string): string => fs.readFileSync(path.join(place.hooklineHome, name), 'utf8').trim();

describe('token', () => {
  it('prints it, and nothing else', async () => {
    expect(await hooklineOk(place, 'token')).toMatchObject({ stdout: `${daemon.token}\n`, stderr: '' });
    expect(JSON.parse((await hooklineOk(place, 'token', '--json')).stdout)).toEqual({ token: daemon.token });
  });

  it('there is none before the first start', async () => {
    const { code, stderr } = await hookline(makePlace(), 'token');
    expect(code).toBe(1);
    expect(stderr).toContain('there is no token yet');
  });

  it('rotate replaces both while the daemon runs, and the old one is refused from then on', async () => {
    const [oldToken, oldHook] = [file('token'), file('hook-token')];
    const { stdout } = await hooklineOk(place, 'token', 'rotate');
    expect(stdout.trim()).toBe(file('token'));
    expect(file('token')).not.toBe(oldToken);
    expect(file('hook-token')).not.toBe(oldHook);
    const answers = await Promise.all(
      [oldToken, file('token')].map(token =>
        fetch(`${daemon.url}/api/sessions`, { headers: { authorization: `Bearer ${token}` } }),
      ),
    );
    expect(answers.map(answer => answer.status)).toEqual([401, 200]);
    expect((await hooklineOk(place, 'sessions', '--json')).code).toBe(0);
  });

  it('rotate works without a daemon, also when a file was damaged', async () => {
    const other = makePlace();
    await (await startDaemon(other)).stop();
    const before = (await hooklineOk(other, 'token')).stdout;
    fs.writeFileSync(path.join(other.hooklineHome, 'token'), 'damaged');
    const damaged = await hookline(other, 'token');
    expect(damaged).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${commandIn(other)} token rotate`),
    });
    expect(damaged.stderr).not.toContain('damaged');
    const { token } = JSON.parse((await hooklineOk(other, 'token', 'rotate', '--json')).stdout) as {
      token: string;
    };
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(`${token}\n`).not.toBe(before);
    expect(fs.statSync(path.join(other.hooklineHome, 'token')).mode & 0o777).toBe(0o600);
  });
});

describe('open', () => {
  it('--print gives a link with a ticket that is not the token', async () => {
    const { stdout } = await hooklineOk(place, 'open', '--print');
    expect(stdout).toMatch(new RegExp(`^${daemon.url}/#ticket=\\S+\n$`));
    expect(stdout).not.toContain(file('token'));
  });

  it('--read-only lets a browser look, and nothing else', async () => {
    const { stdout } = await hooklineOk(place, 'open', '--read-only', '--json');
    const { url } = JSON.parse(stdout) as { url: string };
    const login = await fetch(`${daemon.url}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ticket: url.split('#ticket=')[1] }),
    });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    const status = async (method: string, target: string): Promise<number> =>
      (await fetch(`${daemon.url}${target}`, { method, headers: { cookie } })).status;
    expect([await status('GET', '/api/sessions'), await status('POST', '/api/messages')]).toEqual([200, 403]);
  });

  it('hands the link to the desktop', async () => {
    const opened = path.join(place.home, 'opened');
    const opener = path.join(place.home, 'bin', process.platform === 'darwin' ? 'open' : 'xdg-open');
    fs.writeFileSync(opener, `#!/bin/sh\nprintf %s "$1" > '${opened}'\n`, { mode: 0o755 });
    const { stdout, stderr } = await hooklineOk(place, 'open');
    expect(stdout).toBe('');
    expect(stderr).toContain(`Opened ${daemon.url} in the browser.`);
    expect(fs.readFileSync(opened, 'utf8')).toMatch(new RegExp(`^${daemon.url}/#ticket=`));
    fs.writeFileSync(opener, '#!/bin/sh\nexit 3\n', { mode: 0o755 });
    const failed = await hookline(place, 'open');
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining('/#ticket=') });
    expect(failed.stderr).toContain('open this link yourself within 30 s');
  });
});

describe('sessions', () => {
  it('shows who needs someone first', async () => {
    const quiet = await hooklineOk(place, 'sessions');
    expect(quiet).toMatchObject({ stdout: '', stderr: expect.stringContaining('No sessions yet') });
    const current = { url: daemon.url, token: file('token') };
    await postHook(current, 'SessionStart', {
      session_id: 'aaaa1111-x',
      cwd: '/home/dev/api',
      source: 'startup',
    });
    await postHook(current, 'UserPromptSubmit', {
      session_id: 'bbbb2222-x',
      cwd: '/home/dev/web',
      prompt: 'x',
    });
    await postHook(current, 'PermissionRequest', {
      session_id: 'bbbb2222-x',
      cwd: '/home/dev/web',
      tool_name: 'Bash',
      tool_input: { command: 'npm publish' },
    });
    const { stdout } = await hooklineOk(place, 'sessions');
    const [head, first, second] = stdout.split('\n');
    expect(head).toMatch(/^SESSION +STATE +SINCE +TOKENS +COST +DOING$/);
    expect(first).toMatch(/^web·bbbb2222 +waiting permission .* may it run Bash npm publish\?$/);
    expect(second).toMatch(/^api·aaaa1111 +idle/);
    const { sessions } = JSON.parse((await hooklineOk(place, 'sessions', '--json')).stdout) as {
      sessions: unknown[];
    };
    expect(sessions).toHaveLength(2);
  });

  it('needs a daemon and says how to get one', async () => {
    const other = makePlace();
    const { code, stderr } = await hookline(other, 'sessions');
    expect(code).toBe(1);
    expect(stderr).toBe(`hookline is not running; start it with: ${commandIn(other)} start\n`);
  });
});
