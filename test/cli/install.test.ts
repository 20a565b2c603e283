// install and uninstall on the command line; what they do to the file is tested where that lives.
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePlace } from '../support/cli.ts';
import { hookline, hooklineOk } from '../support/hookline.ts';

describe('install and uninstall', () => {
  it('give back the same bytes, and say what they do', async () => {
    const place = makePlace();
    const file = path.join(place.claudeDir, 'settings.json');
    const mine = '{\r\n\t"model": "opus"\r\n}\r\n';
    fs.mkdirSync(place.claudeDir);
    fs.writeFileSync(file, mine);

    const dry = await hooklineOk(place, 'install', '--dry-run');
    expect(dry.stdout).toContain(`+++ ${file}`);
    expect(dry.stderr).toContain('Nothing was written.');
    expect(fs.readFileSync(file, 'utf8')).toBe(mine);

    const first = await hooklineOk(place, 'install');
    expect(first.stdout).toBe('');
    expect(first.stderr).toMatch(new RegExp(`Installed hooks for \\d+ events in ${file}`));
    expect((await hooklineOk(place, 'install')).stderr).toContain(`The hooks are in ${file} already`);

    const json = JSON.parse((await hooklineOk(place, 'uninstall', '--json')).stdout) as Record<
      string,
      unknown
    >;
    expect(json).toMatchObject({ action: 'uninstall', scope: 'user', file, changed: true, dryRun: false });
    expect(fs.readFileSync(file, 'utf8')).toBe(mine);
    expect((await hooklineOk(place, 'uninstall')).stderr).toContain(`There are no hooks of ours in ${file}`);
  });

  it('with a Claude Code from before hooks say that it can have none', async () => {
    const place = makePlace();
    const bin = path.join(place.home, 'old');
    fs.mkdirSync(bin);
    fs.writeFileSync(path.join(bin, 'claude'), '#!/bin/sh\necho "1.0.0 (Claude Code)"\n', { mode: 0o755 });
    const old = { ...place, env: { ...place.env, PATH: `${bin}:${place.env['PATH']}` } };
    const file = path.join(place.claudeDir, 'settings.json');
    expect((await hooklineOk(old, 'install')).stderr).toContain(
      `No hooks of ours are in ${file}, and this Claude Code can have none.`,
    );
    expect(fs.existsSync(file)).toBe(false);
    await hooklineOk(place, 'install');
    expect((await hooklineOk(old, 'install')).stderr).toContain(`Took our hooks out of ${file}.`);
  });

  it('--also adds an event each time it is given', async () => {
    const place = makePlace();
    const { stdout } = await hooklineOk(
      place,
      'install',
      '--json',
      '--also',
      'PreCompact',
      '--also',
      'PostCompact',
    );
    const { events } = JSON.parse(stdout) as { events: string[] };
    expect(events).toEqual(expect.arrayContaining(['PreCompact', 'PostCompact', 'PreToolUse']));
  });

  it('a file that does not parse is refused with its place, and left alone', async () => {
    const place = makePlace();
    const file = path.join(place.claudeDir, 'settings.json');
    fs.mkdirSync(place.claudeDir);
    fs.writeFileSync(file, '{\n  "a": 1,,\n}');
    const { code, stderr } = await hookline(place, 'install');
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^hookline: ${file}:2:\\d+: `));
    expect(fs.readFileSync(file, 'utf8')).toBe('{\n  "a": 1,,\n}');
  });
});
