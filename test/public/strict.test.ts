// The pages live under a strict content policy and take nothing from elsewhere; a slip shows here, not in a browser.
import path from 'node:path';
import { expect, it } from 'vitest';
import { loadAssets } from '../../src/server/http/assets.ts';

/** What browsers get. */
const files = [...loadAssets('hookline')].map(([name, { body }]) => ({
  name,
  text: body.toString(),
}));
const names = new Set(files.map(({ name }) => name));
const ending = (...ends: string[]) => files.filter(({ name }) => ends.some(end => name.endsWith(end)));

/** The modules that a script imports, as files; one that is not named by a path stays as it is. */
const imports = ({ name, text }: { name: string; text: string }, how: RegExp): string[] =>
  [...text.matchAll(how)].map(([, one = '']) =>
    one.startsWith('.') ? path.join(path.dirname(name), one) : one,
  );
const AT_ONCE = /^(?:import|export) (?:[^'";\n]* from )?['"]([^'"]+)['"];$/gm;
const LATER = /\bimport\(['"]([^'"]+)['"]\)/g;

it.each(ending('.html'))('$name has no inline script or style', ({ text }) => {
  expect(text).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
  expect(text).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>/i);
});

it.each(ending('.html', '.css'))(
  '$name takes nothing from elsewhere, and only files that are there',
  ({ text }) => {
    for (const [, name = ''] of text.matchAll(/(?:href|src)="\/assets\/([^"]+)"/g))
      expect(names.has(name), name).toBe(true);
    expect(text).not.toMatch(/(?:href|src|url\()[=(\s]*["']?(?:https?:)?\/\/(?!\$)/);
  },
);

it('of the daemon’s own modules only those are there that a page loads', () => {
  const loaded = new Set(files.flatMap(script => [...imports(script, AT_ONCE), ...imports(script, LATER)]));
  const own = ending('.js')
    .map(({ name }) => name)
    .filter(name => name.startsWith('src/'));
  expect(own).toContain('src/protocol/topic-pattern.js');
  expect(own.filter(name => !loaded.has(name))).toEqual([]);
});

it.each(ending('.js'))('$name imports only what a browser can have', script => {
  for (const name of [...imports(script, AT_ONCE), ...imports(script, LATER)])
    expect(names.has(name), name).toBe(true);
});

it.each(ending('.js'))('$name never turns text into markup or code', ({ text }) => {
  expect(text).not.toMatch(
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|srcdoc/,
  );
});

it('the page announces at once every module its first view needs, so that none waits for another', () => {
  const needed = new Set<string>();
  const visit = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    const text = files.find(file => file.name === name)?.text ?? '';
    for (const target of imports({ name, text }, AT_ONCE)) visit(target);
  };
  visit('public/shell/main.js');
  needed.delete('public/shell/main.js');
  const { text = '' } = files.find(({ name }) => name === 'public/index.html') ?? {};
  const announced = [...text.matchAll(/<link rel="modulepreload" href="\/assets\/([^"]+)">/g)].map(
    ([, name]) => name,
  );
  expect(announced).toEqual([...needed].sort());
});
