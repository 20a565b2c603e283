// The plugin by itself: which hookline it runs, what it says where there is none, and that it brings nothing that runs unasked.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { follow, MAIN, makePlace } from '../support/cli.ts';
import { ROOT } from '../support/pages.ts';

const PLUGIN = path.join(ROOT, 'plugin');

/** A PATH of its own, without hookline. */
const place = makePlace();
const bin = path.join(place.home, 'bin');

/** Puts the plugin into a folder of its own, with these files around it. */
function copied(folder: string, around: Readonly<Record<string, string>> = {}): string {
  const parent = path.join(place.home, folder);
  fs.cpSync(PLUGIN, path.join(parent, 'plugin'), { recursive: true });
  for (const [name, text] of Object.entries(around)) {
    fs.mkdirSync(path.dirname(path.join(parent, name)), { recursive: true });
    fs.writeFileSync(path.join(parent, name), text);
  }
  return path.join(parent, 'plugin');
}

/** Runs the server of a plugin as the client does, with a first request, to its end. */
async function answerOf(plugin: string) {
  const { mcpServers } = JSON.parse(fs.readFileSync(path.join(plugin, '.mcp.json'), 'utf8'));
  const { command, args } = mcpServers.hookline as { command: string; args: string[] };
  const env = { ...place.env, HOOKLINE_HOME: place.hooklineHome };
  const words = args.map(word => word.replace(/^\$\{CLAUDE_PLUGIN_ROOT\}/, plugin));
  const { child, exit, stdout, stderr, haveLines } = follow(
    spawn(command, words, { env, cwd: place.home, stdio: 'pipe' }),
  );
  child.stdin?.on('error', () => {}); // it may be gone already; its exit code tells
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } };
  child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`);
  await Promise.race([haveLines(1), exit]);
  child.stdin?.end();
  return { code: await exit, stdout: stdout(), stderr: stderr() };
}

const isServed = { code: 0, stdout: expect.stringContaining('"serverInfo":{"name":"hookline"'), stderr: '' };
const MEND =
  'is not on the PATH of Claude Code; put it there (npm link in a clone of hookline), and start the session again\n';

it('runs the hookline whose folder it stands in', async () => {
  expect(await answerOf(PLUGIN)).toEqual(isServed);
});

it('elsewhere it says what is missing, and runs the hookline of the PATH once there is one', async () => {
  const plugin = copied('in a cache');
  expect(await answerOf(plugin)).toEqual({ code: 127, stdout: '', stderr: `hookline ${MEND}` });
  fs.symlinkSync(MAIN, path.join(bin, 'hookline'));
  expect(await answerOf(plugin)).toEqual(isServed);
  fs.rmSync(path.join(bin, 'hookline'));
});

it('runs no program of somebody else who has a folder dist/cli', async () => {
  const plugin = copied('shop', {
    'package.json': '{\n  "name": "shop"\n}\n',
    'dist/cli/main.js': "console.log('shop');",
  });
  expect(await answerOf(plugin)).toEqual({ code: 127, stdout: '', stderr: `hookline ${MEND}` });
});

it('in a clone that is not built it says that, too', async () => {
  const plugin = copied('clone', { 'package.json': '{\n  "name": "hookline"\n}\n' });
  const clone = path.dirname(plugin);
  expect(await answerOf(plugin)).toEqual({
    code: 127,
    stdout: '',
    stderr: `hookline is not built in ${clone} (npm ci there builds it), and ${MEND}`,
  });
});

it('is a server and a skill, and nothing that runs by itself', () => {
  const files = fs
    .readdirSync(PLUGIN, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.relative(PLUGIN, path.join(entry.parentPath, entry.name)));
  expect(files.sort()).toEqual([
    ...['.claude-plugin/plugin.json', '.mcp.json', 'mcp.sh', 'skills/peers/SKILL.md'],
  ]);
  const manifest = JSON.parse(fs.readFileSync(path.join(PLUGIN, '.claude-plugin/plugin.json'), 'utf8'));
  expect(Object.keys(manifest).sort()).toEqual([
    ...['author', 'description', 'keywords', 'license', 'name', 'version'],
  ]);
  expect(fs.existsSync(place.hooklineHome)).toBe(false);
});
