// What is about to be allowed, to the last character, and how it ended, in words.
import { expect, it } from 'vitest';
import { exposed } from '../../../public/approvals/exposed.ts';
import { endWords, leftWords, refusalWords } from '../../../public/approvals/words.ts';
import { ApiError } from '../../../public/live/api.ts';

it.each([
  ['plain text\tin\ntwo lines', 'plain text\tin\ntwo lines'],
  ['a\u202eb\u2066c', 'a‹202E›b‹2066›c'],
  ['a\u200bb\u00adc\ufeffd', 'a‹200B›b‹00AD›c‹FEFF›d'],
  ['a\u00a0b\u3000c\u2028d', 'a‹00A0›b‹3000›c‹2028›d'],
  ['a\u3164b\u2800c', 'a‹3164›b‹2800›c'],
  ['a\u{e0041}b\u{e0100}c\ufe01d', 'a‹E0041›b‹E0100›c‹FE01›d'],
  ['a\u001b[2Jb\rc\u007fd\u0085e', 'a␛[2Jb␍c␡d‹0085›e'],
  ['half \ud800 of one', 'half ‹D800› of one'],
  ['an emoji ⚠\ufe0f is one, é, 日本', 'an emoji ⚠\ufe0f is one, é, 日本'],
])('%j is shown as %j', (text, shown) => expect(exposed(text)).toBe(shown));

const end = { outcome: 'allowed', by: 'page', message: '', here: false };
it.each([
  [{ here: true }, 'Allowed by you, here'],
  [{}, 'Allowed on another page'],
  [{ by: 'main token' }, 'Allowed with the main token'],
  [{ outcome: 'denied', by: 'phone', message: 'No.' }, 'Denied by phone: No.'],
  [{ outcome: 'answered_elsewhere', by: 'terminal' }, 'Answered at its terminal'],
  [{ outcome: 'policy', by: 'rule 2', message: 'deny: no' }, 'Answered by rule 2: deny: no'],
  [{ outcome: 'timed_out' }, 'Only its terminal can answer it now: nobody did in time'],
])('%j reads %s', (fields, words) => expect(endWords({ ...end, ...fields })).toBe(words));

it('how long is left is never more than there is a word for', () => {
  expect([61_000, 41_001, 900, 0, -5].map(leftWords)).toEqual([
    ...['1 min left', '42 s left', '1 s left'],
    ...['time is up', 'time is up'],
  ]);
});

it('says of an answer that was not taken what is known, and no more', () => {
  expect(refusalWords(new ApiError(0, 'x'))).toContain('has not said');
  expect(refusalWords(new DOMException('late', 'TimeoutError'))).toContain('has not said');
  expect(refusalWords(new ApiError(409, 'the request was answered already: denied by phone'))).toBe(
    'Not answered: the request was answered already: denied by phone.',
  );
  expect(refusalWords(new ApiError(404, 'x'))).toContain('its terminal can');
});
