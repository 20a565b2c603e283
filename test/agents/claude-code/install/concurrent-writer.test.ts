// Somebody else writes to the settings file while we do: neither change is lost, and no half file is ever seen.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { applyPlan, planInstall, planUninstall } from '../../../../src/agents/claude-code/install/index.ts';
import { install, machine, putSettings, uninstall } from './support.ts';

function read(file: string): { model?: string; hooks?: Record<string, unknown[]>; n?: number } {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

test('a change between plan and write is kept: the plan is made anew', async () => {
  const at = machine();
  putSettings(at, '{\n  "model": "opus"\n}\n');
  const plan = await planInstall(at.options);
  putSettings(at, '{\n  "model": "sonnet"\n}\n');
  await applyPlan(plan);
  expect(read(at.settings).model).toBe('sonnet');
  expect(read(at.settings).hooks).toHaveProperty('PreToolUse');
  await uninstall(at);
  expect(fs.readFileSync(at.settings, 'utf8')).toBe('{\n  "model": "sonnet"\n}\n');
});

test('the file appears between plan and write: the same', async () => {
  const at = machine();
  const plan = await planInstall(at.options);
  putSettings(at, '{"model":"opus"}');
  await applyPlan(plan);
  expect(read(at.settings)).toMatchObject({ model: 'opus', hooks: {} });
});

test('it is broken between plan and write: refused, and left as it is', async () => {
  const at = machine();
  putSettings(at, '{}');
  const plan = await planInstall(at.options);
  putSettings(at, '{ oh');
  await expect(applyPlan(plan)).rejects.toMatchObject({ code: 'settings_invalid' });
  expect(fs.readFileSync(at.settings, 'utf8')).toBe('{ oh');
});

test('it goes between the plan to uninstall and the write: nothing comes back', async () => {
  const at = machine();
  putSettings(at, '{}');
  await install(at);
  const plan = await planUninstall(at.options);
  fs.rmSync(at.settings);
  await applyPlan(plan);
  expect(fs.existsSync(at.settings)).toBe(false);
});

test('a file that was made for the hooks got settings between the plan to uninstall and the write: they stay', async () => {
  const at = machine();
  await install(at);
  const plan = await planUninstall(at.options);
  expect(plan.after).toBeNull();
  putSettings(at, JSON.stringify({ model: 'opus', ...read(at.settings) }));
  await applyPlan(plan);
  expect(read(at.settings)).toEqual({ model: 'opus' });
});

test('a file that changes at every look: given up with a word, and nothing of ours in it', async () => {
  const at = machine();
  putSettings(at, '{"n":0}');
  let n = 0;
  const stir = <T>(plan: T): T => {
    putSettings(at, `{"n":${++n}}`);
    return plan;
  };
  const plan = await planInstall(at.options);
  const restless = (inner: typeof plan): typeof plan =>
    stir({ ...inner, again: async () => restless(await inner.again()) });
  await expect(applyPlan(restless(plan))).rejects.toMatchObject({ code: 'settings_busy' });
  expect(fs.readFileSync(at.settings, 'utf8')).toBe(`{"n":${n}}`);
  expect(fs.readdirSync(at.claudeDir)).toEqual(['settings.json']);
});

test('a half-written file gets a moment before it is refused', async () => {
  const at = machine();
  const text = JSON.stringify({ model: 'opus', long: 'x'.repeat(1000) });
  putSettings(at, text.slice(0, 100));
  const plan = planInstall(at.options);
  fs.writeFileSync(at.settings, text);
  expect((await plan).after).toContain('"model":"opus"');
});

test('two homes install and uninstall at once, while the client rewrites the file its own way', async () => {
  const one = machine('one');
  const two = {
    ...one,
    home: path.join(one.root, 'two'),
    options: { ...one.options, home: path.join(one.root, 'two') },
  };
  putSettings(one, '{}');
  let writes = 0;
  let stop = false;
  let tookMs = 50;
  /** Like a client that keeps a counter: reads, changes one key, replaces the file. */
  const client = (async () => {
    while (!stop) {
      const settings = read(one.settings);
      const temp = `${one.settings}.client`;
      fs.writeFileSync(temp, JSON.stringify({ ...settings, n: ++writes }, null, 2));
      fs.renameSync(temp, one.settings);
      // Sometimes longer than an install takes, however slow the machine is today.
      await new Promise(resolve => setTimeout(resolve, Math.random() * 2 * tookMs));
    }
  })();
  try {
    for (let round = 0; round < 6; round++) {
      const from = performance.now();
      await Promise.all([install(one), install(two)]);
      tookMs = performance.now() - from;
      const stop = read(one.settings).hooks?.['Stop'] ?? [];
      expect(stop).toHaveLength(2);
      await Promise.all([uninstall(one), uninstall(two)]);
      expect(read(one.settings).hooks).toBeUndefined();
      expect(read(one.settings).n).toBeGreaterThan(0);
    }
  } finally {
    stop = true;
    await client;
  }
  expect(read(one.settings)).toEqual({ n: writes });
});
