// A small checkout: our package.json and build script, a program of one line, and a compiler that can be made to wait.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');

/** Copies sources to --outDir. Those of the pages at once; with the others it hangs half way while there is a file `slow`, goes on
 * writing with `stubborn`, whatever signal comes, and fails with `wrong`. */
export const COMPILER = `
const fs = require('fs'), path = require('path');
const out = process.argv[process.argv.indexOf('--outDir') + 1];
if (process.argv.includes('public/tsconfig.json')) {
  fs.cpSync('public', path.join(out, 'public'), { recursive: true });
  process.exit();
}
const files = fs.readdirSync('src', { recursive: true }).filter(name => name.endsWith('.ts')).sort();
fs.appendFileSync('compiled', '.');
for (const [index, name] of files.entries()) {
  const to = path.join(out, name.replace(/ts$/, 'js'));
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.writeFileSync(to, fs.readFileSync(path.join('src', name)));
  if (index > 0) continue;
  if (fs.existsSync('wrong')) process.exit(1);
  if (fs.existsSync('slow')) {
    fs.writeFileSync('half', '');
    if (fs.existsSync('stubborn')) process.on('SIGINT', () => {});
    for (let n = 0; fs.existsSync('slow'); n++) {
      if (fs.existsSync('stubborn')) fs.mkdirSync(path.join(out, String(n % 50), 'deep'), { recursive: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}
`;

export interface Checkout {
  readonly folder: string;
  write(name: string, text: string): void;
  /** The files of dist/ and what is in them, the stamp aside; undefined when there is no dist/. */
  dist(): Record<string, string> | undefined;
  /** How often something was compiled. */
  compiled(): number;
  remove(): void;
}

export function makeCheckout(): Checkout {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-build-')));
  const write = (name: string, text: string): void => {
    fs.mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  };
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  write('package.json', JSON.stringify({ ...manifest, dependencies: {}, devDependencies: {} }));
  for (const name of ['build.js', 'tsconfig.json', 'tsconfig.build.json'])
    fs.copyFileSync(path.join(root, name), path.join(folder, name));
  write('package-lock.json', JSON.stringify({ name: 'hookline', lockfileVersion: 3, packages: {} }));
  write('node_modules/typescript/bin/tsc', COMPILER);
  write('node_modules/typescript/package.json', '{"name":"typescript","version":"0.0.0"}');
  write('public/a.js', 'export {};\n');
  write('src/a.ts', 'export {};\n');
  write('src/cli/main.ts', "#!/usr/bin/env node\nconsole.log('first');\n");
  const dist = path.join(folder, 'dist');
  return {
    folder,
    write,
    compiled: () =>
      fs.existsSync(path.join(folder, 'compiled')) ? fs.statSync(path.join(folder, 'compiled')).size : 0,
    dist() {
      if (!fs.existsSync(dist)) return undefined;
      const names = fs
        .readdirSync(dist, { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.js'));
      return Object.fromEntries(names.map(name => [name, fs.readFileSync(path.join(dist, name), 'utf8')]));
    },
    remove: () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
