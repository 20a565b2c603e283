// Only events that the installed Claude Code knows are registered, each in its form.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  applyPlan,
  findClaudeVersion,
  HOOK_EVENTS,
  parseVersion,
  planInstall,
} from '../../../../src/agents/claude-code/install/index.ts';
import { isAlive } from '../../../../src/process-probe.ts';
import { until } from '../../../support/until.ts';
import { machine, NEWEST } from './support.ts';

const PATH = process.env['PATH'];
afterEach(() => {
  process.env['PATH'] = PATH;
});

/** Puts a `claude` in front of PATH that runs this script. */
function fakeClaude(root: string, script: string): void {
  const bin = path.join(root, 'bin');
  fs.mkdirSync(bin, { recursive: true });
  fs.writeFileSync(path.join(bin, 'claude'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  process.env['PATH'] = `${bin}:${PATH}`;
}

async function plannedEvents(options: Parameters<typeof planInstall>[0]): Promise<Record<string, Entry>> {
  const { after } = await planInstall(options);
  const { hooks } = JSON.parse(after ?? '') as {
    hooks: Record<string, { matcher?: string; hooks: Entry[] }[]>;
  };
  return Object.fromEntries(
    Object.entries(hooks).map(([event, [group]]) => [event, { ...group?.hooks[0], matcher: group?.matcher }]),
  );
}

interface Entry {
  type?: string;
  command?: string;
  async?: boolean;
  asyncRewake?: boolean;
  timeout?: number;
  matcher?: string | undefined;
}

test.each([
  ['2.1.329 (Claude Code)\n', [2, 1, 329]],
  ['v3.0.0', [3, 0, 0]],
  ['Warning: 2 settings are old\n2.1.329 (Claude Code)\n', [2, 1, 329]],
  ['127.0.0.1 does not answer\n', undefined],
  ['2.1', undefined],
  ['claude: command not found', undefined],
  ['', undefined],
])('%j reads as %j', (text, version) => expect(parseVersion(text)).toEqual(version));

describe('which events', () => {
  const newer = ['PreSkillShellCommand', 'PreModelSwitch', 'PostModelSwitch', 'DirectoryAdded'];

  test('2.1.332 gets everything that disturbs nobody', async () => {
    const { options } = machine();
    const events = await plannedEvents(options);
    const expected = HOOK_EVENTS.filter(event => !event.optIn).map(event => event.name);
    expect(Object.keys(events)).toEqual(expected);
    expect(expected).toHaveLength(28);
    expect(events).not.toHaveProperty('WorktreeCreate');
  });

  test('2.1.329 gets all but the one that came with 2.1.332', async () => {
    const { options } = machine();
    const events = await plannedEvents({ ...options, version: [2, 1, 329] });
    expect(Object.keys(events)).toHaveLength(27);
    expect(events).not.toHaveProperty('PreSkillShellCommand');
  });

  test('2.1.197 gets all but the four it does not know', async () => {
    const { options } = machine();
    const events = await plannedEvents({ ...options, version: [2, 1, 197] });
    expect(Object.keys(events)).toHaveLength(25);
    for (const event of newer) expect(events).not.toHaveProperty(event);
  });

  test('a version of the future gets everything we know', async () => {
    const { options } = machine();
    const future = await plannedEvents({ ...options, version: [4, 0, 0] });
    expect(future).toEqual(await plannedEvents({ ...options, version: NEWEST }));
  });

  test('unknown: what 2.1.100 knows, and a word about it', async () => {
    const { options } = machine();
    const events = await plannedEvents({ ...options, version: null });
    expect(events).toEqual(await plannedEvents({ ...options, version: [2, 1, 100] }));
    for (const event of [...newer, 'PostToolBatch', 'UserPromptExpansion'])
      expect(events).not.toHaveProperty(event);
    expect((await planInstall({ ...options, version: null })).notes.join()).toContain('2.1.100');
  });
});

test('the session waits only for the five that must not be lost, and for the one that a person may answer', async () => {
  const { options } = machine();
  const events = await plannedEvents({ ...options, also: ['PreCompact', 'MessageDisplay'] });
  const waits = Object.keys(events).filter(event => events[event]?.async !== true);
  const { PermissionRequest: asks, UserPromptSubmit: prompt, Stop: stop, ...others } = events;
  expect(waits.sort()).toEqual([
    'PermissionRequest',
    'SessionEnd',
    'SessionStart',
    'Stop',
    'StopFailure',
    'UserPromptSubmit',
  ]);
  for (const { timeout, command } of Object.values(others)) {
    expect(timeout).toBe(5);
    expect(command).toMatch(/hookline-hook' 2>/);
  }
  for (const { timeout, command } of [prompt, stop].flatMap(one => one ?? [])) {
    expect(timeout).toBe(5);
    expect(command).toMatch(/hookline-hook' answer 2>/);
  }
  expect(asks?.timeout).toBe(660);
  expect(asks?.command).toMatch(/hookline-hook' wait 2>/);
});

describe('what ends a batch of calls', () => {
  type Version = readonly [number, number, number];
  const batchOf = async (version: Version, also?: string[]): Promise<Entry | undefined> => {
    const { options } = machine();
    const given = also === undefined ? {} : { also };
    return (await plannedEvents({ ...options, version, ...given }))['PostToolBatch'];
  };
  const inTheBackground = { async: true, command: expect.stringMatching(/hookline-hook' 2>/) };

  test('where nothing else brings messages into a turn, the session waits for it', async () => {
    for (const also of [undefined, [], ['PostToolBatch']]) {
      const sync = await batchOf([2, 1, 247], also);
      expect(sync?.async).toBeUndefined();
      expect(sync?.command).toMatch(/hookline-hook' answer 2>/);
    }
  });

  test('elsewhere it only takes time, and is there when asked for', async () => {
    expect(await batchOf([2, 1, 248])).toBeUndefined();
    expect(await batchOf([2, 1, 248], ['PreCompact'])).toBeUndefined();
    expect(await batchOf([2, 1, 248], ['PostToolBatch'])).toMatchObject(inTheBackground);
  });

  test('a client that is updated has it only if it was asked for', async () => {
    const at = machine();
    const installed = async (version: Version, also?: string[]): Promise<string[]> => {
      const plan = await planInstall({ ...at.options, version, ...(also === undefined ? {} : { also }) });
      await applyPlan(plan);
      return plan.events.filter(event => event === 'PostToolBatch');
    };
    expect(await installed([2, 1, 197])).toHaveLength(1);
    expect(await installed(NEWEST)).toHaveLength(0);
    expect(await installed(NEWEST, ['PostToolBatch'])).toHaveLength(1);
    expect(await installed(NEWEST)).toHaveLength(1);
  });
});

describe('a hook that waits in the background, to wake its session', () => {
  async function waiting(version: [number, number, number] | null): Promise<[string, Entry][]> {
    const { options } = machine();
    const { after } = await planInstall({ ...options, version });
    const { hooks } = JSON.parse(after ?? '') as { hooks: Record<string, { hooks: Entry[] }[]> };
    return Object.entries(hooks).flatMap(([event, groups]) =>
      groups.flatMap(group => group.hooks.slice(1).map((entry): [string, Entry] => [event, entry])),
    );
  }

  test.each<[number, number, number]>([
    [2, 1, 140],
    [2, 1, 197],
    [2, 1, 247],
  ])(
    '%i.%i.%i has one from its start, from each prompt and from the end of each turn on',
    async (...version) => {
      const found = await waiting(version);
      expect(found.map(([event]) => event)).toEqual(['SessionStart', 'UserPromptSubmit', 'Stop']);
      for (const [, entry] of found) {
        expect(entry).toEqual({
          ...{ type: 'command', asyncRewake: true, timeout: 1_209_600 },
          command: expect.stringMatching(/^\[ ! -x '(.*)' \] \|\| exec '\1' rewake 2>\/dev\/null$/),
        });
      }
    },
  );

  test.each<[string, [number, number, number] | null]>([
    ['one that has an inbox', [2, 1, 248]],
    ['the newest', [2, 1, 332]],
    ['one whose register is not to be relied on', [2, 1, 139]],
    ['one that nobody knows the version of', null],
  ])('%s has none', async (_, version) => expect(await waiting(version)).toEqual([]));

  test('an update takes it out again, and an older client gets it back', async () => {
    const at = machine();
    const text = async (version: [number, number, number]): Promise<string> => {
      await applyPlan(await planInstall({ ...at.options, version }));
      return fs.readFileSync(at.settings, 'utf8');
    };
    const old = await text([2, 1, 197]);
    expect(await text([2, 1, 332])).not.toContain('asyncRewake');
    expect(await text([2, 1, 197])).toBe(old);
    expect((await planInstall({ ...at.options, version: [2, 1, 197] })).changed).toBe(false);
  });
});

describe('asked of the claude on PATH', () => {
  test('it answers', async () => {
    const { root, options } = machine();
    fakeClaude(root, 'echo "2.1.197 (Claude Code)"');
    const { version: _, ...asks } = options;
    expect(Object.keys(await plannedEvents(asks))).toHaveLength(25);
  });

  test.each([
    ['it fails', 'echo 2.1.329; exit 1'],
    ['it says something else', 'echo hello'],
    ['it hangs', 'exec sleep 30'],
  ])('%s: unknown, soon', async (_, script) => {
    const { root } = machine();
    fakeClaude(root, script);
    expect(await findClaudeVersion({ timeoutMs: 300 })).toBeUndefined();
  });

  test('it leaves something running that holds its output: nobody waits for that', async () => {
    const { root } = machine();
    const pidFile = path.join(root, 'pid');
    fakeClaude(root, `sleep 60 & echo $! > '${pidFile}'; echo "2.1.197 (Claude Code)"`);
    const version = await findClaudeVersion({ timeoutMs: 50_000 });
    process.kill(Number(fs.readFileSync(pidFile, 'utf8'))); // It is left alone: it may be an update.
    expect(version).toEqual([2, 1, 197]);
  });

  test('it hangs with what it started: all of it is ended', async () => {
    const { root } = machine();
    const pidFile = path.join(root, 'pid');
    fakeClaude(root, `sleep 60 & echo $! > '${pidFile}'; wait`);
    const asked = findClaudeVersion({ timeoutMs: 3_000 });
    const pid = await until('it runs', () => {
      const text = fs.existsSync(pidFile) ? fs.readFileSync(pidFile, 'utf8') : '';
      return text.endsWith('\n') ? Number(text) : 0;
    });
    expect(await asked).toBeUndefined();
    await until('its child is gone', () => !isAlive(pid));
  });

  test('there is none', async () => {
    const { root } = machine();
    expect(
      await findClaudeVersion({ env: { HOME: root, PATH: path.join(root, 'nowhere') } }),
    ).toBeUndefined();
  });
});

describe('events by choice', () => {
  test('added by name, with the names of files for FileChanged', async () => {
    const { options } = machine();
    const events = await plannedEvents({ ...options, also: ['PreCompact', 'FileChanged=package.json|.env'] });
    expect(events['PreCompact']).toMatchObject({ async: true, matcher: undefined });
    expect(events['FileChanged']).toMatchObject({ async: true, matcher: 'package.json|.env' });
    expect(events).not.toHaveProperty('PostCompact');
  });

  test('kept by an install that names none, also where somebody changed its entry', async () => {
    const at = machine();
    await applyPlan(await planInstall({ ...at.options, also: ['PreCompact'] }));
    const settings = JSON.parse(fs.readFileSync(at.settings, 'utf8')) as {
      hooks: Record<string, { hooks: Entry[] }[]>;
    };
    delete settings.hooks['PreCompact']?.[0]?.hooks[0]?.async;
    fs.writeFileSync(at.settings, JSON.stringify(settings));
    expect((await plannedEvents(at.options))['PreCompact']).toMatchObject({ async: true });
  });

  test('left out when the client is too old, with a word about it', async () => {
    const { options } = machine();
    const plan = await planInstall({ ...options, version: [2, 1, 100], also: ['MessageDisplay'] });
    expect(plan.events).not.toContain('MessageDisplay');
    expect(plan.notes.join()).toContain('MessageDisplay');
  });

  test.each([
    ['WorktreeCreate', 'breaks the creation of worktrees'],
    ['Nonsense', 'PostToolBatch, PreCompact, PostCompact, MessageDisplay, FileChanged'],
    ['FileChanged', 'FileChanged=package.json'],
    ['PreCompact=x', 'takes no matcher'],
  ])('%s: refused, and says what would do', async (name, message) => {
    const { options } = machine();
    const refusal = await planInstall({ ...options, also: [name] }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'invalid_opt_in' });
    expect(String(refusal)).toContain(message);
  });
});

test('a Claude Code from before hooks gets none, and is told why', async () => {
  const at = machine();
  const plan = await planInstall({ ...at.options, version: [1, 0, 0] });
  expect(plan.events).toEqual([]);
  expect(plan.notes.join(' ')).toContain('Claude Code 1.0.0 is older than 2.0.0');
});
