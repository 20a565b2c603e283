// Every link of a page leads somewhere: to a file that is there, to a heading that it has, and in the package as well.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { page, ROOT } from '../support/pages.ts';

const inFolder = (folder: string): string[] =>
  fs
    .readdirSync(path.join(ROOT, folder))
    .filter(name => name.endsWith('.md'))
    .map(name => path.join(folder, name));
const pages = [...inFolder('.'), ...inFolder('docs')];

/** What is outside of code: a link there is an example. */
const prose = (name: string): string =>
  page(name)
    .replace(/^```.*?^```/gms, '')
    .replace(/`[^`\n]*`/g, '');

/** Where a page links to, web addresses apart; `picture` for what is only shown. */
function links(name: string): { target: string; picture: boolean }[] {
  const text = prose(name);
  const markdown = [...text.matchAll(/(!?)\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, mark, target = '']) => ({
    target,
    picture: mark === '!',
  }));
  const html = [...text.matchAll(/(?:src|srcset|href)="([^"]+)"/g)].map(([, target = '']) => ({
    target,
    picture: true,
  }));
  return [...markdown, ...html].filter(({ target }) => !/^[a-z]+:/.test(target));
}

/** The anchors of a page's headings, as GitHub and npm make them. */
const anchors = (name: string): string[] =>
  [
    ...page(name)
      .replace(/^```.*?^```/gms, '')
      .matchAll(/^#+ (.+)$/gm),
  ].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

const resolved = (from: string, target: string): { file: string; anchor: string | undefined } => {
  const [file = '', anchor] = target.split('#');
  return { file: file === '' ? from : path.join(path.dirname(from), file), anchor };
};

describe.each(pages)('%s', name => {
  it('links to what is there', () => {
    for (const { target } of links(name)) {
      const { file, anchor } = resolved(name, target);
      expect(fs.existsSync(path.join(ROOT, file)), target).toBe(true);
      if (anchor !== undefined) expect(anchors(file), target).toContain(anchor);
    }
  });
});

it('the first page leads to every other one, and each back and to the others', () => {
  const others = pages.filter(name => name.startsWith('docs/'));
  const reaches = (name: string): string[] => links(name).map(({ target }) => resolved(name, target).file);
  expect(reaches('README.md')).toEqual(expect.arrayContaining([...others, 'SECURITY.md', 'CHANGELOG.md']));
  for (const name of others)
    expect(reaches(name), name).toEqual(expect.arrayContaining(['README.md', ...others]));
});

it('what the pages of the package link to is in the package, pictures apart', () => {
  const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    stdio: 'pipe',
    encoding: 'utf8',
  });
  const [{ files } = { files: [] }] = JSON.parse(listed) as { files: { path: string }[] }[];
  const packed = new Set(files.map(file => file.path));
  const missing = pages
    .filter(name => packed.has(name))
    .flatMap(name =>
      links(name)
        .filter(({ picture }) => !picture)
        .map(({ target }) => resolved(name, target).file),
    )
    .filter(file => !packed.has(file));
  expect(missing).toEqual([]);
  expect([...packed].filter(file => file.startsWith('docs/')).sort()).toEqual(inFolder('docs').sort());
});
