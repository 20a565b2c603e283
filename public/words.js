// Says things in a few words: what an event is about, how long ago, how many. The words are data: show them as text.

/** Longest text put into one line of the page, in characters; the rest is in the event's own JSON. */
const LINE = 300;

/** Any value as one line of text. */
export function line(value) {
  const text = typeof value === 'string' ? value : value === undefined ? '' : (JSON.stringify(value) ?? '');
  const flat = text
    .slice(0, 4 * LINE)
    .replace(/\s+/g, ' ')
    .trim();
  return flat.length > LINE ? `${flat.slice(0, LINE)}…` : flat;
}

const join = (...parts) => parts.filter(part => part !== '').join(' · ');

/** The one field of a tool's input that says most. */
function gist(input) {
  if (typeof input !== 'object' || input === null) return line(input);
  const telling = ['command', 'file_path', 'path', 'pattern', 'url', 'query', 'description', 'prompt'];
  const key = telling.find(name => typeof input[name] === 'string');
  return line(key === undefined ? Object.values(input).find(value => typeof value === 'string') : input[key]);
}

/** Fields one after the other: `version 2.1.329 · gitBranch main`. */
const pairs = ({ cwd: _, recovered: __, ...data }) =>
  line(
    Object.entries(data)
      .map(([name, value]) => `${name} ${line(value)}`)
      .join(' · '),
  );

const WORDS = {
  'session.discovered': data => join(line(data.startedBy), line(data.cwd), line(data.model)),
  'session.updated': data => pairs(data),
  'session.removed': data => line(data.reason),
  'session.notification': data => line(data.message),
  'prompt.submitted': data => line(data.prompt),
  'prompt.expanded': data => line(data.prompt),
  'tool.use': data => join(line(data.toolName), gist(data.input)),
  'tool.result': data =>
    join(
      line(data.toolName),
      data.success === false ? (data.interrupted ? 'interrupted' : 'failed') : 'ok',
      typeof data.durationMs === 'number' ? duration(data.durationMs) : '',
      line(data.error),
    ),
  'tool.batch': data => plural(data.toolUseIds?.length ?? 0, 'call'),
  'permission.requested': data => join(line(data.toolName), gist(data.input)),
  'permission.denied': data => join(line(data.toolName), gist(data.input), line(data.reason)),
  'agent.started': data => line(data.agentType),
  'agent.updated': data => pairs(data),
  'agent.stopped': data => join(line(data.agentType), line(data.lastMessage)),
  'agent.state_changed': data => join(stateWords(data.state), line(data.currentTool)),
  'turn.completed': data => line(data.lastMessage),
  'turn.failed': data => join(line(data.error), line(data.errorDetails ?? data.lastMessage)),
  'message.user': data => line(data.text),
  'message.assistant': data => line(data.text),
  'message.displayed': data => line(data.delta),
  'task.created': data => line(data.subject),
  'task.completed': data => line(data.subject),
  'model.switched': data => join(line(data.from), line(data.to)),
  'cwd.changed': data => line(data.newCwd),
  'usage.updated': data => join(`${count(data.input)} in`, `${count(data.output)} out`),
  'system.started': data => `hookline ${line(data.version)}`,
  'system.error': data => line(data.message),
};

/** What an event is about, in one line. */
export function summary({ type, data }) {
  const words = Object.hasOwn(WORDS, type) ? WORDS[type](data) : '';
  if (words !== '') return words;
  const { path, message, reason, hook_event_name: _name, session_id: _session, ...rest } = data;
  return line(path ?? message ?? reason ?? (Object.keys(rest).length > 0 ? rest : ''));
}

/** `bad` for what went wrong, `wait` for what waits for the user, `quiet` for what only follows from others, else `plain`. */
export function tone({ type, data }) {
  if (type === 'tool.result' && data.success === false) return 'bad';
  if (['turn.failed', 'permission.denied', 'system.error', 'system.gap'].includes(type)) return 'bad';
  if (['permission.requested', 'elicitation.requested', 'session.notification'].includes(type)) return 'wait';
  if (['agent.state_changed', 'usage.updated', 'tool.batch'].includes(type)) return 'quiet';
  return 'plain';
}

const STATES = {
  working: 'Working',
  tool_running: 'Running a tool',
  waiting_permission: 'Needs permission',
  waiting_input: 'Needs an answer',
  idle: 'Idle',
  offline: 'Offline',
};

/** A state in words. */
export const stateWords = state => STATES[state] ?? line(state);

/** Milliseconds as `840 ms`, `4.1 s`, `12 min`, `3 h` or `2 d`. */
export function duration(ms) {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 86_400_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} d`;
}

/** How long ago, in whole units that do not jitter. */
export const ago = ms =>
  ms < 2000
    ? 'just now'
    : `${duration(ms < 10_000 ? Math.floor(ms / 1000) * 1000 : ms).replace('.0', '')} ago`;

const twoDigits = value => String(value).padStart(2, '0');

/** A clock time in the reader's own time zone. */
export function clock(timestamp) {
  const at = new Date(timestamp);
  return Number.isNaN(at.getTime())
    ? '--:--:--'
    : [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(':');
}

export const plural = (number, word) => `${count(number)} ${word}${number === 1 ? '' : 's'}`;

/** A number with thin spaces between its thousands. */
export const count = value =>
  typeof value === 'number' ? String(value).replace(/\B(?=(\d{3})+$)/g, ' ') : '0';

/** The last part of a path, which is what people call a project. */
export const baseName = path => path.split(/[/\\]/).filter(Boolean).at(-1) ?? path;
