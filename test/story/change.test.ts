// What an edit changes, line by line, whichever tool makes it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeOf, isChange } from '../../src/story/change.ts';

const edit = (before: string, after: string): string | undefined =>
  changeOf('Edit', { file_path: '/w/till.ts', old_string: before, new_string: after });

describe('a change', () => {
  it('keeps the lines that stay, and tells what is taken away and put in', () => {
    expect(edit('a\nb\nc\nd', 'a\nB\nc\nd\ne')).toBe('  a\n- b\n+ B\n  c\n  d\n+ e');
    expect(edit('', 'a\nb')).toBe('+ a\n+ b');
    expect(edit('a', '')).toBe('- a');
    expect(edit('a\n', 'a')).toBe('  a\n- ');
  });

  it('is told of every tool that changes files, and of no other', () => {
    expect(changeOf('Write', { file_path: '/w/a', content: 'x\ny' })).toBe('+ x\n+ y');
    expect(changeOf('NotebookEdit', { notebook_path: '/w/a', new_source: 'x' })).toBe('+ x');
    const edits = [
      { old_string: 'a', new_string: 'b' },
      { old_string: 'c', new_string: 'c\nd' },
    ];
    expect(changeOf('MultiEdit', { file_path: '/w/a', edits })).toBe('- a\n+ b\n⋯\n  c\n+ d');
    const odd = [
      undefined,
      null,
      'x',
      {},
      { edits: [] },
      { edits: [null, 3] },
      { old_string: 1, new_string: 2 },
    ];
    expect(odd.map(input => changeOf('Edit', input))).toEqual(odd.map(() => undefined));
    expect(['Edit', 'Write', 'Bash', 'constructor', ''].map(isChange)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('gives back both texts, however large it is', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 })
      .map(lines => lines.join('\n'));
    const large = (seed: string): string =>
      Array.from({ length: 3000 }, (_, at) => `${seed} ${at % 7}`).join('\n');
    const half = (told: string, marks: string): string =>
      told
        .split('\n')
        .filter(one => marks.includes(one[0] ?? '') && one !== '')
        .map(one => one.slice(2))
        .join('\n');
    const holds = (before: string, after: string): void => {
      const told = edit(before, after) ?? '';
      expect([half(told, ' -'), half(told, ' +')]).toEqual([before, after]);
    };
    fc.assert(fc.property(text, text, holds));
    holds(large('a'), large('b'));
    holds(large('a'), large('a').replace('a 3', 'c'));
  });
});
