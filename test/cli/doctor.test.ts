// The doctor finds each thing that can be wrong, and says how to mend it.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commandIn, makePlace } from '../support/cli.ts';
import { type Daemon, hookline, hooklineOk, startDaemon } from '../support/hookline.ts';

interface Finding {
  check: string;
  verdict: string;
  found: string;
  mend?: string;
}

const place = makePlace();
const settings = path.join(place.claudeDir, 'settings.json');
const hookFile = path.join(place.hooklineHome, 'hooks', 'hookline-hook');
let daemon: Daemon;
let installed: string;

beforeAll(async () => {
  fs.writeFileSync(path.join(place.home, 'bin', 'claude'), '#!/bin/sh\necho "2.1.329 (Claude Code)"\n', {
    mode: 0o755,
  });
  daemon = await startDaemon(place);
  await hooklineOk(place, 'install');
  installed = fs.readFileSync(settings, 'utf8');
});
beforeEach(() => {
  fs.writeFileSync(settings, installed);
});
afterAll(async () => {
  await daemon.stop();
});

async function examine(): Promise<{ ok: boolean; code: number; findings: Finding[] }> {
  const { code, stdout } = await hookline(place, 'doctor', '--json');
  return { code, ...(JSON.parse(stdout) as { ok: boolean; findings: Finding[] }) };
}
const headOf = async (): Promise<number> =>
  ((await (await fetch(`${daemon.url}/health`)).json()) as { seq: number }).seq;
const wrong = (findings: readonly Finding[]): Finding[] => findings.filter(({ verdict }) => verdict !== 'ok');

describe('doctor', () => {
  it('says that all is well, and proves it with what came back, of which nothing stays', async () => {
    const before = await headOf();
    const { code, ok, findings } = await examine();
    expect(wrong(findings)).toEqual([]);
    expect([code, ok]).toEqual([0, true]);
    expect(findings.at(-1)).toMatchObject({
      check: 'round trip',
      found: expect.stringMatching(/came back in \d+ ms/),
    });
    const { stdout, stderr } = await hooklineOk(place, 'doctor');
    expect(stdout).toMatch(/^ok {4}node +Node \d+/);
    expect(stderr).toBe('All is well.\n');
    expect(JSON.parse((await hooklineOk(place, 'sessions', '--json')).stdout)).toEqual({ sessions: [] });
    expect(await headOf()).toBe(before);
  });

  it('says which sessions with a name cannot be reached, and why', async () => {
    const messages = async (): Promise<Finding | undefined> =>
      (await examine()).findings.find(({ check }) => check === 'messages');
    expect(await messages()).toMatchObject({ verdict: 'ok', found: expect.stringContaining('No session') });
    const post = (body: object): Promise<Response> =>
      fetch(`${daemon.url}/hook`, {
        method: 'POST',
        headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ session_id: 's1', cwd: '/w', ...body }),
      });
    await post({ hook_event_name: 'SessionStart', session_title: 'backend' });
    expect(await messages()).toMatchObject({
      verdict: 'warn',
      found: expect.stringMatching(
        /^Of 1 named session 1 cannot be reached: backend \(no process has registered/,
      ),
      mend: expect.stringContaining('waits'),
    });
    await post({ hook_event_name: 'SessionEnd', reason: 'other' });
    expect(await messages()).toMatchObject({ verdict: 'ok' });
  });

  it.each<[string, () => void, string, string]>([
    ['settings that do not parse', () => fs.writeFileSync(settings, '{'), 'user settings', 'Mend'],
    ['hooks that are not installed', () => fs.writeFileSync(settings, '{}'), 'hooks', 'main.js install'],
    [
      'hooks turned off altogether',
      () => fs.writeFileSync(settings, installed.replace('{', '{"disableAllHooks": true,')),
      'user settings',
      'Take it out',
    ],
    [
      'a comment that makes Claude Code ignore the file',
      () => fs.writeFileSync(settings, `// mine\n${installed}`),
      'user settings',
      'plain JSON',
    ],
  ])('finds %s', async (_, harm, check, mend) => {
    harm();
    const { code, findings } = await examine();
    expect(code).toBe(1);
    expect(wrong(findings)).toContainEqual(
      expect.objectContaining({ check, verdict: 'fail', mend: expect.stringContaining(mend) }),
    );
  });

  it('finds a channel that somebody has set up, and says what Claude Code makes of it', async () => {
    const file = path.join(place.claudeDir, '.claude.json');
    const server = (...args: string[]) => ({ command: 'hookline', args });
    fs.writeFileSync(
      file,
      JSON.stringify({
        mcpServers: { plain: server('mcp'), odd: { type: 'http', url: 'http://x' } },
        projects: { '/w': { mcpServers: { hookline: server('mcp', '--name', 'a', '--channel') } }, '/v': {} },
      }),
    );
    const { code, findings } = await examine();
    fs.rmSync(file);
    expect(wrong(findings)).toEqual([
      {
        ...{ check: 'channels', verdict: 'warn' },
        found: expect.stringContaining('The server hookline runs with --channel.'),
        mend: expect.stringContaining("channels aren't available right now"),
      },
    ]);
    expect(code).toBe(0);
  });

  it('finds a token that others can read, and a home that is open', async () => {
    fs.chmodSync(path.join(place.hooklineHome, 'token'), 0o644);
    fs.chmodSync(place.hooklineHome, 0o755);
    const { findings } = await examine();
    fs.chmodSync(path.join(place.hooklineHome, 'token'), 0o600);
    fs.chmodSync(place.hooklineHome, 0o700);
    expect(wrong(findings).map(({ check }) => check)).toEqual(['home', 'token']);
    expect(wrong(findings)[1]?.mend).toContain('chmod 600');
  });

  it('finds a hook file that was changed, and does not run it', async () => {
    const original = fs.readFileSync(hookFile);
    const trace = path.join(place.home, 'ran');
    fs.writeFileSync(hookFile, `#!/bin/sh\ntouch '${trace}'\n`);
    const { findings } = await examine();
    fs.writeFileSync(hookFile, original);
    expect(wrong(findings).map(({ check }) => check)).toEqual(['hook file', 'round trip']);
    expect(fs.existsSync(trace)).toBe(false);
  });

  it('finds an endpoint file that is gone', async () => {
    const endpoint = path.join(place.hooklineHome, 'hooks', 'endpoint');
    const original = fs.readFileSync(endpoint);
    fs.rmSync(endpoint);
    const { findings } = await examine();
    fs.writeFileSync(endpoint, original, { mode: 0o600 });
    expect(wrong(findings).map(({ check }) => check)).toEqual(['endpoint', 'round trip']);
  });

  it('finds a daemon that is down, and tells a newcomer where to begin', async () => {
    const other = makePlace();
    const { code, stdout } = await hookline(other, 'doctor');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      new RegExp(`FAIL {2}daemon +It is not running\n +→ Start it: ${commandIn(other)} start`),
    );
    expect(stdout).toMatch(
      new RegExp(`FAIL {2}hooks +No hooks are installed\n +→ Install them: ${commandIn(other)} install`),
    );
    expect(stdout).toMatch(/warn {2}claude/);
    expect(fs.existsSync(other.hooklineHome)).toBe(false);
  });
});
