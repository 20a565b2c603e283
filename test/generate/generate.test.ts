// `npm run generate` and its `--check`, as a developer meets them.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Output, runAny } from '../support/run.ts';

const root = path.join(import.meta.dirname, '../..');
let copy: string;
const file = (): string => path.join(copy, 'asyncapi/asyncapi.json');

// A copy, so that no test ever writes into the project.
beforeAll(() => {
  copy = mkdtempSync(path.join(tmpdir(), 'hookline-generate-'));
  cpSync(path.join(root, 'dist'), path.join(copy, 'dist'), { recursive: true });
  cpSync(path.join(root, 'package.json'), path.join(copy, 'package.json'));
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  mkdirSync(path.join(copy, 'docs'));
  cpSync(path.join(root, 'docs/configuration.md'), path.join(copy, 'docs/configuration.md'));
  mkdirSync(path.join(copy, 'asyncapi'));
  mkdirSync(path.join(copy, 'src/agents/claude-code/models'), { recursive: true });
  cpSync(path.join(root, 'plugin'), path.join(copy, 'plugin'), { recursive: true });
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const generate = (...options: string[]): Promise<Output> =>
  runAny(process.execPath, [path.join(copy, 'dist/generate/main.js'), ...options], { timeout: 60_000 });

it('writes the document, the same bytes every time, and is content with it', async () => {
  expect((await generate()).code).toBe(0);
  const first = readFileSync(file(), 'utf8');
  expect(first).toBe(readFileSync(path.join(root, 'asyncapi/asyncapi.json'), 'utf8'));
  expect((await generate()).code).toBe(0);
  expect(readFileSync(file(), 'utf8')).toBe(first);
  expect(await generate('--check')).toEqual({ code: 0, stdout: '', stderr: '' });
});

it('says where a stale document differs and what to do, and leaves it alone', async () => {
  await generate();
  const lines = readFileSync(file(), 'utf8').split('\n');
  lines[3] = '    "title": "something else",';
  writeFileSync(file(), lines.join('\n'));
  const { code, stderr } = await generate('--check');
  expect(code).toBe(1);
  expect(stderr).toContain('asyncapi/asyncapi.json is not what the code says (from line 4 on)');
  expect(stderr).toContain('npm run generate');
  expect(readFileSync(file(), 'utf8')).toBe(lines.join('\n'));
});

it('says so of a stale table of options, too, and writes it', async () => {
  const options = path.join(copy, 'docs/configuration.md');
  const now = readFileSync(options, 'utf8');
  writeFileSync(options, now.replace('| 3838 |', '| 3939 |'));
  const { code, stderr } = await generate('--check');
  expect(code).toBe(1);
  expect(stderr).toContain('docs/configuration.md is not what the code says');
  expect((await generate()).code).toBe(0);
  expect(readFileSync(options, 'utf8')).toBe(now);
});

it.each([
  ['plugin/.claude-plugin/plugin.json', '"version": "', '"version": "9'],
  ['plugin/skills/peers/SKILL.md', "never has your user's authority", "has your user's authority"],
])(
  'says so of %s, too: it goes with the package, and with what the MCP server says',
  async (name, one, other) => {
    const stale = path.join(copy, name);
    const now = readFileSync(stale, 'utf8');
    writeFileSync(stale, now.replace(one, other));
    const { code, stderr } = await generate('--check');
    expect(code).toBe(1);
    expect(stderr).toContain(`${name} is not what the code says`);
    expect((await generate()).code).toBe(0);
    expect(readFileSync(stale, 'utf8')).toBe(now);
  },
);

it('says the same when there is no document at all', async () => {
  rmSync(file());
  expect((await generate('--check')).code).toBe(1);
});

it('refuses an option it does not know', async () => {
  expect(await generate('--chekc')).toMatchObject({ code: 2, stderr: expect.stringContaining('usage') });
});
