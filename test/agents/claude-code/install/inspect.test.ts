// What doctor learns: what is there, what is old, what stands in the way.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type InspectOptions, inspect } from '../../../../src/agents/claude-code/install/index.ts';
import { isStalled, writeEndpoint } from '../../../../src/hook-endpoint/index.ts';
import { install, type Machine, machine, putSettings } from './support.ts';

function look(at: Machine, options: Partial<InspectOptions> = {}) {
  const managedSettings = path.join(at.root, 'managed.json');
  return inspect({ ...at.options, managedSettings, ...options });
}

test('nothing installed', async () => {
  const at = machine();
  const report = await look(at);
  expect(report.scopes.map(({ scope, exists, present }) => [scope, exists, present])).toEqual([
    ['user', false, []],
    ['project', false, []],
    ['local', false, []],
  ]);
  expect(report.scopes[0]?.missing).toHaveLength(28);
  expect(report.hook.state).toBe('missing');
  expect(report.endpoint).toEqual({ state: 'missing' });
  expect(report.managed).toMatchObject({ exists: false, allowManagedHooksOnly: false });
  expect(report.stalled).toBe(false);
  expect(report.curl).toMatch(/curl$/);
  expect(fs.readdirSync(at.root)).toEqual([]);
});

test('all well', async () => {
  const at = machine();
  await install(at);
  await writeEndpoint(at.home, { pid: process.pid, url: 'http://127.0.0.1:3838/hook', hookToken: 'secret' });
  const report = await look(at);
  expect(report.scopes[0]).toMatchObject({
    exists: true,
    plainJson: true,
    missing: [],
    stale: [],
    otherHomes: [],
  });
  expect(report.scopes[0]?.present).toHaveLength(28);
  expect(report.hook.state).toBe('current');
  expect(report.endpoint).toEqual({ state: 'alive', pid: process.pid, url: 'http://127.0.0.1:3838/hook' });
  expect(JSON.stringify(report)).not.toContain('secret');
});

test('an update of Claude Code has brought new events, a user has edited and deleted', async () => {
  const at = machine();
  await install(at, { version: [2, 1, 197] });
  const settings = JSON.parse(fs.readFileSync(at.settings, 'utf8')) as { hooks: Record<string, unknown[]> };
  delete settings.hooks['Stop'];
  putSettings(at, JSON.stringify(settings).replace('"timeout":5', '"timeout":9'));
  const report = await look(at);
  expect(report.scopes[0]?.missing).toEqual([
    'PreSkillShellCommand',
    'Stop',
    'PreModelSwitch',
    'PostModelSwitch',
    'DirectoryAdded',
  ]);
  expect(report.scopes[0]?.stale).toEqual(['SessionStart', 'UserPromptSubmit', 'PostToolBatch']);
  expect(report.scopes[0]?.present).toHaveLength(22);
});

test('what keeps hooks from running', async () => {
  const at = machine();
  putSettings(at, '// mine\n{"disableAllHooks": true}');
  fs.writeFileSync(
    path.join(at.root, 'managed.json'),
    '{"allowManagedHooksOnly":true,"disableAllHooks":true}',
  );
  const report = await look(at);
  expect(report.scopes[0]).toMatchObject({ disableAllHooks: true, plainJson: false });
  expect(report.managed).toMatchObject({ exists: true, allowManagedHooksOnly: true, disableAllHooks: true });
});

test('settings that install would refuse', async () => {
  const at = machine();
  putSettings(at, '{ oh');
  expect((await look(at)).scopes[0]?.problem).toContain(`${at.settings}:1:3: `);
  putSettings(at, '{}', 0o444);
  expect((await look(at)).scopes[0]?.problem).toContain('read-only');
  fs.chmodSync(at.settings, 0o644);
  fs.writeFileSync(path.join(at.root, 'managed.json'), '[');
  expect((await look(at)).managed.problem).toContain('managed.json:1:');
});

test('a hook file that was changed, or cannot run', async () => {
  const at = machine();
  await install(at);
  const { hook } = await look(at);
  fs.chmodSync(hook.file, 0o600);
  expect((await look(at)).hook.state).toBe('not executable');
  fs.appendFileSync(hook.file, '# mine\n');
  expect((await look(at)).hook.state).toBe('different');
  await install(at);
  expect((await look(at)).hook.state).toBe('current');
  expect(fs.statSync(hook.file).mode & 0o777).toBe(0o700);
});

test('a daemon that was killed, an endpoint that is no endpoint, a stall', async () => {
  const at = machine();
  await writeEndpoint(at.home, { pid: process.pid, url: 'http://[::1]:3838/hook', hookToken: 'x' });
  const file = path.join(at.home, 'hooks', 'endpoint');
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/started \S+/, 'started 1'));
  expect((await look(at)).endpoint).toMatchObject({ state: 'dead', url: 'http://[::1]:3838/hook' });
  fs.writeFileSync(file, 'x');
  expect((await look(at)).endpoint).toEqual({ state: 'unreadable' });
  fs.writeFileSync(path.join(at.home, 'hooks', 'stalled'), '');
  expect(await isStalled(at.home)).toBe(true);
  expect((await look(at)).stalled).toBe(true);
});
