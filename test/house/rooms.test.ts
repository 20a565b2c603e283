// The rooms of the house: which may know of which, and that each file says what it is for.
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '../../src');

/** Room → rooms it may import from; its own is always allowed. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  story: ['protocol'],
  client: ['protocol'],
  config: ['protocol', 'json-problem.ts'],
  auth: ['protocol', 'regular-file.ts'],
  'hook-endpoint': ['private-file.ts', 'process-probe.ts', 'json.ts'],
  sanitize: ['json.ts'],
  log: ['protocol', 'system-error.ts'],
  state: ['protocol', 'log'],
  dedup: ['protocol', 'json.ts'],
  approvals: ['protocol', 'service.ts'],
  agents: [
    'protocol',
    'approvals',
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
    'story',
    'approvals',
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
  alerts: [
    'protocol',
    'config',
    'state',
    'inbox',
    'post.ts',
    'private-file.ts',
    'service.ts',
    'standard-webhooks.ts',
    'system-error.ts',
  ],
  history: [
    'protocol',
    'sanitize',
    'dedup',
    'agents',
    'log',
    'engine',
    'inbox',
    'json.ts',
    'logger.ts',
    'private-file.ts',
    'service.ts',
    'system-error.ts',
  ],
  intake: [
    'protocol',
    'config',
    'sanitize',
    'log',
    'inbox',
    'json.ts',
    'private-file.ts',
    'service.ts',
    'standard-webhooks.ts',
    'system-error.ts',
  ],
  bridge: [
    'protocol',
    'config',
    'log',
    'fanout',
    'inbox',
    'intake',
    'deadline.ts',
    'json.ts',
    'private-file.ts',
    'service.ts',
    'system-error.ts',
    'version.ts',
  ],
  hub: [
    'protocol',
    'approvals',
    'bridge',
    'log',
    'fanout',
    'inbox',
    'json.ts',
    'private-file.ts',
    'service.ts',
    'system-error.ts',
  ],
  channel: ['protocol', 'approvals', 'log', 'fanout', 'inbox', 'auth', 'service.ts'],
  asyncapi: ['protocol', 'config', 'version.ts'],
  relay: ['protocol', 'auth', 'server'],
  server: [
    'protocol',
    'story',
    'approvals',
    'alerts',
    'state',
    'sanitize',
    'agents',
    'engine',
    'history',
    'inbox',
    'intake',
    'bridge',
    'hub',
    'channel',
    'log',
    'fanout',
    'auth',
    'config',
    'asyncapi',
    'deadline.ts',
    'hook-endpoint',
    'logger.ts',
    'private-file.ts',
    'process-probe.ts',
    'service.ts',
    'system-error.ts',
    'version.ts',
  ],
  cli: [
    'protocol',
    'story',
    'approvals',
    'log',
    'fanout',
    'client',
    'config',
    'auth',
    'agents',
    'inbox',
    'hook-endpoint',
    'intake',
    'relay',
    'server',
    'deadline.ts',
    'logger.ts',
    'post.ts',
    'process-probe.ts',
    'standard-webhooks.ts',
    'system-error.ts',
    'version.ts',
  ],
  generate: ['asyncapi', 'config', 'cli', 'version.ts'],
  'deadline.ts': [],
  'version.ts': [],
  'json.ts': [],
  'json-problem.ts': [],
  'log-file.ts': ['system-error.ts'],
  'logger.ts': ['config', 'log-file.ts'],
  'post.ts': ['deadline.ts', 'version.ts'],
  'private-file.ts': [],
  'process-probe.ts': [],
  'regular-file.ts': [],
  'service.ts': [],
  'standard-webhooks.ts': [],
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
  // Besides it: the list of agents, the configuration's key, what the protocol's examples show, commands that speak of its settings,
  // where the manifest of its plugin is, and the exchange that another program has named after it.
  const maySay =
    /^(?:agents\/claude-code\/|agents\/index\.ts$|config\/|protocol\/|asyncapi\/|cli\/|generate\/|bridge\/amqp\/link\.ts$)/;
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

it('no time is joined to other signals so that it may be collected before it is up', () => {
  const joins = files.filter(file => {
    const code = withoutComments(fs.readFileSync(file, 'utf8'));
    return code.includes('AbortSignal.any(') && code.includes('AbortSignal.timeout(');
  });
  expect(joins).toEqual([]);
});

it('rooms are entered by their door', () => {
  // Side doors: the plain shape of the configuration, what a client needs without zod, what builds
  // the document, which the daemon only reads, what keeps strangers out, for who is not the daemon, and the words of the MCP
  // server, of which the plugin's skill is made.
  const sideDoors = new Set([
    'config/config.ts',
    'protocol/limits.ts',
    'protocol/topic-pattern.ts',
    'asyncapi/document.ts',
    'server/guard.ts',
    'cli/mcp/peers.ts',
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

it('pages take of the rooms only the protocol, the story and the client', () => {
  const taken = pages.flatMap(importsOf).filter(target => target.startsWith(root));
  expect([...new Set(taken.map(roomOf))].sort()).toEqual(['client', 'protocol', 'story']);
});

it('every file says in its first line what it is for', () => {
  const silent = [...files, ...pages].filter(file => {
    const [first = '', second = ''] = fs.readFileSync(file, 'utf8').split('\n');
    return !/^\/\/ \S.{15,}$/.test(first.startsWith('#!') ? second : first);
  });
  expect(silent).toEqual([]);
});
