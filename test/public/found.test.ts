// What a search marks: the words as the daemon compares them, and the field that holds them.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fold as daemonFold, splitWords as daemonWords } from '../../src/protocol/index.ts';
import { page } from './page.ts';

interface Found {
  fold(text: string): string;
  splitWords(query: string): string[];
  marked(text: string, words: string[]): (string | { text: string })[];
  excerpt(
    event: { data: object },
    shown: string,
    words: string[],
  ): { name: string; text: string } | undefined;
}
const { fold, splitWords, excerpt } = await page<Found>('search/found.js');
const { queryOf } = await page<{
  queryOf(params: URLSearchParams, now?: number): Record<string, string> | undefined;
}>('search/query.js');

it('compares as the daemon does', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      expect(fold(text)).toBe(daemonFold(text));
      expect(splitWords(text)).toEqual(daemonWords(text));
    }),
  );
  expect(splitWords('One  two ONE \u212a')).toEqual(['one', 'two', '\u212a']);
});

it('shows the field that holds what the line does not', () => {
  const data = { toolName: 'Write', input: { content: `${'a '.repeat(500)}Needle${' b'.repeat(500)}` } };
  const found = excerpt({ data }, 'tool.use Write', splitWords('write needle'));
  expect(found?.name).toBe('content');
  expect(found?.text).toContain('Needle');
  expect(found?.text.length).toBeLessThan(200);
  expect(excerpt({ data }, 'Write needle', splitWords('write needle'))).toBeUndefined();
  expect(excerpt({ data }, '', ['nowhere'])).toBeUndefined();
});

it('asks the daemon what the address says', () => {
  const asked = (query: string): unknown => queryOf(new URLSearchParams(query), 100_000_000);
  expect(asked('')).toBeUndefined();
  expect(asked('event=3')).toBeUndefined();
  expect(asked('q=a&topics=tool.* {a,b}.c&since=1h')).toMatchObject({
    q: 'a',
    topics: 'tool.*,{a,b}.c',
    since: '96400000',
  });
  expect(asked('until=2026-11-20T10:00')).toMatchObject({
    until: String(new Date('2026-11-20T10:00').getTime()),
  });
  expect(asked('since=nonsense')).toBeUndefined();
});
