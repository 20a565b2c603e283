// The table of sessions: who is first, what is said of each, and that it fits the terminal.
import pc from 'picocolors';
import { expect, test } from 'vitest';
import { sessionTable } from '../../src/cli/sessions/table.ts';
import type { AgentSnapshot, SessionState } from '../../src/protocol/index.ts';

const NOW = 1_795_189_012_798;
const usage = { input: 100, output: 2200, cacheRead: 45_000, cacheCreation: 0 };
const call = (what: string) => ({ toolUseId: 't', toolName: 'Bash', what, startedAt: NOW });

const session = (sessionId: string, more: Partial<SessionState> = {}): SessionState => ({
  sessionId,
  source: 'claude-code',
  cwd: '/home/dev/shop/src',
  project: '/home/dev/shop',
  state: 'idle',
  stateSince: NOW - 65_000,
  currentTools: [],
  lastTools: [],
  startedAt: NOW - 100_000,
  lastActivityAt: NOW - 1000,
  counts: { prompts: 1, turns: 1, tools: 2, failures: 0 },
  usage,
  ...more,
});

const agent = (agentId: string, sessionId: string, description?: string): AgentSnapshot => ({
  agentId,
  sessionId,
  agentType: 'Explore',
  ...(description === undefined ? {} : { description }),
  state: 'working',
  stateSince: NOW,
  currentTools: [],
  lastTools: [],
  startedAt: NOW,
  lastActivityAt: NOW,
  counts: { tools: 0, failures: 0 },
  usage,
});

function lines(sessions: SessionState[], agents: AgentSnapshot[] = [], columns?: number): string[] {
  return sessionTable({ sessions, agents }, { colors: pc.createColors(false), columns, now: NOW });
}

test('a line for each: name, state, since when, tokens, cost, and what it does', () => {
  const working: Partial<SessionState> = {
    state: 'tool_running',
    currentTools: [call('ls'), call('npm test')],
    usage: { ...usage, costUsd: 0.0931 },
  };
  expect(lines([session('8dd92b6f-83dd', working)])).toEqual([
    'SESSION        STATE         SINCE  TOKENS   COST  DOING',
    'shop·8dd92b6f  tool running     1m    2.3k  $0.09  Bash npm test (+1)',
  ]);
});

test('a title, if it has one, and then where it is', () => {
  const named = session('8dd92b6f-83dd', { name: 'Mend the checkout', lastMessage: 'All\ndone.' });
  expect(lines([named, session('f0ab33e9-68b4', { lastActivityAt: 0 })])).toEqual([
    'SESSION            PROJECT  STATE  SINCE  TOKENS  COST  DOING',
    'Mend the checkout  shop     idle      1m    2.3k     -  All done.',
    'shop·f0ab33e9      shop     idle      1m    2.3k     -',
  ]);
});

test('who waits for the user comes first, a subagent too, and it is said who asks for what', () => {
  const asks = { toolName: 'Bash', what: 'npm publish', since: NOW };
  const sessions = [
    session('busy', { state: 'working', currentPrompt: { text: 'go on', at: NOW } }),
    session('agent', { pendingPermission: { ...asks, agentId: 'a1' } }),
    session('asked', { state: 'waiting_input', waitingFor: 'Which colour?' }),
    session('main', { state: 'waiting_permission', pendingPermission: asks, lastActivityAt: NOW }),
  ];
  const table = lines(sessions, [agent('a1', 'agent', 'Look around'), agent('a2', 'agent')]);
  expect(table.slice(1).map(line => line.replace(/ +/g, ' '))).toEqual([
    'shop·main waiting permission 1m 2.3k - may it run Bash npm publish?',
    'shop·agent idle, 2 agents 1m 2.3k - Look around: may it run Bash npm publish?',
    'shop·asked waiting input 1m 2.3k - Which colour?',
    'shop·busy working 1m 2.3k - ❯ go on',
  ]);
});

test('what no hook tells of is to be looked at where it is', () => {
  const waits = { state: 'waiting_input', atTerminal: true } as const;
  const unknown = { toolName: '', what: 'permission prompt', since: NOW };
  const table = lines([
    session('start', { ...waits, waitingFor: 'dialog open' }),
    session('held', { ...waits, state: 'waiting_permission', pendingPermission: unknown }),
  ]);
  expect(table.slice(1).map(line => line.replace(/ +/g, ' '))).toEqual([
    'shop·held waiting permission 1m 2.3k - needs you at its terminal: permission prompt',
    'shop·start waiting input 1m 2.3k - needs you at its terminal: dialog open',
  ]);
});

test('a turn that failed is told in place of last words', () => {
  const failed = (error?: string) =>
    session('failed', { lastMessage: 'Hm.', failure: { at: NOW, ...(error && { error }) } });
  expect(lines([failed('rate_limit')])[1]).toMatch(/ turn failed: rate_limit$/);
  expect(lines([failed()])[1]).toMatch(/ turn failed$/);
});

test('no line is longer than the terminal is wide', () => {
  const long = session('8dd92b6f', { state: 'tool_running', currentTools: [call('echo '.repeat(100))] });
  for (const line of lines([long], [], 80)) expect(line.length).toBeLessThanOrEqual(80);
  expect(lines([long], [], 80)[1]).toMatch(/Bash echo.*…$/);
});

test('what others wrote cannot steer the terminal', () => {
  const evil = '\u001b[2J\u001b]0;title\u0007\u202eevil';
  const hostile = session('\u001b[31m8dd92b6f', {
    name: evil,
    project: `/home/${evil}`,
    state: 'tool_running',
    currentTools: [call(evil)],
    waitingFor: evil,
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there.
  for (const line of lines([hostile])) expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
});
