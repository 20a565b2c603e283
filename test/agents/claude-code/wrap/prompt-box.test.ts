// The prompt on screens as Claude Code 2.1.332 drew them.
import { expect, it } from 'vitest';
import { type PromptBox, promptBoxIn, shows } from '../../../../src/agents/claude-code/wrap/prompt-box.ts';

const LINE = '─'.repeat(60);
const rows = (...lines: (string | [text: string, written: string])[]) =>
  lines.map(line =>
    typeof line === 'string' ? { text: line, written: line } : { text: line[0], written: line[1] },
  );
const box = (...inside: string[]): PromptBox => {
  const found = promptBoxIn(rows('● Good morning.', '', LINE, ...inside, LINE, '  ⏸ manual mode on'));
  if (found === undefined) throw new Error('no prompt');
  return found;
};

it('is empty, also with a suggestion in it that nobody wrote', () => {
  expect(box('❯ ')).toEqual({ text: '', isEmpty: true, footer: '⏸ manual mode on' });
  const suggested = promptBoxIn(rows(LINE, ['❯ Try "fix the tests"', '❯'], LINE, '  ⏸ manual mode on'));
  expect(suggested).toMatchObject({ isEmpty: true });
});

it('has what its user wrote, in one line or more', () => {
  expect(box('❯ hello')).toMatchObject({ text: 'hello', isEmpty: false });
  expect(box('❯ ', '  hello')).toMatchObject({ text: '\nhello', isEmpty: false });
});

it('may have a name in its border', () => {
  const found = promptBoxIn(rows('─── History 1/1 ───────', '❯ hello', LINE, '  ⏸ manual mode on'));
  expect(found).toMatchObject({ text: 'hello' });
});

it.each([
  [
    'a dialog',
    rows(
      '❯ RUN:ask',
      '',
      LINE,
      ' Bash command',
      ' touch x',
      ' Do you want to proceed?',
      ' ❯ 1. Yes',
      '   2. No',
      '',
      ' Esc to cancel',
    ),
  ],
  ['the shell of the client', rows(LINE, '! ls', LINE, '  ! for shell mode')],
  [
    'settings',
    rows(
      '● Good morning.',
      LINE,
      '  Settings  Status   Config',
      '',
      '  ❯ Auto-compact  on',
      '    Show tips  on',
    ),
  ],
  ['nothing', rows('', '')],
])('is not on a screen with %s', (_, screen) => {
  expect(promptBoxIn(screen)).toBeUndefined();
});

const pasted = `<cross-session-message from="hookline" from-name="hookline" msg="1">\n[hookline message id=1 from=ci via=cli]\nhello\nreply: x\n</cross-session-message>`;

it('shows a paste folded, with the number of its line ends', () => {
  expect(shows(box('❯ [Pasted text #3 +4 lines]'), pasted)).toBe(true);
  expect(shows(box('❯ [Pasted text #12 ', '  +4 lines]'), pasted)).toBe(true);
  expect(shows(box('❯ [Pasted text #3 +1 line]'), 'a\nb')).toBe(true);
  expect(shows(box('❯ [Pasted text #3 +5 lines]'), pasted)).toBe(false);
  expect(shows(box('❯ mine [Pasted text #3 +4 lines]'), pasted)).toBe(false);
  expect(shows(box('❯ [Image #1][Pasted text #2 +4 lines]'), pasted)).toBe(false);
});

it('shows a paste as it is, broken where the box ends, and without what is not seen', () => {
  expect(shows(box('❯ one two', '  three', '  \u2060four'), 'one two three\nfour')).toBe(true);
  expect(shows(box('❯ one two', '  three'), 'one two three\nfour')).toBe(false);
  expect(shows(box('❯ '), pasted)).toBe(false);
});
