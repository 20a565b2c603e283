// How words are compared: what counts as the same letter, and what a query is split into.
import { expect, it } from 'vitest';
import { fold, splitWords } from '../../src/protocol/index.ts';

it('splits at any white space, folds case, and keeps each word once', () => {
  expect(splitWords(' Make\tthe\n COFFEE\u00a0make\u2028x ')).toEqual(['make', 'the', 'coffee', 'x']);
  expect(splitWords(' \n ')).toEqual([]);
});

it('of all characters, none changes its length, and ASCII letters come from ASCII letters only', () => {
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const character = String.fromCodePoint(code);
    const folded = fold(character);
    if (folded.length !== character.length || (code > 0x7f && /[\0-\x7f]/.test(folded)))
      expect.unreachable(`U+${code.toString(16)} becomes ${folded}`);
    // A search relies on it: what has no other case is stored as it is searched for.
    if (folded !== character && folded === folded.toUpperCase() && folded === folded.toLowerCase())
      expect.unreachable(`U+${code.toString(16)} becomes ${folded}, which seems to have one case only`);
  }
});
