// No hint, page or error names a command that its reader may not have: how hookline is called is asked of who knows.
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { processTerminal } from '../../src/cli/terminal.ts';

const root = path.join(import.meta.dirname, '../..');
const names = (await createProgram(processTerminal())).commands.map(command => command.name());
const COMMAND = new RegExp(`(?:\\b(?:npx )?hookline (?:${names.join('|')})\\b|npx hookline(?!'))`);
/** Help says how commands are spelled, under whatever name its reader typed. */
const HELP =
  /^\s*\[?["'`]hookline |\['hookline'|\.description|`hookline start` does this for you|Read what `hookline db export` wrote|another hookline on/;

it('neither in the code nor in the pages', () => {
  const found = ['src', 'public'].flatMap(folder =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(name => /\.(ts|js|html)$/.test(name))
      .map(name => path.join(folder, name))
      .flatMap(file =>
        fs
          .readFileSync(path.join(root, file), 'utf8')
          .replaceAll(/\/\*\*?[\s\S]*?\*\/|^\s*\/\/.*$|\s\/\/ .*$/gm, '')
          .split('\n')
          .filter(line => COMMAND.test(line) && !HELP.test(line))
          .map(line => `${file}: ${line.trim()}`),
      ),
  );
  expect(found).toEqual([]);
});

it('nor in the document of the protocol, which everybody reads', () => {
  expect(fs.readFileSync(path.join(root, 'asyncapi/asyncapi.json'), 'utf8')).not.toMatch(COMMAND);
});
