// One example of every event, for the docs page and the AsyncAPI document.
import type { EventDataOf, EventOf, EventType } from './events.ts';

const under = { cwd: '/home/dev/shop', permissionMode: 'default', promptId: 'bb0d8099' };
const place = { cwd: '/home/dev/shop', promptId: 'bb0d8099' };
const call = { toolName: 'Bash', toolUseId: 'toolu_473414b3' };
const task = { taskId: '3', subject: 'Write the changelog', description: 'Everything since 0.3.0.' };
const transcriptPath = '/home/dev/.claude/projects/-home-dev-shop/8dd92b6f.jsonl';
const subagentPath = '/home/dev/.claude/projects/-home-dev-shop/8dd92b6f/subagents/agent-a917fd29.jsonl';
const totals = { input: 812, output: 2204, cacheRead: 48_110, cacheCreation: 6087, costUsd: 0.0931 };
const message = {
  messageId: '019a7d2c-4f7e-7000-9c1e-5b7c6f0f9a11',
  from: 'frontend',
  to: 'backend',
  name: 'backend',
  via: 'cli',
  priority: 'normal',
} as const;

/** Event type → an example of its `data`. */
export const EVENT_EXAMPLES: { readonly [T in EventType]: EventDataOf<T> } = {
  'session.discovered': {
    startedBy: 'startup',
    model: 'claude-sonnet-5-5',
    transcriptPath,
    cwd: '/home/dev/shop',
  },
  'session.updated': {
    pid: 25_139,
    version: '2.1.329',
    entrypoint: 'cli',
    name: 'shop-d6',
    gitBranch: 'main',
  },
  'session.removed': { reason: 'prompt_input_exit', ...place },
  'session.notification': {
    message: 'Claude needs your permission',
    notificationType: 'permission_prompt',
    ...place,
  },
  'prompt.submitted': { prompt: 'Make the tests pass', origin: { kind: 'user' }, ...under },
  'prompt.updated': {
    prompt: 'Is it done?',
    origin: { kind: 'peer', from: 'uds:/tmp/cc-socks/4242.sock' },
    ...under,
  },
  'prompt.expanded': {
    prompt: '/review src',
    expansionType: 'slash_command',
    commandName: 'review',
    commandArgs: 'src',
    commandSource: 'projectSettings',
    ...under,
  },
  'turn.completed': { lastMessage: 'All 214 tests pass.', backgroundTasks: [], ...under },
  'turn.failed': { error: 'server_error', lastMessage: 'API Error: 500', ...place },
  'message.displayed': {
    turnId: '6734791e',
    messageId: 'dca4b89b',
    index: 0,
    final: true,
    delta: "I'll look around.",
    ...place,
  },
  'message.user': {
    text: 'Make the tests pass',
    blocks: [{ type: 'text', text: 'Make the tests pass' }],
    messageId: '4b1c',
  },
  'message.assistant': {
    text: "I'll look around.",
    blocks: [{ type: 'text', text: "I'll look around." }],
    model: 'claude-sonnet-5-5',
    messageId: 'msg_01',
  },
  'elicitation.requested': {
    serverName: 'tickets',
    message: 'Which project?',
    mode: 'form',
    requestedSchema: { type: 'object', properties: { project: { type: 'string' } } },
    ...place,
  },
  'elicitation.answered': {
    serverName: 'tickets',
    mode: 'form',
    action: 'accept',
    content: { project: 'shop' },
    ...place,
  },
  'tool.use': { ...call, input: { command: 'npm test', description: 'Run the tests' }, ...under },
  'tool.result': {
    ...call,
    success: true,
    durationMs: 4120,
    response: { stdout: '214 passed', stderr: '', interrupted: false },
    ...under,
  },
  'tool.batch': { toolUseIds: ['toolu_473414b3', 'toolu_055b7a07'], ...under },
  'skill.command': {
    toolName: 'Bash',
    toolUseId: '8a030a6a:inner:preamble-0',
    input: { command: 'git diff --stat' },
    commandName: 'review',
    commandSource: 'projectSettings',
    invokedBy: 'user',
    ...under,
  },
  'permission.requested': {
    toolName: 'Bash',
    input: { command: 'npm publish' },
    suggestions: [{ type: 'setMode', mode: 'acceptEdits', destination: 'session' }],
    requestId: 'qwvhxkzrmtbncjdpgyfs',
    ...under,
  },
  'permission.denied': { ...call, input: { command: 'rm -rf /' }, reason: 'Not asked for', ...under },
  'agent.started': { agentType: 'code-reviewer', ...place },
  'agent.updated': { toolUseId: 'toolu_ee80a487', description: 'Review the diff' },
  'agent.stopped': {
    agentType: 'code-reviewer',
    transcriptPath: subagentPath,
    lastMessage: 'Nothing to add.',
    ...under,
  },
  'task.created': { ...task, ...place },
  'task.completed': { ...task, ...place },
  'teammate.idle': { teammateName: 'reviewer', ...place },
  'context.compacting': { trigger: 'manual', customInstructions: 'Keep the plan', ...place },
  'context.compacted': { trigger: 'manual', summary: 'The plan has three steps left.', ...place },
  'model.switching': { from: 'claude-opus-5-5', to: 'claude-sonnet-5-5', ...place },
  'model.switched': { from: 'claude-opus-5-5', to: 'claude-sonnet-5-5', ...place },
  'cwd.changed': { oldCwd: '/home/dev/shop', newCwd: '/home/dev/shop/api', cwd: '/home/dev/shop/api' },
  'file.changed': { path: '/home/dev/shop/.env', changeType: 'change', ...place },
  'directory.added': { path: '/home/dev/lib', addedBy: 'slash_command', ...place },
  'config.changed': { configSource: 'user_settings', path: '/home/dev/.claude/settings.json', ...place },
  'instructions.loaded': {
    path: '/home/dev/shop/CLAUDE.md',
    memoryType: 'Project',
    loadReason: 'session_start',
    cwd: '/home/dev/shop',
  },
  'worktree.removed': { path: '/home/dev/shop/.claude/worktrees/fix', ...place },
  'setup.run': { trigger: 'init', cwd: '/home/dev/shop' },
  'agent.state_changed': { state: 'tool_running', currentTool: 'Bash' },
  'usage.updated': { ...totals, byModel: { 'claude-sonnet-5-5': totals } },
  'usage.budget_crossed': {
    budget: 'session:5',
    per: 'session',
    usd: 5,
    spentUsd: 5.0214,
    estimated: true,
  },
  'system.started': { version: '0.1.0', epoch: 'k3v9x2' },
  'system.error': {
    code: 'store_failed',
    message: 'The event store cannot be written (disk full); events are kept in memory. Free some space.',
  },
  'system.gap': { reason: 'spool_full', count: 12 },
  'system.history_imported': {
    ...{ sessions: 312, events: 48_110, from: 1_794_000_000_000, to: 1_796_000_000_000 },
    ...{ epoch: 'h7m2c4', fromSeq: 1, toSeq: 48_110 },
  },
  'system.node': { name: 'laptop', state: 'away', version: '0.1.0' },
  'system.broker': { label: 'amqp', state: 'down', reason: 'connect ECONNREFUSED 127.0.0.1:5672' },
  'relay.pushed': { type: 'status', payload: { text: 'working on it' } },
  'permission.resolved': {
    requestId: 'qwvhxkzrmtbncjdpgyfs',
    outcome: 'denied',
    by: 'phone',
    message: 'Run the tests first.',
  },
  'alert.fired': {
    ...{
      alertId: 'kqzwmvthpxrd',
      when: 'waiting',
      rule: 'waiting:2m',
      cause: 'waiting 8dd92b6f 1795188892798',
    },
    ...{ since: 1_795_188_892_798, title: 'shop waits for a permission', text: 'Bash: npm publish' },
    ...{ advice: 'Answer it on the page, or at its terminal.', session: 'shop', project: '/home/dev/shop' },
    to: ['browser', 'phone'],
  },
  'alert.acknowledged': { alertId: 'kqzwmvthpxrd', by: 'page' },
  'alert.closed': { alertId: 'kqzwmvthpxrd' },
  'alert.delivered': { alertId: 'kqzwmvthpxrd', target: 'phone' },
  'alert.undelivered': {
    alertId: 'kqzwmvthpxrd',
    target: 'phone',
    reason: 'POST https://ntfy.example was answered 403',
  },
  'inbox.queued': { ...message, message: 'The API of orders has changed: amounts are integers now.' },
  'inbox.held': { ...message, path: 'inbox-socket', reason: 'the session bypasses permissions' },
  'inbox.accepted': { ...message, path: 'take' },
  'inbox.delivered': { ...message, path: 'inbox-socket' },
  'inbox.expired': { ...message, reason: 'nobody took it in time' },
  'inbox.dead': { ...message, path: 'take', reason: 'nobody said in time that it arrived, 5 times' },
  'inbox.cancelled': message,
};

const SYSTEM = { sessionId: '', source: 'hookline' } as const;
const SUBAGENT_TYPES: ReadonlySet<EventType> = new Set(['agent.started', 'agent.updated', 'agent.stopped']);

/** The example of a type as a whole event, envelope included. */
export function exampleEvent<T extends EventType>(type: T): EventOf<T> {
  const isOurs =
    /^(?:inbox|alert)\./.test(type) || type === 'permission.resolved' || type === 'usage.budget_crossed';
  const told = isOurs ? 'hookline' : 'claude-code';
  const who = /^(?:system|relay)\./.test(type) ? SYSTEM : { sessionId: '8dd92b6f', source: told };
  return {
    type,
    timestamp: 1_795_189_012_798,
    ...who,
    ...(SUBAGENT_TYPES.has(type) ? { agentId: 'a917fd29' } : {}),
    seq: 17,
    data: EVENT_EXAMPLES[type],
  };
}
