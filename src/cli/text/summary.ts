// Says in a few words what an event is about. The words are the event's own: show them through `plainShort` only.
import { costOf, type EventEnvelope, gist, head } from '../../protocol/index.ts';
import { cost, dollars, plural, tokens } from './amount.ts';
import { endWords } from './ends.ts';
import { promptWords } from './prompt.ts';
import { elapsed } from './time.ts';

type Data = Readonly<Record<string, unknown>>;

/** Characters of what was called that stand before what came of it, where it is known. */
const INPUT = 60;

/** What there is to say about an event, unsafe and of any length. */
export function summarize({ type, data }: EventEnvelope): string {
  const own = Object.hasOwn(WORDS, type) ? WORDS[type] : undefined;
  const words = type.startsWith('hook.') ? hookWords(data) : own?.(data);
  return words === undefined || words === '' ? gist(data) : words;
}

/** Whether an event tells of something that went wrong. */
export function isFailure({ type, data }: EventEnvelope): boolean {
  if (type === 'tool.result') return data['success'] === false;
  return FAILURES.has(type);
}

const FAILURES: ReadonlySet<string> = new Set([
  'alert.undelivered',
  'inbox.dead',
  'inbox.expired',
  'permission.denied',
  'system.error',
  'system.gap',
  'turn.failed',
]);

const WORDS: Readonly<Record<string, (data: Data) => string>> = {
  'session.discovered': data => join([text(data, 'startedBy'), 'in', text(data, 'cwd'), text(data, 'model')]),
  'session.updated': pairs,
  'session.removed': data => endWords(text(data, 'reason')),
  'session.notification': data => text(data, 'message'),
  'prompt.submitted': data => promptWords(text(data, 'prompt')),
  'prompt.expanded': data => text(data, 'prompt'),
  'tool.use': data => join([text(data, 'toolName'), gist(data['input'])]),
  'tool.result': toolResult,
  'tool.batch': data =>
    `${plural(Array.isArray(data['toolUseIds']) ? data['toolUseIds'].length : 0, 'call')} done`,
  'skill.command': data => join([text(data, 'commandName'), 'runs', gist(data['input'])]),
  'permission.requested': data => join([text(data, 'toolName'), gist(data['input'])]),
  'permission.denied': data =>
    join([text(data, 'toolName'), gist(data['input']), dash(text(data, 'reason'))]),
  'permission.resolved': data =>
    join([`${text(data, 'outcome')} by ${text(data, 'by')}`, dash(text(data, 'message'))]),
  'agent.started': data => text(data, 'agentType'),
  'agent.updated': pairs,
  'agent.stopped': data => join([text(data, 'agentType'), dash(text(data, 'lastMessage'))]),
  'agent.state_changed': data => join([text(data, 'state'), text(data, 'currentTool')]),
  'turn.completed': data => text(data, 'lastMessage'),
  'turn.failed': data =>
    join([text(data, 'error'), dash(text(data, 'errorDetails') || text(data, 'lastMessage'))]),
  'message.user': data => promptWords(text(data, 'text')),
  'message.assistant': data => text(data, 'text') || calls(data),
  'message.displayed': data => text(data, 'delta'),
  'context.compacting': data => text(data, 'trigger'),
  'context.compacted': data => join([text(data, 'trigger'), dash(text(data, 'summary'))]),
  'model.switching': fromTo('from', 'to'),
  'model.switched': fromTo('from', 'to'),
  'cwd.changed': fromTo('oldCwd', 'newCwd'),
  'task.created': data => text(data, 'subject'),
  'task.completed': data => text(data, 'subject'),
  'teammate.idle': data => text(data, 'teammateName'),
  'elicitation.requested': data => join([text(data, 'serverName'), dash(text(data, 'message'))]),
  'elicitation.answered': data => join([text(data, 'serverName'), text(data, 'action')]),
  'file.changed': data => join([text(data, 'changeType'), text(data, 'path')]),
  'directory.added': data => text(data, 'path'),
  'config.changed': data => join([text(data, 'configSource'), text(data, 'path')]),
  'instructions.loaded': data => text(data, 'path'),
  'worktree.removed': data => text(data, 'path'),
  'setup.run': data => text(data, 'trigger'),
  'usage.updated': usage,
  'usage.budget_crossed': budget,
  'alert.fired': data => join([text(data, 'title'), dash(text(data, 'text'))]),
  'alert.acknowledged': data => `by ${text(data, 'by')}`,
  'alert.closed': data => `${text(data, 'alertId')} is over`,
  'alert.delivered': data => `to ${text(data, 'target')}`,
  'alert.undelivered': data => join([`to ${text(data, 'target')}`, dash(text(data, 'reason'))]),
  'system.started': data => `hookline ${text(data, 'version')}`,
  'system.error': data => text(data, 'message'),
  'system.gap': data => text(data, 'reason'),
  'system.history_imported': data =>
    `${plural(Number(data['sessions']), 'session')} from before, ${plural(Number(data['events']), 'event')}`,
  'system.node': data => join([text(data, 'name'), text(data, 'state')]),
  'system.broker': data => join([text(data, 'label'), text(data, 'state'), dash(text(data, 'reason'))]),
  'relay.pushed': data => join([text(data, 'type'), dash(text(data, 'to'))]),
  'inbox.queued': message,
  'inbox.held': message,
  'inbox.accepted': message,
  'inbox.delivered': message,
  'inbox.expired': message,
  'inbox.dead': message,
  'inbox.cancelled': message,
};

function message(data: Data): string {
  const whom = `${text(data, 'from')} → ${text(data, 'name')}`;
  return join([
    whom,
    text(data, 'message') || text(data, 'type') || text(data, 'reason') || text(data, 'path'),
  ]);
}

function toolResult(data: Data): string {
  const took = typeof data['durationMs'] === 'number' ? elapsed(data['durationMs']) : '';
  const call = join([text(data, 'toolName'), head(gist(data['input']), INPUT)]);
  if (data['success'] !== false) return join([call, 'ok', took]);
  const why = data['interrupted'] === true ? 'interrupted' : 'failed';
  return join([call, why, took, dash(text(data, 'error'))]);
}

/** Fields one after the other: `version 2.1.329, gitBranch main`. */
function pairs(data: Data): string {
  return Object.keys(data)
    .filter(key => !['cwd', 'recovered', 'node'].includes(key))
    .map(key => `${key} ${text(data, key)}`)
    .join(', ');
}

function usage(data: Data): string {
  const count = (key: string): string => tokens(typeof data[key] === 'number' ? data[key] : 0);
  const dollars = (key: string): number | undefined =>
    typeof data[key] === 'number' ? data[key] : undefined;
  const used = { costUsd: dollars('costUsd'), costEstimateUsd: dollars('costEstimateUsd') };
  const spent = costOf(used) === undefined ? '' : cost(used);
  return join([`in ${count('input')}`, `out ${count('output')}`, `cached ${count('cacheRead')}`, spent]);
}

/** `~$5.02 of $5.00 for the session`, `$20.40 of $20.00 for the day in **\/shop`. */
function budget(data: Data): string {
  const usd = (key: string): number | undefined => (typeof data[key] === 'number' ? data[key] : undefined);
  const spent =
    data['estimated'] === true ? { costEstimateUsd: usd('spentUsd') } : { costUsd: usd('spentUsd') };
  const per = text(data, 'per') === '5h' ? 'window of five hours' : text(data, 'per');
  const project = text(data, 'project');
  return join([cost(spent), 'of', dollars(usd('usd')), `for the ${per}`, project && `in ${project}`]);
}

/** The payload of a hook, in the agent's own snake_case. */
function hookWords(data: Data): string {
  if (typeof data['tool_name'] === 'string') return join([data['tool_name'], gist(data['tool_input'])]);
  const keys = [
    'prompt',
    'message',
    'last_assistant_message',
    'agent_type',
    'reason',
    'source',
    'file_path',
    'trigger',
  ];
  return keys.map(key => text(data, key)).find(words => words !== '') ?? '';
}

function text(data: Data, key: string): string {
  const value = data[key];
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

function fromTo(from: string, to: string): (data: Data) => string {
  return data => `${text(data, from)} → ${text(data, to)}`;
}

function dash(words: string): string {
  return words === '' ? '' : `– ${words}`;
}

function join(parts: readonly string[]): string {
  return parts.filter(part => part !== '').join(' ');
}

/** What a message without words is made of: `→ Bash`, `thinking`. */
function calls({ blocks }: Data): string {
  const parts = Array.isArray(blocks) ? (blocks as { type?: unknown; name?: unknown }[]) : [];
  const names = parts.map(({ type, name }) =>
    type === 'tool_use' && typeof name === 'string' ? `→ ${name}` : String(type ?? ''),
  );
  return names.join(', ');
}
