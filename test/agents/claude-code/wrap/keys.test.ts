// What a terminal sends is taken apart: what somebody typed, and what the terminal says by itself.
import { expect, it } from 'vitest';
import { Keys } from '../../../../src/agents/claude-code/wrap/keys.ts';

const kindsOf = (...pieces: string[]): string[] => {
  const keys = new Keys();
  return pieces.flatMap(piece => keys.take(piece)).map(({ kind }) => kind);
};

it.each([
  ['words', 'hello', ['text']],
  ['words and Enter', 'hello\r', ['text', 'enter']],
  ['backspace', '\x7f\x08', ['back', 'back']],
  [
    'Ctrl-J, Alt-Enter and Shift-Enter, which begin a new line',
    '\n\x1b\r\x1b[13;2u',
    ['text', 'text', 'text'],
  ],
  ['Enter in the form of kitty', '\x1b[13u\x1b[13;1:1u\x1bOM', ['enter', 'enter', 'enter']],
  [
    'Ctrl-U, Ctrl-W, Alt-backspace and Delete',
    '\x15\x17\x1b\x7f\x1b[3~',
    ['erase', 'erase', 'erase', 'erase'],
  ],
  ['arrows, Tab, Ctrl-R and Shift-Tab', '\x1b[A\x1bOB\t\x12\x1b[Z', Array(5).fill('other')],
  ['a paste with a line end', '\x1b[200~one\rtwo\x1b[201~', ['text']],
  ['focus, the mouse, old and new', '\x1b[I\x1b[O\x1b[<35;10;20M\x1b[M !!', Array(4).fill('report')],
  [
    'answers to questions',
    '\x1b[?1;2c\x1b[12;40R\x1b]11;rgb:0/0/0\x07\x1bP>|tmux\x1b\\\x1b[?0u',
    Array(5).fill('report'),
  ],
  ['a key that is let go', '\x1b[97;1:3u', ['report']],
  ['a letter, and one with Ctrl, in the form of kitty', '\x1b[97u\x1b[114;5u', ['text', 'other']],
  ['Escape once and twice', '\x1b', ['erase']],
])('%s', (_, input, kinds) => {
  expect(kindsOf(input)).toEqual(kinds);
});

it('however it is cut into pieces', () => {
  const input = 'ab\x1b[200~pa\x1bste\x1b[201~\x1b[<0;1;1M\x1b]11;rgb:0\x1b\\\x1b[13;2u\r';
  for (let at = 1; at < input.length; at++) {
    // A lone Escape at the end of a piece is the key.
    if (input[at - 1] === '\x1b' && !/200~p/.test(input.slice(0, at).slice(-8))) continue;
    const kinds = kindsOf(input.slice(0, at), input.slice(at));
    expect(kinds.filter((kind, index) => kind !== 'text' || kinds[index - 1] !== 'text')).toEqual([
      ...['text', 'report', 'report', 'text', 'enter'],
    ]);
  }
});

it('knows what the client has to get at once', () => {
  const urgent = (input: string): unknown[] => new Keys().take(input).map(({ isUrgent }) => isUrgent);
  expect(urgent('\x03')).toEqual([true]);
  expect(urgent('\x1b[99;5u')).toEqual([true]);
  expect(urgent('\x1b')).toEqual([true]);
  expect(urgent('\x1b\x1b')).toEqual([true]);
  expect(urgent('c\r')).toEqual([undefined, undefined]);
});
