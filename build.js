// Builds dist/, whole or not at all: what was interrupted leaves the last one as it was, and what is up to date is left alone.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const root = import.meta.dirname;
const dist = path.join(root, 'dist');
/** Where builds are made. */
const folder = path.join(root, '.tmp');
const made = path.join(folder, `new-${process.pid}`);
/** What a build was made of; it goes where the build goes. */
const STAMP = '.made-of';
/** Folders with what is compiled, and what says how. */
const SOURCES = ['src', 'public'];
const INPUTS = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json', 'build.js'];

/** A digest of everything the build depends on. */
function digest() {
  const hash = createHash('sha256');
  const sources = SOURCES.flatMap(folder =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile() && /\.(?:ts|js|json)$/.test(entry.name))
      .map(entry => path.relative(root, path.join(entry.parentPath, entry.name))),
  );
  for (const file of [...sources.sort(), ...INPUTS])
    hash
      .update(`${file}\0`)
      .update(fs.readFileSync(path.join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

function isUpToDate(madeOf) {
  try {
    return fs.readFileSync(path.join(dist, STAMP), 'utf8') === madeOf;
  } catch {
    return false;
  }
}

/** Folders of builds that did not come to their end. */
function tidy() {
  for (const name of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
    const pid = /^(?:new|old)-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) remove(path.join(folder, name));
  }
}

/** As far as it goes: a compiler that was told to end may still be writing there, and then it is for the next build to remove. */
function remove(folder) {
  try {
    fs.rmSync(folder, { recursive: true, force: true });
  } catch {}
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Puts a folder in the place of dist/. Another build may be doing the same; then it was made of the same, or comes right after. */
function swap(made, old) {
  for (let tries = 10; ; tries--) {
    try {
      if (fs.existsSync(dist)) fs.renameSync(dist, old);
      fs.renameSync(made, dist);
      break;
    } catch (error) {
      if (tries === 0 || !['ENOENT', 'EEXIST', 'ENOTEMPTY'].includes(error.code)) throw error;
    }
    remove(old);
  }
  remove(old);
}

/** Ends the process when that goes wrong, and leaves nothing of the build. */
function compile(project, to) {
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', project, '--outDir', to], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status === 0) return;
  remove(made);
  process.exit(status ?? 1);
}

/** Takes away what the compiler had to read for a type only: what no script of a page ever loads. */
function removeUnreached(browser) {
  const scripts = fs
    .readdirSync(browser, { recursive: true })
    .filter(name => name.endsWith('.js'))
    .map(name => path.join(browser, name));
  const reached = new Set();
  const reach = script => {
    if (reached.has(script)) return;
    reached.add(script);
    for (const [, target] of fs.readFileSync(script, 'utf8').matchAll(/(?:from |import\()'(\.[^']+)'/g))
      reach(path.resolve(path.dirname(script), target));
  };
  for (const script of scripts) if (script.startsWith(path.join(browser, 'public'))) reach(script);
  for (const script of scripts) if (!reached.has(script)) fs.rmSync(script);
}

function build(madeOf) {
  tidy();
  compile('tsconfig.build.json', made);
  // The scripts of the pages, and what they use of src/: without comments, for browsers.
  const browser = path.join(made, 'browser');
  compile('public/tsconfig.json', browser);
  removeUnreached(browser);
  // Links to it, of npm or of the user, run it as it is.
  fs.chmodSync(path.join(made, 'cli/main.js'), 0o755);
  fs.writeFileSync(path.join(made, STAMP), madeOf);
  swap(made, path.join(folder, `old-${process.pid}`));
}

// Whoever is in a hurry and stops a look that takes no time would leave npx with a folder half made.
const patiently = () => {};
process.on('SIGINT', patiently);
const madeOf = digest();
// npx, which runs what is there from its second call on, does so from the first.
const { npm_command: command, npm_lifecycle_event: event } = process.env;
const byNpx = command === 'exec' && event === 'prepare' && fs.existsSync(path.join(dist, 'cli/main.js'));
if (!byNpx && !isUpToDate(madeOf)) {
  process.off('SIGINT', patiently);
  build(madeOf);
}
