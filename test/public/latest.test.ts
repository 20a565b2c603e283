// The last things on the board: what says something, and each sentence once.
import { expect, it } from 'vitest';
import { newest } from '../../public/board/latest.ts';
import type { EventEntry, NoteEntry } from '../../public/live/entry.ts';

const entry = (seq: number, type: string, text: string, more: Partial<EventEntry> = {}): EventEntry => ({
  seq,
  at: 0,
  type,
  sessionId: 's1',
  agentId: undefined,
  tone: 'plain',
  text,
  part: { kind: 'line', key: '' },
  ...more,
});
const away: NoteEntry = { at: 0, note: { kind: 'away', from: 0, to: 0, missed: 0 } };

it('a sentence that the turn and its last message both have is there once', () => {
  const shown = newest([
    entry(1, 'prompt.submitted', 'Fix the till'),
    entry(2, 'message.assistant', 'Done.'),
    entry(3, 'tool.use', 'Bash · npm test'),
    entry(4, 'tool.use', 'Bash · npm test'),
    entry(5, 'turn.completed', 'Done.'),
    entry(6, 'turn.completed', 'Done.', { sessionId: 's2' }),
    entry(7, 'usage.updated', '5 in', { tone: 'quiet' }),
    entry(10, 'agent.updated', 'Review the changes', { part: { kind: 'detail', key: '' } }),
    away,
    entry(8, 'turn.completed', ''),
    entry(9, 'turn.completed', ''),
  ]);
  expect(shown.map(({ seq }) => seq)).toEqual([9, 8, 6, 5, 4, 3, 1]);
});

it('ten are enough', () => {
  expect(newest(Array.from({ length: 30 }, (_, seq) => entry(seq, 'tool.use', 'x')))).toHaveLength(10);
});
