// JSON that has more in it than anybody sends: it is cut down before it is parsed, and says by how much.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/sanitize/bounded-json.ts';

/** Long enough to be looked at before it is parsed. */
const PAD = `"pad":"${'x'.repeat(70_000)}"`;
const parsed = (json: string): Record<string, unknown> => parseJson(json) as Record<string, unknown>;
const list = (item: string, count: number): string => `[${Array<string>(count).fill(item).join(',')}]`;

test('whatever JSON it is, it is parsed as it stands', () => {
  fc.assert(
    fc.property(fc.json(), fc.boolean(), (json, spaced) => {
      const value: unknown = JSON.parse(json);
      const text = spaced ? JSON.stringify(value, null, 2) : json;
      expect(parsed(`{${PAD},"v":${text},"end":1}`)).toEqual({ ...JSON.parse(`{${PAD}}`), v: value, end: 1 });
    }),
    { numRuns: 300 },
  );
});

test.each(['{"a":"]}[{,\\"\\\\","b":[1,{"c":"\\\\"}],"\\"":","}', '"\\\\\\""', '[[],{},"",0,null]'])(
  'brackets, commas and quotes in strings mean nothing: %s',
  json => {
    expect(parsed(`{${PAD},"v":${json}}`)['v']).toEqual(JSON.parse(json));
  },
);

test.each(['{', `{${PAD}`, `{${PAD},"a":}`, `[${'['.repeat(200_000)}`, `{${PAD},"a":"`])(
  'what is no JSON is refused as such',
  json => {
    expect(() => parseJson(json)).toThrow(SyntaxError);
  },
);

describe('the rest is left out, and its number noted', () => {
  test('of the items of a list', () => {
    const { v, id } = parsed(`{"v":${list('0', 300_000)},"id":"t"}`);
    const items = v as unknown[];
    const last = String(items.at(-1));
    expect(last).toMatch(/^\[dropped \d+ items\]$/);
    expect(items.length - 1 + Number(/\d+/.exec(last)?.[0])).toBe(300_000);
    expect(id).toBe('t');
  });

  test('of the keys of an object', () => {
    const members = Array.from({ length: 500_000 }, (_, index) => `"key_${index}":"value_${index}"`);
    const { v, id } = parsed(`{"v":{${members.join(',')}},"id":"t"}`);
    const { '[dropped]': note, ...kept } = v as Record<string, unknown>;
    expect(Object.keys(kept).length + Number(/^\[dropped (\d+) keys\]$/.exec(String(note))?.[1])).toBe(
      500_000,
    );
    expect(id).toBe('t');
  });

  test('also where each item is a whole list of them', () => {
    const { v } = parsed(`{"v":${list(list('[]', 10), 100_000)},"id":"t"}`);
    const items = v as unknown[];
    expect(items.length - 1 + Number(/\d+/.exec(String(items.at(-1)))?.[0])).toBe(100_000);
  });

  test('of a payload itself: the fields after it are kept as long as they are short', () => {
    const { tool_input, ...rest } = parsed(
      `{"session_id":"s","tool_input":${list('{}', 100_000)},"tool_use_id":"t","tool_response":${list('1', 2000)},"hook_event_name":"Stop"}`,
    );
    expect(rest).toEqual({
      session_id: 's',
      tool_use_id: 't',
      hook_event_name: 'Stop',
      '[dropped]': '[dropped 1 keys]',
    });
    expect((tool_input as unknown[]).length).toBeLessThan(100_000);
  });

  test('of text: as much as trimming leaves of it counts', () => {
    const long = JSON.stringify('x'.repeat(1_000_000));
    expect((parsed(`{"v":${list(long, 15)}}`)['v'] as string[]).map(text => text.length)).toEqual(
      Array<number>(15).fill(1_000_000),
    );
    const short = parsed(`{"v":${list(JSON.stringify('y'.repeat(1000)), 10_000)}}`)['v'] as string[];
    expect(short.length - 1 + Number(/\d+/.exec(short.at(-1) ?? '')?.[0])).toBe(10_000);
    expect(short.length).toBeGreaterThan(1000);
  });
});

test.each([
  ['lists', '[', ']'],
  ['objects', '{"a":', '}'],
])('%s a million deep cost nothing, and leave what is beside them', (_, open, close) => {
  const { deep, id } = parsed(`{"deep":${open.repeat(1_000_000)}1${close.repeat(1_000_000)},"id":"t"}`);
  expect(JSON.stringify(deep).length).toBeLessThan(2000);
  expect(id).toBe('t');
});
