// A power cut at any moment leaves the old settings or the new ones, whole: written beside, on the disk, then renamed.
import fs from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { recordFiles } from '../../../support/recorded-disk.ts';
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

test('what is written beside is for its owner alone until it has the mode of the file it replaces', async () => {
  const at = machine();
  putSettings(at, '{}', 0o664);
  const modes: number[] = [];
  const write = fs.writeFileSync;
  const spy = vi.spyOn(fs, 'writeFileSync').mockImplementation((file, ...rest) => {
    if (typeof file === 'number') modes.push(fs.fstatSync(file).mode & 0o777);
    write(file, ...rest);
  });
  onTestFinished(() => spy.mockRestore());
  await install(at);
  expect(modes).toEqual([0o600]);
  expect(fs.statSync(at.settings).mode & 0o777).toBe(0o664);
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
