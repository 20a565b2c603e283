// A plan touches nothing, and its diff says exactly what carrying it out would do.
import fs from 'node:fs';
import { applyPatch } from 'diff';
import { expect, test } from 'vitest';
import { planDiff, planInstall, planUninstall } from '../../../../src/agents/claude-code/install/index.ts';
import { install, machine, putSettings, snapshot } from './support.ts';

test('planning and its diff write nothing at all', async () => {
  const at = machine();
  expect(planDiff(await planInstall(at.options))).toContain('--- /dev/null');
  expect(planDiff(await planUninstall(at.options))).toBe('');
  expect(fs.readdirSync(at.root)).toEqual([]);

  putSettings(at, '{}');
  const before = snapshot(at.root);
  planDiff(await planInstall(at.options));
  planDiff(await planUninstall(at.options));
  expect(snapshot(at.root)).toEqual(before);
});

test('the diff applied by hand gives what install gives, one line an event', async () => {
  const at = machine();
  const text = '{\n  "model": "opus",\n  "env": {}\n}\n';
  putSettings(at, text);
  const plan = await planInstall(at.options);
  const diff = planDiff(plan);
  expect(diff).toContain(`--- ${at.settings}`);
  expect(diff).toContain('-  "env": {}\n+  "env": {},\n+  "hooks": {\n+    "SessionStart": [{');
  expect(diff.split('\n').filter(line => line.startsWith('-') && !line.startsWith('---'))).toHaveLength(1);
  await install(at);
  expect(applyPatch(text, diff)).toBe(fs.readFileSync(at.settings, 'utf8'));
  const back = planDiff(await planUninstall(at.options));
  expect(applyPatch(fs.readFileSync(at.settings, 'utf8'), back)).toBe(text);
});

test('nothing to do: no diff', async () => {
  const at = machine();
  await install(at);
  const plan = await planInstall(at.options);
  expect(plan.changed).toBe(false);
  expect(planDiff(plan)).toBe('');
});
