// What a search of the page asks for, and which field of an event it shows.
import { expect, it } from 'vitest';
import { excerpt } from '../../public/search/found.ts';
import { queryOf } from '../../public/search/query.ts';
import { splitWords } from '../../src/protocol/index.ts';

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
