// Whether something is half written at a prompt, by the keys alone.
import { expect, it } from 'vitest';
import { Draft } from '../../../../src/agents/claude-code/wrap/draft.ts';
import { Keys } from '../../../../src/agents/claude-code/wrap/keys.ts';

/** The state after this was typed at an empty prompt. */
function after(input: string, atPrompt = true): string {
  const draft = new Draft();
  draft.settle();
  for (const key of new Keys().take(input)) draft.note(key, atPrompt);
  return draft.state;
}

it.each([
  ['nothing', '', 'empty'],
  ['a word', 'hello', 'draft'],
  ['a word, taken away letter by letter', `hello${'\x7f'.repeat(5)}`, 'empty'],
  ['a word, and not all of it taken away', `hello${'\x7f'.repeat(4)}`, 'draft'],
  ['an emoji, taken away', '😀\x7f', 'empty'],
  ['a paste, and a letter taken away: nobody counts', '\x1b[200~ab\x1b[201~\x7f', 'unsure'],
  ['a word, and then a move', 'hello\x1b[D', 'draft'],
  ['a word, a move, and letters taken away', 'ab\x1b[D\x7f\x7f', 'unsure'],
  ['a word, submitted', 'hello\r', 'unsure'],
  ['a word, submitted, and the next one begun', 'hello\rb', 'draft'],
  ['a word, and Ctrl-C', 'hello\x03', 'unsure'],
  ['a line of two, by Alt-Enter', 'hello\x1b\r', 'draft'],
  ['an arrow, which may bring what was said before', '\x1b[A', 'unsure'],
  ['backspace at the empty prompt', '\x7f', 'empty'],
  ['the mouse and the focus', '\x1b[I\x1b[<35;1;1M', 'empty'],
])('%s', (_, input, state) => {
  expect(after(input)).toBe(state);
});

it('a key that answers a dialog is no draft', () => {
  expect(after('1', false)).toBe('unsure');
});

it('knows nothing of what was there before', () => {
  expect(new Draft().state).toBe('unsure');
});
