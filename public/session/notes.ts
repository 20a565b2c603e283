// What happens around the work, as a line between the words: a session's beginning and end, compactions, questions.
import type { EventEnvelope } from '../../src/protocol/index.ts';
import { endWords } from '../design/client-words.ts';
import { own } from '../design/lookup.ts';
import { baseName, line, prose } from '../design/text.ts';
import { gist } from '../design/words.ts';

/** What a note says; `wait` when somebody is waited for. */
export interface Note {
  readonly words: string;
  readonly tone: 'plain' | 'wait';
}

const plain = (words: string): Note => ({ words, tone: 'plain' });
const wait = (words: string): Note => ({ words, tone: 'wait' });

const STARTS: Readonly<Record<string, string>> = {
  startup: 'The session started',
  resume: 'The session was resumed',
  clear: 'The session started after /clear',
  compact: 'The session went on after a compaction',
  fork: 'The session was forked from another',
};

const NOTES: Readonly<Record<string, (data: EventEnvelope['data']) => Note | undefined>> = {
  'session.discovered': ({ startedBy }) =>
    plain(own(STARTS, startedBy) ?? 'The session was seen for the first time'),
  'session.removed': ({ reason }) =>
    plain(
      reason === 'process_exited'
        ? 'Its process ended without a word'
        : `The session ended${endWords(reason) === '' ? '' : `: ${endWords(reason)}`}`,
    ),
  'session.notification': ({ message, notificationType }) =>
    notificationType === 'permission_prompt' ? undefined : wait(prose(message)),
  'context.compacted': () => plain('The conversation was compacted'),
  'model.switched': ({ to }) => plain(`Now with ${line(to, 60)}`),
  'cwd.changed': ({ newCwd }) => plain(`Moved to ${line(baseName(line(newCwd)), 60)}`),
  'elicitation.requested': ({ serverName, message }) =>
    wait(`${line(serverName, 60)} asks: ${prose(message)}`),
  'elicitation.answered': ({ action }) => plain(`Answered: ${line(action, 40)}`),
  'prompt.expanded': ({ prompt }) => plain(`Command ${line(prompt, 200)}`),
  'skill.command': ({ commandName, input }) => plain(`${line(commandName, 60)} runs ${gist(input)}`),
  'task.created': ({ subject }) => plain(`Task: ${line(subject, 200)}`),
  'task.completed': ({ subject }) => plain(`Task done: ${line(subject, 200)}`),
  'worktree.removed': ({ path }) => plain(`Worktree removed: ${line(path, 200)}`),
  'directory.added': ({ path }) => plain(`May use ${line(path, 200)} too`),
};

/** A note about an event; undefined when there is nothing to say. */
export function noteOf({ type, data }: EventEnvelope): Note | undefined {
  return own(NOTES, type)?.(data);
}
