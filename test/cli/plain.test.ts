// Event data cannot drive the terminal it is shown on.
import { describe, expect, it } from 'vitest';
import { jsonLine, plain, plainShort } from '../../src/cli/text/plain.ts';
import { cpuMs } from '../support/cpu.ts';

const ESC = '\u001b';

describe('plain', () => {
  it.each([
    ['colours', `${ESC}[1;31mred${ESC}[0m`, 'red'],
    ['cursor movement and erasing', `a${ESC}[2J${ESC}[1;1Hb${ESC}[?25l`, 'ab'],
    ['a title, ended by BEL', `${ESC}]0;owned\u0007x`, 'x'],
    ['a link, ended by ST', `${ESC}]8;;http://evil${ESC}\\click${ESC}]8;;${ESC}\\`, 'click'],
    ['clipboard access in C1 form', '\u009d52;c;ZXZpbA==\u009cx', 'x'],
    ['device control strings', `${ESC}P+q544e${ESC}\\x`, 'x'],
    ['C1 CSI', '\u009b31mred', 'red'],
    ['charset switches and resets', `${ESC}(0lqqk${ESC}(B${ESC}c`, 'lqqk'],
    ['a sequence inside a sequence', `${ESC}${ESC}[0m[31mred`, '[31mred'],
    ['an unfinished sequence keeps its text', `${ESC}]0;rm -rf`, '0;rm -rf'],
    ['line breaks, carriage returns and tabs', 'a\r\nb\tc\u2028d\u0085e', 'a b c d e'],
    ['backspace, bell, delete and nul', 'a\bb\u0007c\u007fd\u0000e', 'abcde'],
    ['bidi overrides and isolates', 'x\u202egpj.exe\u2066\u2069\u200e\u200f\u061c', 'xgpj.exe'],
    ['characters that hide', 'a\u200bb\u2060c\ufeffd\u00ade\u{e0041}', 'abcde'],
    ['nothing of an honest text', 'naïve 日本 👩‍💻 é — “ok”', 'naïve 日本 👩‍💻 é — “ok”'],
  ])('%s', (_, text, expected) => {
    expect(plain(text)).toBe(expected);
  });

  it('leaves no control character in a million random ones, and takes no time', () => {
    const alphabet = [ESC, '\u009d', '\u009b', '\u0090', '[', ']', ';', '0', 'm', '\\', '\u0007', 'x'];
    for (const start of alphabet) {
      const text = start.repeat(300_000);
      let result = '';
      const cost = cpuMs(() => {
        result = plain(text);
      });
      expect(cost).toBeLessThan(1_000);
      expect(result).not.toMatch(/\p{Cc}/u);
    }
    let seed = 7;
    const random = Array.from({ length: 300_000 }, () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return alphabet[seed % alphabet.length];
    }).join('');
    expect(plain(random)).not.toMatch(/\p{Cc}/u);
  });
});

describe('plainShort', () => {
  it('cuts by columns, marks the cut, and folds spaces', () => {
    expect(plainShort('a\n\n   b', 10)).toBe('a b');
    expect(plainShort('👩👩👩👩', 5)).toBe('👩👩…');
    expect(plainShort('x'.repeat(1_000_000), 5)).toBe('xxxx…');
    expect(plainShort(`${ESC}[31m`.repeat(1000), 5)).toBe('…');
  });
});

describe('jsonLine', () => {
  it('escapes what a terminal might act on and still means the same', () => {
    const value = { text: `${ESC}[31m\u007f\u009b\u202e\u2066\u2028\u{e0041}é👩‍💻` };
    const line = jsonLine(value);
    expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    expect(line).toContain('\\u202e');
    expect(JSON.parse(line)).toEqual(value);
  });
});
