// Rules that answer in the user's place: which one decides, and that a wrong one never allows anything.
import { describe, expect, it } from 'vitest';
import { Policy } from '../../src/approvals/index.ts';

const HOME = '/home/dev';
const bash = (command: string, more: object = {}) => ({
  toolName: 'Bash',
  command,
  cwd: '/home/dev/shop',
  ...more,
});
const edit = (path: string, more: object = {}) => ({
  toolName: 'Edit',
  path,
  cwd: '/home/dev/shop',
  ...more,
});
const judge = (rules: unknown, matter: Parameters<Policy['judge']>[0]) =>
  new Policy(rules, HOME).judge(matter);

it('without rules a person is asked', () => {
  expect(judge([], bash('ls'))).toEqual({ decision: 'ask', why: 'there are no rules', others: [] });
});

it('deny beats allow, allow beats ask, wherever they stand', () => {
  const rules = [
    { tool: 'Bash', decision: 'ask' },
    { command: 'git *', decision: 'allow' },
    { command: 'git push*', decision: 'deny' },
  ];
  for (const order of [rules, rules.toReversed()]) {
    expect(judge(order, bash('git status')).decision).toBe('allow');
    expect(judge(order, bash('git push --force')).decision).toBe('deny');
    expect(judge(order, bash('npm test')).decision).toBe('ask');
  }
  expect(judge(rules, bash('git push'))).toEqual({
    decision: 'deny',
    rule: 3,
    why: 'rule 3 says deny',
    others: [
      { rule: 1, why: 'it fits, and says ask' },
      { rule: 2, why: 'it fits, and says allow' },
    ],
  });
});

describe('a command', () => {
  const allow = [{ command: 'git *', decision: 'allow' }];
  it.each([
    'git status; rm -rf ~',
    'git status && rm -rf ~',
    'git status | sh',
    'git log $(rm -rf ~)',
    'git log `rm -rf ~`',
    'git status\nrm -rf ~',
    'git diff > ~/.bashrc',
    'git status & rm x',
    ' git status',
    'git',
    'gits status',
  ])('a pattern with a star allows one plain command only, not %j', command => {
    expect(judge(allow, bash(command)).decision).toBe('ask');
  });
  it('word for word it may be anything', () => {
    const rules = [{ command: 'cd api && npm test', decision: 'allow' }];
    expect(judge(rules, bash('cd api && npm test')).decision).toBe('allow');
    expect(judge(rules, bash('cd api && npm test ')).decision).toBe('ask');
  });
  it.each(['rm -rf ~', 'cd / && rm -rf x', 'ls; rm x', '(rm x)', 'ls | rm x'])(
    'a rule that forbids looks at every part of it: %j',
    command => {
      const rules = [
        { tool: 'Bash', decision: 'allow' },
        { command: 'rm *', decision: 'deny' },
      ];
      expect(judge(rules, bash(command)).decision).toBe('deny');
    },
  );
});

describe('a path', () => {
  it.each([
    ['src/**', '/home/dev/shop/src/a/b.ts', 'allow'],
    ['src/**', 'src/a.ts', 'allow'],
    ['src/**', '/home/dev/shop/src/../.env', 'ask'],
    ['src/**', '/home/dev/other/src/a.ts', 'ask'],
    ['src/*', 'src/a/b.ts', 'ask'],
    ['~/shop/docs/*.md', '/home/dev/shop/docs/a.md', 'allow'],
    ['/etc/**', '/etc/passwd', 'allow'],
    ['**/.env', '/home/dev/shop/.env', 'allow'],
    ['**/.env', '/home/dev/shop/.env.example', 'ask'],
  ])('%s: %s → %s', (path, file, decision) => {
    expect(judge([{ path, decision: 'allow' }], edit(file)).decision).toBe(decision);
  });
  it('where the session works is not known, and so where a path leads', () => {
    expect(judge([{ path: 'src/**', decision: 'allow' }], { toolName: 'Edit', path: 'src/a' }).decision).toBe(
      'ask',
    );
  });
});

it('tool, project and session', () => {
  const rules = [
    { tool: 'mcp__tickets__*', project: '/home/dev/*', session: '{backend,ci}', decision: 'allow' },
  ];
  const matter = { toolName: 'mcp__tickets__close', cwd: '/home/dev/shop', sessionId: 'x', name: 'backend' };
  expect(judge(rules, matter).decision).toBe('allow');
  for (const other of [{ toolName: 'Bash' }, { cwd: '/srv/shop' }, { cwd: '/home/dev/a/b' }, { name: 'web' }])
    expect(judge(rules, { ...matter, ...other }).decision).toBe('ask');
});

describe('what is wrong with a rule is said, and nothing is allowed', () => {
  it.each<[string, unknown, RegExp]>([
    ['no list', { tool: 'Bash' }, /no list/],
    ['another decision', [{ tool: 'Bash', decision: 'yes' }], /rule 1 .*decision must be allow, deny or ask/],
    ['a field nobody knows', [{ tools: 'Bash', decision: 'deny' }], /rule 1 .*tools/],
    ['a pattern that is none', [{ tool: '{a', decision: 'deny' }], /rule 1 .*tool/],
    ['everything', [{ project: '**', decision: 'allow' }], /allows everything/],
    ['no object', ['Bash'], /rule 1/],
  ])('%s', (_, written, words) => {
    const good = { tool: 'Bash', decision: 'allow' };
    const rules = Array.isArray(written) ? [...written, good, { tool: 'Write', decision: 'deny' }] : written;
    const policy = new Policy(rules, HOME);
    expect(policy.problems.join('\n')).toMatch(words);
    expect(policy.judge(bash('ls')).decision).toBe('ask');
    if (Array.isArray(written)) expect(policy.judge({ toolName: 'Write' }).decision).toBe('deny');
  });
});

it('no rule chooses an option, or says that a plan is good', () => {
  const policy = new Policy(
    [
      { tool: '*', decision: 'allow' },
      { tool: 'Bash', decision: 'deny' },
    ],
    HOME,
  );
  const asked = { input: {}, say: () => ({}) };
  expect(
    policy.verdict({ kind: 'question', toolName: 'AskUserQuestion', ...asked }, 's', undefined),
  ).toBeUndefined();
  expect(
    policy.verdict({ kind: 'plan', toolName: 'ExitPlanMode', ...asked }, 's', undefined),
  ).toBeUndefined();
  expect(policy.verdict({ kind: 'permission', toolName: 'Read', ...asked }, 's', undefined)).toMatchObject({
    behavior: 'allow',
    rule: 1,
  });
});

it('the worst globs cost nothing', () => {
  const rules = Array.from({ length: 50 }, () => ({
    path: '**a*'.repeat(60),
    command: '*a'.repeat(200),
    decision: 'deny',
  }));
  const policy = new Policy(rules, HOME);
  const since = performance.now();
  policy.judge({ toolName: 'Bash', command: 'a'.repeat(60_000), path: `/${'a'.repeat(4000)}`, cwd: '/' });
  expect(performance.now() - since).toBeLessThan(3000);
});
