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
  sanitize: ['json.ts'],
  log: ['protocol', 'system-error.ts'],
  state: ['protocol', 'log'],
  dedup: ['protocol', 'agents'],
  agents: [
    'protocol',
    'sanitize',
    'log',
    'state',
    'dedup',
    'engine',
    'json.ts',
    'json-problem.ts',
    'logger.ts',
    'process-probe.ts',
    'system-error.ts',
  ],
  engine: [
    'protocol',
    'sanitize',
    'agents',
    'dedup',
    'log',
    'state',
    'fanout',
    'config',
    'json.ts',
    'logger.ts',
    'system-error.ts',
    'version.ts',
  ],
  fanout: ['protocol', 'log'],
  asyncapi: ['protocol', 'config', 'version.ts'],
  server: [
    'protocol',
    'sanitize',
    'agents',
    'engine',
    'log',
    'fanout',
    'auth',
    'config',
    'asyncapi',
    'logger.ts',
    'process-probe.ts',
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
    'server',
    'demo',
    'process-probe.ts',
    'system-error.ts',
    'version.ts',
  ],
  demo: [],
  generate: ['asyncapi', 'config'],
  'version.ts': [],
  'json.ts': [],
  'json-problem.ts': [],
  'logger.ts': ['config'],
  'process-probe.ts': [],
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

it('rooms are entered by their door', () => {
  // Side doors: the plain shape of the configuration, the constants a client needs without zod, and what builds
  // the document, which the daemon only reads.
  const doors = new Set([
    'index.ts',
    'version.ts',
    'json.ts',
    'json-problem.ts',
    'logger.ts',
    'process-probe.ts',
    'system-error.ts',
    'config/config.ts',
    'protocol/limits.ts',
    'asyncapi/document.ts',
  ]);
  const wrong = files.flatMap(file =>
    importsOf(file)
      .filter(
        target =>
          target.startsWith(root) &&
          roomOf(file) !== roomOf(target) &&
          !doors.has(path.basename(target)) &&
          !doors.has(path.relative(root, target)),
      )
      .map(target => `${path.relative(root, file)} imports ${path.relative(root, target)}`),
  );
  expect(wrong).toEqual([]);
});

it('every file says in its first line what it is for', () => {
  const silent = files.filter(file => {
    const [first = '', second = ''] = fs.readFileSync(file, 'utf8').split('\n');
    return !/^\/\/ \S.{15,}$/.test(first.startsWith('#!') ? second : first);
  });
  expect(silent).toEqual([]);
});
