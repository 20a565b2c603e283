// What happens around the work, as a line of the document: a beginning, an end, a compaction, a question.
import type { EventEnvelope } from '../../protocol/index.ts';
import { gist } from '../../protocol/index.ts';
import { own } from '../lookup.ts';

type Data = EventEnvelope['data'];

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const NOTES: Readonly<Record<string, (data: Data) => string>> = {
  'session.discovered': ({ startedBy }) =>
    `Session started (${text(startedBy) || 'seen for the first time'})`,
  'session.removed': ({ reason }) => `Session ended (${text(reason) || 'nobody said why'})`,
  'context.compacted': () => 'The conversation was compacted',
  'model.switched': ({ to }) => `Now with ${text(to)}`,
  'cwd.changed': ({ newCwd }) => `Moved to ${text(newCwd)}`,
  'permission.requested': ({ toolName, input }) => `Asked for permission: ${text(toolName)} ${gist(input)}`,
  'permission.denied': ({ toolName, input, reason }) =>
    `Refused: ${text(toolName)} ${gist(input)} ${text(reason)}`,
  'permission.resolved': ({ outcome, by }) => `Answered: ${text(outcome)} ${text(by)}`,
  'elicitation.requested': ({ serverName, message }) => `${text(serverName)} asks: ${text(message)}`,
  'elicitation.answered': ({ action }) => `Answered: ${text(action)}`,
  'skill.command': ({ commandName, input }) => `${text(commandName)} runs ${gist(input)}`,
};

export const isNote = ({ type }: Pick<EventEnvelope, 'type'>): boolean => Object.hasOwn(NOTES, type);

/** The words of an event that is a note. */
export const noteWords = ({ type, data }: EventEnvelope): string => (own(NOTES, type)?.(data) ?? '').trim();
