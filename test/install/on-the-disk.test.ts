// A power cut at any moment leaves the old settings or the new ones, whole: written beside, on the disk, then renamed.
import fs from 'node:fs';
import { expect, test } from 'vitest';
import { recordFiles } from '../support/recorded-disk.ts';
import { install, machine, putSettings, uninstall } from './support.ts';

const REPLACED = [
  'write .settings.json.*',
  'fsync .settings.json.*',
  'rename .settings.json.* settings.json',
  'fsync .',
];

test('install and uninstall replace the file in one step that lasts', async () => {
  const at = machine();
  putSettings(at, '{ "model": "opus" }\n');
  const steps = recordFiles(at.claudeDir);
  await install(at);
  expect(steps.splice(0)).toEqual(REPLACED);
  await uninstall(at);
  expect(steps).toEqual(REPLACED);
});

test('a file that was made for the hooks goes for good', async () => {
  const at = machine();
  fs.mkdirSync(at.claudeDir);
  const steps = recordFiles(at.claudeDir);
  await install(at);
  expect(steps.splice(0)).toEqual(REPLACED);
  await uninstall(at);
  expect(steps).toEqual(['remove settings.json', 'fsync .']);
});
