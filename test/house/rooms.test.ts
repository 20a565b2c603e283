// The rooms of the house: which may know of which, and that each file says what it is for.
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '../../src');

/** Room → rooms it may import from; its own is always allowed. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  client: ['protocol'],
  config: ['protocol', 'json-problem.ts'],
  auth: [],
  'hook-endpoint': ['private-file.ts', 'process-probe.ts'],
  sanitize: ['json.ts'],
  log: ['protocol', 'system-error.ts'],
  state: ['protocol', 'log'],
  dedup: ['protocol', 'json.ts'],
  agents: [
    'protocol',
    'sanitize',
    'dedup',
    'log',
    'inbox',
    'state',
    'hook-endpoint',
    'json.ts',
    'json-problem.ts',
    'logger.ts',
    'private-file.ts',
    'process-probe.ts',
    'regular-file.ts',
    'service.ts',
    'system-error.ts',
  ],
  fanout: ['protocol', 'log', 'service.ts', 'system-error.ts'],
  engine: [
    'protocol',
    'sanitize',
    'agents',
    'dedup',
    'log',
    'state',
    'fanout',
    'inbox',
    'config',
    'hook-endpoint',
    'json.ts',
    'logger.ts',
    'regular-file.ts',
    'service.ts',
    'system-error.ts',
    'version.ts',
  ],
  inbox: ['protocol', 'log', 'service.ts'],
  asyncapi: ['protocol', 'config', 'version.ts'],
  server: [
    'protocol',
    'sanitize',
    'agents',
    'engine',
    'inbox',
    'log',
    'fanout',
    'auth',
    'config',
    'asyncapi',
    'hook-endpoint',
    'logger.ts',
    'process-probe.ts',
    'service.ts',
    'system-error.ts',
    'version.ts',
  ],
  cli: [
    'protocol',
    'log',
    'fanout',
    'client',
    'config',
    'auth',
    'agents',
    'hook-endpoint',
    'server',
    'process-probe.ts',
    'system-error.ts',
    'version.ts',
  ],
  generate: ['asyncapi', 'config'],
  'version.ts': [],
  'json.ts': [],
  'json-problem.ts': [],
  'logger.ts': ['config'],
  'private-file.ts': [],
  'process-probe.ts': [],
  'regular-file.ts': [],
  'service.ts': [],
  'system-error.ts': [],
};

const files = fs
  .readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => path.join(root, name));

const roomOf = (file: string): string => path.relative(root, file).split(path.sep)[0] ?? '';

function importsOf(file: string): string[] {
  const text = fs.readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, target]) =>
    path.join(path.dirname(file), target ?? ''),
  );
}

/** Where a fact comes from is for comments to say. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|\s\/\/ .*$/gm, '');
}

it('has no room that is not listed here', () => {
  expect([...new Set(files.map(roomOf))].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
});

it('imports point one way only', () => {
  const wrong = files.flatMap(file =>
    importsOf(file)
      .filter(target => target.startsWith(root))
      .map(target => [roomOf(file), roomOf(target)] as const)
      .filter(([from, to]) => from !== to && !MAY_IMPORT[from]?.includes(to))
      .map(([from, to]) => `${path.relative(root, file)}: ${from} may not import from ${to}`),
  );
  expect(wrong).toEqual([]);
});

it('no two files import each other, not even in a circle of many', () => {
  const imports = new Map(files.map(file => [file, importsOf(file)]));
  const circles: string[] = [];
  const done = new Set<string>();
  const follow = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file);
    if (at >= 0)
      circles.push(
        way
          .slice(at)
          .map(one => path.relative(root, one))
          .join(' → '),
      );
    if (at >= 0 || done.has(file)) return;
    for (const target of imports.get(file) ?? []) follow(target, [...way, file]);
    done.add(file);
  };
  for (const file of files) follow(file, []);
  expect(circles).toEqual([]);
});

it('only the room of an agent knows the agent by name', () => {
  // Besides it: the list of agents, the configuration's key, what the protocol's examples show, and commands that speak of its settings.
  const maySay = /^(?:agents\/claude-code\/|agents\/index\.ts$|config\/|protocol\/|asyncapi\/|cli\/)/;
  const wrong = files
    .filter(file => !maySay.test(path.relative(root, file)))
    .flatMap(file =>
      withoutComments(fs.readFileSync(file, 'utf8'))
        .split('\n')
        .filter(line => /claude/i.test(line))
        .map(line => `${path.relative(root, file)}: ${line.trim()}`),
    );
  expect(wrong).toEqual([]);
});

it('rooms are entered by their door', () => {
  // Side doors: the plain shape of the configuration, what a client needs without zod, and what builds
  // the document, which the daemon only reads.
  const sideDoors = new Set([
    'config/config.ts',
    'protocol/limits.ts',
    'protocol/topic-pattern.ts',
    'asyncapi/document.ts',
  ]);
  // What stands beside the rooms is in none.
  const isDoor = (target: string): boolean =>
    path.dirname(target) === '.' || path.basename(target) === 'index.ts' || sideDoors.has(target);
  const wrong = files.flatMap(file =>
    importsOf(file)
      .filter(
        target =>
          target.startsWith(root) && roomOf(file) !== roomOf(target) && !isDoor(path.relative(root, target)),
      )
      .map(target => `${path.relative(root, file)} imports ${path.relative(root, target)}`),
  );
  expect(wrong).toEqual([]);
});

const pages = fs
  .readdirSync(path.join(root, '../public'), { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => path.join(root, '../public', name));

it('pages take of the rooms only the protocol and the client', () => {
  const taken = pages.flatMap(importsOf).filter(target => target.startsWith(root));
  expect([...new Set(taken.map(roomOf))].sort()).toEqual(['client', 'protocol']);
});

it('every file says in its first line what it is for', () => {
  const silent = [...files, ...pages].filter(file => {
    const [first = '', second = ''] = fs.readFileSync(file, 'utf8').split('\n');
    return !/^\/\/ \S.{15,}$/.test(first.startsWith('#!') ? second : first);
  });
  expect(silent).toEqual([]);
});
