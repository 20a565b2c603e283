// Whose entry is it: ours are known by what they run, and nobody else's is ever touched.
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { hookCommand, hookProgram } from '../../../../src/agents/claude-code/install/command.ts';
import { hookFile, inspect } from '../../../../src/agents/claude-code/install/index.ts';
import { install, type Machine, machine, putSettings, uninstall } from './support.ts';

type Hooks = Record<string, { matcher?: string; hooks: Record<string, unknown>[] }[]>;

function hooks(at: Machine): Hooks | undefined {
  return (JSON.parse(fs.readFileSync(at.settings, 'utf8')) as { hooks?: Hooks }).hooks;
}

const command = (line: string) => ({ type: 'command', command: line });

test.each([
  `'/h/hookline-hook'`,
  '/h/hookline-hook',
  '"/h/hookline-hook" 2>/dev/null || true',
  hookCommand('/h/hookline-hook'),
  hookCommand('/h/hookline-hook', { kept: { place: 'list', blank: '\n  ' } }),
  hookCommand('/h/hookline-hook', { mode: 'wait' }),
  'exec /h/hookline-hook >/dev/null 2>&1',
  "[ ! -x '/h/hookline-hook' ] || exec '/h/hookline-hook'",
  "sh '/h/hookline-hook'; exit 0",
  '/h/hook""line\\-hook &',
])('ours: %s', line => expect(hookProgram({ command: line })).toBe('/h/hookline-hook'));

test.each([
  '',
  '# /h/hookline-hook',
  'echo /h/hookline-hook',
  'lint # then /h/hookline-hook',
  'guard --not hookline-hook',
  '/h/hookline-hook && notify-send done',
  'lint; /h/hookline-hook',
  'tee /tmp/log | /h/hookline-hook',
  '/h/hookline-hook-of-mine',
  '/h/my-hookline-hook',
  '/h/hookline-hook/run',
  "'hookline-hook' \"unfinished",
  '$(/h/hookline-hook)',
  '(/h/hookline-hook)',
  'cat </h/hookline-hook',
  'true >/h/hookline-hook',
  'sh -c /h/hookline-hook',
])('not ours: %s', line => expect(hookProgram({ command: line })).toBeUndefined());

test('a path that shells trip over survives quoting', () => {
  const odd = `/a b/it's "$HOME" \\ \`x\` #1/hookline-hook`;
  expect(hookProgram({ command: hookCommand(odd) })).toBe(odd);
});

test('entries of other tools on our events, and ones that only mention us, stay to the letter', async () => {
  const at = machine();
  const theirs: Hooks = {
    PreToolUse: [
      { matcher: 'Bash', hooks: [command('guard'), command('echo hookline-hook')] },
      { hooks: [{ type: 'command', command: 'lint', args: ['/h/hookline-hook'] }] },
    ],
    Stop: [{ hooks: [{ type: 'prompt', prompt: 'hookline-hook?' }] }, { matcher: '*', hooks: [] }],
    WorktreeCreate: [{ hooks: [command('make-tree')] }],
  };
  const text = `${JSON.stringify({ hooks: theirs }, null, 2)}\n`;
  putSettings(at, text);
  await install(at);
  const now = hooks(at);
  for (const [event, groups] of Object.entries(theirs))
    expect(now?.[event]?.slice(0, groups.length)).toEqual(groups);
  expect(now?.['WorktreeCreate']).toHaveLength(1);
  await uninstall(at);
  expect(fs.readFileSync(at.settings, 'utf8')).toBe(text);
});

test('moved by a user into the group of another tool: only ours goes', async () => {
  const at = machine();
  const ours = command(hookCommand(hookFile(at.home)));
  putSettings(
    at,
    `{\n  "hooks": { "Stop": [{ "hooks": [ { "type": "command", "command": "beep" }, ${JSON.stringify(ours)} ] } ] }\n}\n`,
  );
  await uninstall(at);
  expect(fs.readFileSync(at.settings, 'utf8')).toBe(
    '{\n  "hooks": { "Stop": [{ "hooks": [ { "type": "command", "command": "beep" } ] } ] }\n}\n',
  );
});

test('reordered and laid out anew by the client: still current, then still removable', async () => {
  const at = machine();
  putSettings(at, JSON.stringify({ hooks: { Stop: [{ hooks: [command('beep')] }] } }));
  await install(at);
  const turned = Object.fromEntries(
    Object.entries(hooks(at) ?? {}).map(([event, groups]) => [
      event,
      [...groups].reverse().map(group => ({
        matcher: '',
        hooks: group.hooks.map(hook => Object.fromEntries(Object.entries(hook).reverse())),
      })),
    ]),
  );
  putSettings(at, JSON.stringify({ hooks: turned, model: 'opus' }, null, 4));
  expect((await install(at)).plan.changed).toBe(false);
  await uninstall(at);
  expect(JSON.parse(fs.readFileSync(at.settings, 'utf8'))).toEqual({
    model: 'opus',
    hooks: { Stop: [{ matcher: '', hooks: [command('beep')] }] },
  });
});

describe('entries of an older hookline', () => {
  test('with other options, on events no longer wanted, doubled: replaced by the current ones', async () => {
    const at = machine();
    const old = { hooks: [{ ...command(hookCommand(hookFile(at.home))), timeout: 60 }] };
    const text = '{\n  "model": "opus"\n}\n';
    const older = { model: 'opus', hooks: { WorktreeCreate: [old], Stop: [old, old], PreToolUse: [old] } };
    putSettings(at, `${JSON.stringify(older, null, 2)}\n`);
    const { plan } = await install(at);
    expect(plan.changed).toBe(true);
    expect(hooks(at)).not.toHaveProperty('WorktreeCreate');
    for (const event of plan.events) {
      expect(hooks(at)?.[event]).toHaveLength(1);
      expect(hooks(at)?.[event]?.[0]?.hooks[0]?.['timeout']).toBe(event === 'PermissionRequest' ? 660 : 5);
    }
    await uninstall(at);
    expect(fs.readFileSync(at.settings, 'utf8')).toBe(text);
  });

  test('one whose PermissionRequest nobody could answer: doctor sees it, and only that entry changes, in place', async () => {
    const at = machine();
    const text = '{\n\t"hooks": {\n\t\t"Stop": []\n\t},\n\t"model": "opus"\n}\n';
    putSettings(at, text);
    await install(at);
    const now = fs.readFileSync(at.settings, 'utf8');
    const wait = / wait (2>[^"]*"), "timeout": 660/;
    expect(now).toMatch(wait);
    const before = now.replace(wait, ' $1, "async": true, "timeout": 5');
    fs.writeFileSync(at.settings, before);
    const [found] = (await inspect({ ...at.options, managedSettings: '/nowhere' })).scopes;
    expect(found).toMatchObject({ stale: ['PermissionRequest'], missing: [] });
    await install(at);
    expect(fs.readFileSync(at.settings, 'utf8')).toBe(now);
    await uninstall(at);
    expect(fs.readFileSync(at.settings, 'utf8')).toBe(text);
  });

  test('running a hook that no longer exists, wherever it was: replaced', async () => {
    const at = machine();
    const gone = { hooks: [command(`'${at.root}/moved/hooks/hookline-hook'`)] };
    putSettings(at, JSON.stringify({ hooks: { Stop: [gone] } }));
    await install(at);
    expect(hooks(at)?.['Stop']).toHaveLength(1);
    expect(JSON.stringify(hooks(at))).not.toContain('moved');
  });

  test('an update in between does not lose the way back to the first bytes', async () => {
    const at = machine();
    const text = '{ }';
    putSettings(at, text);
    await install(at, { version: [2, 1, 100] });
    await install(at, { also: ['PreCompact'] });
    await install(at);
    await uninstall(at);
    expect(fs.readFileSync(at.settings, 'utf8')).toBe(text);
  });
});

describe('two homes on one settings file', () => {
  test('each keeps to its own: both daemons hear everything, and uninstall takes one of them out', async () => {
    const one = machine('one');
    const two = { ...one.options, home: path.join(one.root, 'two') };
    putSettings(one, '{}\n');
    await install(one);
    const { plan } = await install(one, two);
    expect(plan.notes.join()).toContain(`HOOKLINE_HOME=${one.home}`);
    expect(hooks(one)?.['Stop']).toHaveLength(2);
    expect((await install(one)).plan.changed).toBe(false);
    await uninstall(one);
    expect(hooks(one)?.['Stop']).toHaveLength(1);
    expect(JSON.stringify(hooks(one)?.['Stop'])).toContain('two');
    await uninstall(one, two);
    expect(fs.readFileSync(one.settings, 'utf8')).toBe('{}\n');
  });

  test.each(['{ }\n', '{"hooks":{\t}}', '{"hooks":{"Stop":[ ]}}', '{"hooks":{"Stop":[\n]},"env":{}}'])(
    'what stood empty stays as it was, whoever came first and whoever goes first: %j',
    async text => {
      const one = machine('one');
      const two = { ...one.options, home: path.join(one.root, 'two') };
      for (const [first, second] of [
        [one.options, two],
        [two, one.options],
      ]) {
        putSettings(one, text);
        await install(one);
        await install(one, two);
        await uninstall(one, first);
        await uninstall(one, second);
        expect(fs.readFileSync(one.settings, 'utf8')).toBe(text);
      }
    },
  );

  test('a home reached through a symlink is the same home', async () => {
    const at = machine('one');
    putSettings(at, '{}');
    await install(at);
    fs.symlinkSync(at.home, path.join(at.root, 'link'));
    await uninstall(at, { home: path.join(at.root, 'link') });
    expect(fs.readFileSync(at.settings, 'utf8')).toBe('{}');
  });
});
