// Settings files as people really have them: the same bytes after uninstall, or a refusal that touched nothing.
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  applyPlan,
  planInstall,
  SettingsSyntaxError,
} from '../../../../src/agents/claude-code/install/index.ts';
import { run } from '../../../support/run.ts';
import { install, machine, parseLoose, putSettings, snapshot, uninstall } from './support.ts';

const otherTools = {
  model: 'opus',
  hooks: {
    PreToolUse: [{ matcher: 'Bash', hooks: [{ type: 'command', command: 'guard --strict' }] }],
    Stop: [{ hooks: [{ type: 'http', url: 'http://127.0.0.1:9/hook', timeout: 3 }] }],
    SomethingNew: [{ hooks: [] }],
  },
};
const deep = `${'{"a":['.repeat(400)}1${']}'.repeat(400)}`;

const corpus: Record<string, string> = {
  'pretty, two spaces': `${JSON.stringify(otherTools, null, 2)}\n`,
  'pretty, four spaces, no end of line at the end': JSON.stringify(otherTools, null, 4),
  tabs: `${JSON.stringify(otherTools, null, '\t')}\n`,
  'one line': JSON.stringify(otherTools),
  'one line with spaces': '{ "model": "opus", "env": { "A": "1" } }\n',
  CRLF: `${JSON.stringify(otherTools, null, 2)}\n`.replaceAll('\n', '\r\n'),
  'CR alone': JSON.stringify(otherTools, null, 2).replaceAll('\n', '\r'),
  'mixed ends of line': '{\r\n  "model": "opus",\n  "env": {}\r\n}\n',
  BOM: `\ufeff${JSON.stringify(otherTools, null, 2)}\n`,
  'BOM and CRLF': `\ufeff{\r\n  "model": "opus"\r\n}\r\n`,
  comments: `// mine\n{\n  /* model */ "model": "opus", // the good one\n  "hooks": {\n    // "Stop": [],\n    "PreToolUse": [\n      // guard { [ ,\n    ] // end\n  } /* , */\n  // last word\n}\n// bye\n`,
  'trailing commas':
    '{\n  "model": "opus",\n  "hooks": {\n    "Stop": [\n      { "hooks": [], },\n    ],\n  },\n}\n',
  'comma at the start of a line':
    '{\n    "model": "opus"\n  , "hooks": {\n      "Stop": [ { "hooks": [] }\n      , { "hooks": [] } ]\n    }\n}',
  'deep nesting': deep,
  'empty object': '{}',
  'empty object with air': ' {\n\n} \n',
  'empty hooks': '{\n  "hooks": {}\n}\n',
  'empty hooks with air': '{\n  "hooks": {\n  }\n}\n',
  'empty lists': '{"hooks":{"Stop":[],"PreToolUse":[ ]}}',
  'empty lists with air and comments':
    '{\n  "hooks": {\n    "Stop": [ ], "PreToolUse": [\n    ],\n    "Setup": [ /* none, */\t],\n    "SessionEnd": [ // none\n    ]\n  }\n}\n',
  'empty hooks with a comment': '{\n  "hooks": { // none yet\n\n  }\n}\n',
  'empty hooks with CRLF and a BOM': '\ufeff{\r\n\t"hooks": {\r\n\r\n\t}\r\n}\r\n',
  'empty object with a comment': '{ /* nothing */ }\n',
  'an empty list with more air than anybody has': `{"hooks":{"Stop":[${' '.repeat(150)}]}}`,
  '0 bytes': '',
  'nothing but a line end': '\n',
  'nothing but a BOM': '\ufeff',
  'nothing but a comment': '// later',
  'nothing but a comment and a line end': '// later\r\n',
  'keys twice': '{"hooks":{"Stop":[]},"hooks":{"Stop":[],"Stop":[{"hooks":[]}]}}',
  'keys with a history': '{"__proto__":{"hooks":1},"constructor":{},"hooks":{"toString":[]}}',
  'huge, 5 MB': `${JSON.stringify({ permissions: { allow: Array.from({ length: 60_000 }, (_, i) => `Bash(run number ${i} of a great many commands in here:*)`) }, ...otherTools }, null, 2)}\n`,
};

describe.each(Object.entries(corpus))('%s', (_, text) => {
  test('uninstall gives back the same bytes, and a second install writes nothing', async () => {
    const at = machine();
    putSettings(at, text, 0o640);
    const before = snapshot(at.claudeDir);
    const { plan } = await install(at);
    expect(plan.changed).toBe(true);
    const installed = snapshot(at.claudeDir);
    expect(Object.keys(installed)).toEqual(Object.keys(before));
    expect(installed['settings.json']?.split(' ')[0]).toBe('100640');
    if (text.trim() && !text.startsWith('// later')) {
      const { hooks, ...rest } = parseLoose(fs.readFileSync(at.settings, 'utf8')) as { hooks: object };
      const { hooks: old, ...restBefore } = parseLoose(text) as { hooks?: object };
      expect(rest).toEqual(restBefore);
      expect(Object.keys(hooks)).toEqual(expect.arrayContaining([...Object.keys(old ?? {}), 'SessionStart']));
    }

    const times = fs.statSync(at.settings);
    expect((await install(at)).plan.changed).toBe(false);
    expect(fs.statSync(at.settings)).toMatchObject({ ino: times.ino, mtimeMs: times.mtimeMs });

    await uninstall(at);
    expect(snapshot(at.claudeDir)).toEqual(before);
  });

  test('uninstall with our state lost gives back the same bytes, or an empty object where no value was', async () => {
    const at = machine();
    putSettings(at, text);
    await install(at);
    fs.rmSync(at.home, { recursive: true });
    await uninstall(at);
    const after = fs.readFileSync(at.settings, 'utf8');
    const hadValue = text.trim() !== '' && !text.startsWith('// later');
    if (hadValue) expect(after).toBe(text);
    else expect(parseLoose(after)).toEqual({});
  });

  test('edited in between, uninstall gives back the same bytes with the edit', async () => {
    const at = machine();
    putSettings(at, text);
    await install(at);
    fs.appendFileSync(at.settings, '\n// mine');
    await uninstall(at);
    expect(fs.readFileSync(at.settings, 'utf8')).toBe(`${text}\n// mine`);
  });
});

describe('what is refused', () => {
  const broken: [name: string, text: string, where: string][] = [
    ['cut off', '{\n  "model": "opus",\n  "env": {', '3:11'],
    ['a missing comma', '{\r\n\t"a": 1\r\n\t"b": 2\r\n}', '3:2'],
    ['a missing comma after a BOM', '\ufeff{"a": 1 "b": 2}', '1:10'],
    ['single quotes', "{'a': 1}", '1:2'],
    ['two values', '{} {}', '1:4'],
    ['an open comment', '{ /* "a": 1 }', '1:3'],
    ['too deep to read', '['.repeat(100_000), '1:1'],
  ];
  test.each(broken)('%s: named by line and column', async (_, text, where) => {
    const at = machine();
    putSettings(at, text);
    const before = snapshot(at.root);
    const refusal = await install(at).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(SettingsSyntaxError);
    expect(refusal).toMatchObject({ code: 'settings_invalid' });
    expect(String(refusal)).toContain(`${at.settings}:${where}: `);
    await expect(uninstall(at)).rejects.toMatchObject({ code: 'settings_invalid' });
    expect(snapshot(at.root)).toEqual(before);
  });

  test.each([
    ['[]', 'the top level should be an object, not array'],
    ['"x"', 'the top level should be an object, not string'],
    ['{"hooks":[]}', 'hooks should be an object, not array'],
    ['{"hooks":null}', 'hooks should be an object, not null'],
    ['{"hooks":{"Stop":{}}}', 'hooks.Stop should be an array, not object'],
  ])('%s: no place for hooks', async (text, message) => {
    const at = machine();
    putSettings(at, text);
    const before = snapshot(at.root);
    const refusal = await install(at).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'settings_shape' });
    expect(String(refusal)).toContain(message);
    await uninstall(at);
    expect(snapshot(at.root)).toEqual(before);
  });

  test('a read-only file, even for root', async () => {
    const at = machine();
    putSettings(at, '{}', 0o444);
    const before = snapshot(at.root);
    const refusal = await install(at).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'settings_access' });
    expect(String(refusal)).toContain('chmod u+w');
    expect(snapshot(at.root)).toEqual(before);
  });

  test('a file that was made read-only after the install keeps our entries until it is writable', async () => {
    const at = machine();
    putSettings(at, '{}');
    await install(at);
    fs.chmodSync(at.settings, 0o400);
    const before = snapshot(at.root);
    await expect(uninstall(at)).rejects.toMatchObject({ code: 'settings_access' });
    expect(snapshot(at.root)).toEqual(before);
  });

  test.each([
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['UTF-16', Buffer.from('\ufeff{}', 'utf16le')],
  ])('%s', async (_, bytes) => {
    const at = machine();
    putSettings(at, bytes);
    const before = snapshot(at.root);
    await expect(install(at)).rejects.toMatchObject({ code: 'settings_access' });
    expect(snapshot(at.root)).toEqual(before);
  });

  test('a folder in its place', async () => {
    const at = machine();
    fs.mkdirSync(at.settings, { recursive: true });
    const before = snapshot(at.root);
    await expect(install(at)).rejects.toMatchObject({ code: 'settings_access' });
    expect(snapshot(at.root)).toEqual(before);
  });

  test('a pipe in its place, without waiting for who writes into it', async () => {
    const at = machine();
    fs.mkdirSync(at.claudeDir, { recursive: true });
    await run('mkfifo', [at.settings], {});
    await expect(install(at)).rejects.toMatchObject({ code: 'settings_access' });
    await expect(install(at)).rejects.toThrow('is no regular file');
    await expect(uninstall(at)).rejects.toThrow('is no regular file');
    expect(fs.statSync(at.settings).isFIFO()).toBe(true);
  });

  test('a symlink that leads round in a circle', async () => {
    const at = machine();
    fs.mkdirSync(at.claudeDir);
    fs.symlinkSync('settings.json', at.settings);
    await expect(install(at)).rejects.toMatchObject({ code: 'settings_access' });
    expect(fs.readlinkSync(at.settings)).toBe('settings.json');
  });
});

describe('what is not there yet', () => {
  test('no folder: both are made for the user alone, and gone again after uninstall', async () => {
    const at = machine();
    await install(at);
    expect(fs.statSync(at.claudeDir).mode & 0o777).toBe(0o700);
    expect(fs.statSync(at.settings).mode & 0o777).toBe(0o600);
    await install(at);
    await uninstall(at);
    expect(fs.existsSync(at.claudeDir)).toBe(false);
  });

  test('a folder that got other files meanwhile stays', async () => {
    const at = machine();
    await install(at);
    fs.writeFileSync(path.join(at.claudeDir, 'history'), '');
    await uninstall(at);
    expect(fs.readdirSync(at.claudeDir)).toEqual(['history']);
  });

  test('a file that got other settings meanwhile stays, with those', async () => {
    const at = machine();
    await install(at);
    const settings = JSON.parse(fs.readFileSync(at.settings, 'utf8')) as object;
    fs.writeFileSync(at.settings, JSON.stringify({ model: 'opus', ...settings }, null, 2));
    await uninstall(at);
    expect(fs.readFileSync(at.settings, 'utf8')).toBe('{\n  "model": "opus"\n}');
  });

  test('a file that only lost its layout meanwhile is still ours to remove', async () => {
    const at = machine();
    await install(at);
    fs.writeFileSync(at.settings, JSON.stringify(JSON.parse(fs.readFileSync(at.settings, 'utf8'))));
    await uninstall(at);
    expect(fs.existsSync(at.settings)).toBe(false);
  });

  test('nothing installed: uninstall makes nothing', async () => {
    const at = machine();
    await uninstall(at);
    expect(fs.readdirSync(at.root)).toEqual([]);
  });
});

test('an empty list longer than a command may be stays, as an empty list', async () => {
  const at = machine();
  putSettings(at, `{"hooks":{"Stop":[${' '.repeat(100_000)}]}}`);
  await install(at);
  expect(fs.readFileSync(at.settings, 'utf8').match(/hookline-hook[^"]*/)?.[0].length).toBeLessThan(1_000);
  fs.appendFileSync(at.settings, '\n');
  await uninstall(at);
  expect(fs.readFileSync(at.settings, 'utf8')).toBe('{"hooks":{"Stop":[]}}\n');
});

describe('links', () => {
  test('a symlink stays one, and its target gets the hooks', async () => {
    const at = machine();
    const dotfiles = path.join(at.root, 'dotfiles');
    fs.mkdirSync(dotfiles);
    fs.mkdirSync(at.claudeDir);
    fs.writeFileSync(path.join(dotfiles, 'claude.json'), '{"a":1}', { mode: 0o664 });
    fs.symlinkSync('../dotfiles/claude.json', at.settings);
    const before = [snapshot(dotfiles), snapshot(at.claudeDir)];
    await install(at);
    expect(fs.readlinkSync(at.settings)).toBe('../dotfiles/claude.json');
    expect(fs.readdirSync(dotfiles)).toEqual(['claude.json']);
    expect(fs.readFileSync(at.settings, 'utf8')).toContain('hookline-hook');
    await uninstall(at);
    expect([snapshot(dotfiles), snapshot(at.claudeDir)]).toEqual(before);
  });

  test('a symlink to a file that does not exist yet', async () => {
    const at = machine();
    fs.mkdirSync(at.claudeDir);
    fs.symlinkSync('../elsewhere/s.json', at.settings);
    await install(at);
    expect(fs.lstatSync(at.settings).isSymbolicLink()).toBe(true);
    expect(fs.existsSync(path.join(at.root, 'elsewhere', 's.json'))).toBe(true);
    await uninstall(at);
    expect(fs.readlinkSync(at.settings)).toBe('../elsewhere/s.json');
    expect(fs.existsSync(path.join(at.root, 'elsewhere'))).toBe(false);
  });

  test.skipIf(process.getuid?.() !== 0)('another owner and group stay', async () => {
    const at = machine();
    putSettings(at, '{"a":1}', 0o660);
    fs.chownSync(at.settings, 1234, 2345);
    const before = snapshot(at.claudeDir);
    await install(at);
    expect(fs.statSync(at.settings)).toMatchObject({ uid: 1234, gid: 2345, mode: 0o100660 });
    await uninstall(at);
    expect(snapshot(at.claudeDir)).toEqual(before);
  });
});

test('a file where the folder should be: said, and left alone', async () => {
  const at = machine();
  fs.writeFileSync(path.join(at.root, 'claude'), 'a file in the way');
  await expect(install(at)).rejects.toMatchObject({ code: 'settings_access' });
  expect(fs.readFileSync(path.join(at.root, 'claude'), 'utf8')).toBe('a file in the way');
});

test('one backup is kept: the file as it was before our last change, for the user alone', async () => {
  const at = machine();
  putSettings(at, '{"a":1}');
  const { backup } = await install(at);
  expect(fs.readFileSync(backup ?? '', 'utf8')).toBe('{"a":1}');
  expect(fs.statSync(backup ?? '').mode & 0o777).toBe(0o600);
  await uninstall(at);
  expect(fs.readdirSync(path.join(at.home, 'backups'))).toHaveLength(1);
});

test('each scope has its file', async () => {
  const at = machine();
  const files = { user: at.settings, project: '.claude/settings.json', local: '.claude/settings.local.json' };
  for (const [scope, file] of Object.entries(files) as ['user' | 'project' | 'local', string][]) {
    const plan = await planInstall({ ...at.options, scope });
    expect(plan.file.path).toBe(path.resolve(at.cwd, file));
    await applyPlan(plan);
    expect(fs.existsSync(plan.file.path)).toBe(true);
  }
  expect(fs.statSync(path.join(at.cwd, '.claude', 'settings.json')).mode & 0o044).toBe(0o044);
  for (const scope of ['local', 'project'] as const) await uninstall(at, { scope });
  expect(fs.existsSync(at.cwd)).toBe(false);
  expect(fs.existsSync(at.settings)).toBe(true);
});
