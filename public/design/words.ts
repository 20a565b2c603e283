// Says in a few words what an event is about and what somebody is doing. The words are data: show them as text.

import type { EventEnvelope } from '../../src/protocol/index.ts';
import { sentPrompt } from '../../src/protocol/sent-prompt.ts';
import { TELLING } from '../../src/protocol/summary.ts';
import { type Alarm, alarmOf } from '../../src/protocol/tone.ts';
import { endWords, modeWords } from './client-words.ts';
import { cost, count, duration, money, plural } from './format.ts';
import { field, own } from './lookup.ts';
import { join, line, prose, textOf } from './text.ts';

/** The part of an event that words are made of. */
export type Told = Pick<EventEnvelope, 'type' | 'data'>;

type Data = EventEnvelope['data'];

/** The one field of a tool's input that says most, whole. */
export function telling(input: unknown): string {
  if (typeof input !== 'object' || input === null) return textOf(input);
  const asked = field(field(field(input, 'questions'), '0'), 'question');
  const key = TELLING.find(name => typeof field(input, name) === 'string');
  const said = key === undefined ? asked : field(input, key);
  return textOf(said ?? Object.values(input).find(value => typeof value === 'string'));
}

/** The same in a line. */
export const gist = (input: unknown): string => line(telling(input));

/** Fields one after the other: `version 2.1.329 · gitBranch main`. */
const pairs = ({ cwd: _, recovered: __, ...data }: Data): string =>
  line(
    Object.entries(data)
      .map(([name, value]) => `${name} ${(name === 'permissionMode' && modeWords(value)) || line(value)}`)
      .join(' · '),
  );

/** Whether a prompt is no prompt: the client puts the news of a background task where the user's words would be. */
export const isNews = (prompt: unknown): prompt is string =>
  typeof prompt === 'string' && prompt.startsWith('<task-notification>');

/** A prompt as its reader means it: of one that somebody sent, who, and what they wrote. */
export function promptText(prompt: unknown): unknown {
  const sent = typeof prompt === 'string' ? sentPrompt(prompt) : undefined;
  return sent ? `${sent.from}: ${sent.text}` : prompt;
}

/** A prompt in a line; the news of a background task without what surrounds them. */
export function promptLine(prompt: unknown): string {
  return isNews(prompt)
    ? line(/<summary>([^<]*)/.exec(prompt)?.[1] ?? 'A task in the background has news')
    : prose(promptText(prompt));
}

const ERROR_TAG = 'tool_use_error';

/** What went wrong, without the tags that the client puts around it for the model; any other text as it is. */
export function errorText(error: unknown): string {
  const text = textOf(error);
  if (!text.startsWith(`<${ERROR_TAG}>`)) return text;
  return text.replace(`<${ERROR_TAG}>`, '').replace(`</${ERROR_TAG}>`, '').trim();
}

/** What a message says, or, without a word, what it consists of. */
const messageWords = ({ text, blocks }: Data): string =>
  promptLine(text) ||
  (Array.isArray(blocks)
    ? line(blocks.map(one => field(one, 'name') ?? field(one, 'type') ?? '').join(', '))
    : '');

const dollars = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

const PERIODS: Readonly<Record<string, string>> = {
  session: 'the session',
  day: 'the day',
  '5h': 'these five hours',
};

/** `~$5.02 of $5.00 for the session`, `$20.40 of $20.00 for the day, in **\/shop`. */
export function budgetWords({ per, project, usd, spentUsd, estimated }: Data): string {
  const spent = dollars(spentUsd);
  const words = cost(estimated === true ? { costEstimateUsd: spent } : { costUsd: spent });
  const what = `${words} of ${money(dollars(usd) ?? 0)} for ${own(PERIODS, per) ?? line(per)}`;
  return project === undefined ? what : `${what}, in ${line(project, 60)}`;
}

const WORDS: Readonly<Record<string, (data: Data) => string>> = {
  'session.discovered': data => join(line(data.startedBy), line(data.cwd), line(data.model)),
  'session.updated': data => pairs(data),
  'session.removed': data => endWords(data.reason),
  'session.notification': data => line(data.message),
  'prompt.submitted': data => promptLine(data.prompt),
  'prompt.expanded': data => line(data.prompt),
  'tool.use': data => join(line(data.toolName), gist(data.input)),
  'tool.result': data => join(line(data.toolName), outcome(data)),
  'tool.batch': data => plural(Array.isArray(data.toolUseIds) ? data.toolUseIds.length : 0, 'call'),
  'skill.command': data => join(line(data.commandName), gist(data.input)),
  'permission.requested': data => join(line(data.toolName), gist(data.input)),
  'permission.denied': data => join(line(data.toolName), gist(data.input), line(data.reason)),
  'agent.started': data => line(data.agentType),
  'agent.updated': data => pairs(data),
  'agent.stopped': data => join(line(data.agentType), prose(data.lastMessage)),
  'agent.state_changed': data => join(stateWords(data.state), line(data.currentTool)),
  'turn.completed': data => prose(data.lastMessage),
  'turn.failed': data => join(line(data.error), prose(data.errorDetails ?? data.lastMessage)),
  'message.user': data => messageWords(data),
  'message.assistant': data => messageWords(data),
  'message.displayed': data => line(data.delta),
  'task.created': data => line(data.subject),
  'task.completed': data => line(data.subject),
  'context.compacting': data => line(data.trigger),
  'context.compacted': data => line(data.trigger),
  'model.switched': data => join(line(data.from), line(data.to)),
  'cwd.changed': data => line(data.newCwd),
  'usage.updated': data =>
    join(
      `${count(data.input)} in`,
      `${count(data.output)} out`,
      cost({ costUsd: dollars(data.costUsd), costEstimateUsd: dollars(data.costEstimateUsd) }),
    ),
  'usage.budget_crossed': data => budgetWords(data),
  'alert.fired': data => join(line(data.title), line(data.text)),
  'alert.acknowledged': data => `by ${line(data.by)}`,
  'alert.closed': data => `${line(data.alertId, 5)} is over`,
  'alert.delivered': data => `to ${line(data.target)}`,
  'alert.undelivered': data => join(`to ${line(data.target)}`, line(data.reason)),
  'system.started': data => `hookline ${line(data.version)}`,
  'system.error': data => line(data.message),
  'system.node': data => `${line(data.name, 64)} is ${line(data.state)}`,
  'system.broker': data => join(`${line(data.label)} is ${line(data.state)}`, line(data.reason)),
};

/** What came of a tool call. */
export const outcome = ({ success, interrupted, durationMs, error }: Data): string =>
  join(
    success === false ? (interrupted ? 'interrupted' : 'failed') : 'ok',
    typeof durationMs === 'number' ? duration(durationMs) : '',
    line(errorText(error)),
  );

/** Fields that any event may carry: they say nothing about it. */
const EVERYWHERE = new Set([
  'hook_event_name',
  'session_id',
  'transcript_path',
  'cwd',
  'promptId',
  'permissionMode',
  'recovered',
  'node',
]);

/** From whom to whom, and what. */
const inboxWords = ({ from, name, message: text, type, reason, path }: Data): string =>
  join(`${line(from, 60)} → ${line(name, 60)}`, line(text ?? type ?? reason ?? path));

/** What an event is about, in one line. */
export function summary({ type, data }: Told): string {
  const words = (type.startsWith('inbox.') ? inboxWords : own(WORDS, type))?.(data);
  if (words) return words;
  const { path, message, reason, ...rest } = data;
  const rare = Object.fromEntries(Object.entries(rest).filter(([name]) => !EVERYWHERE.has(name)));
  return line(path ?? message ?? reason ?? (Object.keys(rare).length > 0 ? rare : ''));
}

export type Tone = Alarm | 'quiet' | 'plain';

/** `bad` for what went wrong, `wait` for what waits for the user, `quiet` for what only follows from others, else `plain`. */
export function tone({ type, data }: Told): Tone {
  const alarm = alarmOf(type, data.success === false);
  if (alarm !== undefined) return alarm;
  if (['agent.state_changed', 'usage.updated', 'tool.batch', 'message.user'].includes(type)) return 'quiet';
  if (type === 'message.assistant' && !data.text) return 'quiet';
  return 'plain';
}

const STATES: Readonly<Record<string, string>> = {
  working: 'Working',
  tool_running: 'Running a tool',
  waiting_permission: 'Needs permission',
  waiting_input: 'Needs an answer',
  idle: 'Idle',
  offline: 'Offline',
};

/** A state in words. */
export const stateWords = (state: unknown): string => own(STATES, state) ?? line(state);
