// The pages live under a strict content policy and take nothing from elsewhere; a slip shows here, not in a browser.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { loadAssets } from '../../src/server/http/assets.ts';
import { PUBLIC } from './page.ts';

const files = readdirSync(PUBLIC, { recursive: true, encoding: 'utf8' })
  .filter(name => /\.(html|css|js|svg)$/.test(name))
  .map(name => ({ name, text: readFileSync(path.join(PUBLIC, name), 'utf8') }));
const ending = (...ends: string[]) => files.filter(({ name }) => ends.some(end => name.endsWith(end)));

it.each(ending('.html'))('$name has no inline script or style', ({ text }) => {
  expect(text).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
  expect(text).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>/i);
});

it.each(ending('.html', '.css', '.js'))(
  '$name takes nothing from elsewhere, and only files that are there',
  ({ name: file, text }) => {
    const assets = loadAssets('hookline');
    const wanted = [
      ...[...text.matchAll(/(?:href|src)="\/assets\/([^"]+)"/g)].map(([, name = '']) => name),
      ...[...text.matchAll(/(?:from |import\()'(\.[^']+)'/g)].map(([, name = '']) =>
        path.join(path.dirname(file), name),
      ),
    ];
    for (const name of wanted) expect(assets.has(name), name).toBe(true);
    expect(text).not.toMatch(/(?:href|src|url\(|from|import)[=(\s]*["']?(?:https?:)?\/\/(?!\$)/);
  },
);

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
    for (const [, target = ''] of text.matchAll(/ from '(\.[^']+)'/g))
      visit(path.join(path.dirname(name), target));
  };
  visit('shell/main.js');
  needed.delete('shell/main.js');
  const { text = '' } = files.find(({ name }) => name === 'index.html') ?? {};
  const announced = [...text.matchAll(/<link rel="modulepreload" href="\/assets\/([^"]+)">/g)].map(
    ([, name]) => name,
  );
  expect(announced).toEqual([...needed].sort());
});
