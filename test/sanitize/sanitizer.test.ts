// What is stored of long strings, edited files and images, and that cleaning is done once and for all.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeSanitizer } from '../../src/sanitize/sanitizer.ts';
import { TRIM_OVER, trimText } from '../../src/sanitize/trim.ts';
import { recordedPayloads } from '../support/fixtures.ts';

const clean = makeSanitizer();
const bytes = (text: string): number => Buffer.byteLength(text);

describe('a long string', () => {
  test('of exactly 64 KiB is kept whole, one byte more is not', () => {
    expect(trimText('a'.repeat(TRIM_OVER))).toHaveLength(TRIM_OVER);
    expect(trimText('a'.repeat(TRIM_OVER + 1))).toContain('[trimmed ');
  });

  test('keeps its head and tail and says how much is missing', () => {
    const text = `head${'.'.repeat(200_000)}tail`;
    const match = /^(head\.+)\[trimmed (\d+) bytes\](\.+tail)$/.exec(trimText(text));
    expect(match).not.toBeNull();
    const [, head = '', trimmed = '', tail = ''] = match ?? [];
    expect(head.length + Number(trimmed) + tail.length).toBe(text.length);
    expect(bytes(trimText(text))).toBeLessThanOrEqual(TRIM_OVER);
  });

  test.each(['€', '𝄞', 'é', 'a𝄞', 'ab𝄞', 'abc𝄞'])('of %s is never cut inside a character', unit => {
    const short = trimText(unit.repeat(40_000));
    expect(short).toContain('[trimmed ');
    expect(Buffer.from(short).toString()).toBe(short);
    expect(bytes(short)).toBeLessThanOrEqual(TRIM_OVER);
  });

  test('with a secret where it is cut keeps no half of it', () => {
    const secret = ['gh', 'p_', 'AbCdEfGh1jKlMnOpQrStUvWxYz0123456789'].join('');
    const kept = 31 * 1024;
    for (let before = kept - secret.length; before <= kept; before++) {
      const text = `${'.'.repeat(before)}${secret}${'.'.repeat(100_000)}`;
      expect(clean(text)).not.toContain(secret.slice(0, 5));
      const atTheTail = `${'.'.repeat(100_000)}${secret}${'.'.repeat(before)}`;
      expect(clean(atTheTail)).not.toContain(secret.slice(-5));
    }
  });
});

describe('what nobody reads', () => {
  test('the file before an edit is dropped from a response, and only there', () => {
    const edit = {
      tool_input: { originalFile: 'a.txt' },
      tool_response: { originalFile: 'line1\nlïne2\n', newString: 'x' },
    };
    expect(clean(edit)).toEqual({
      tool_input: { originalFile: 'a.txt' },
      tool_response: { originalFile: '[dropped 13 bytes]', newString: 'x' },
    });
    const created = { tool_response: { originalFile: null } };
    expect(clean(created)).toBe(created);
  });

  test.each([
    [
      'a content block',
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0K' } },
    ],
    ['an MCP content block', { type: 'image', mimeType: 'image/png', data: 'iVBORw0K' }],
    ['an image that was read', { type: 'image', file: { base64: 'iVBORw0K', type: 'image/png' } }],
    ['an image that a command printed', { stdout: 'iVBORw0K', isImage: true }],
    ['an image in a URL', { html: '<img src="data:image/png;base64,iVBORw0K">' }],
  ])('%s is dropped with its size noted', (_, value) => {
    const cleaned = JSON.stringify(clean({ tool_response: [value] }));
    expect(cleaned).not.toContain('iVBORw0K');
    expect(cleaned).toContain('[dropped 8 bytes]');
  });

  test('other data is no image', () => {
    const value = { type: 'text', data: 'iVBORw0K', source: { data: 'x' }, stdout: 'y', isImage: false };
    expect(clean(value)).toBe(value);
    const linked = { type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } };
    expect(clean(linked)).toBe(linked);
  });

  test('stays when trimming is off', () => {
    const value = { tool_response: { originalFile: 'x', text: 'a'.repeat(100_000) } };
    expect(makeSanitizer({ trim: false })(value)).toBe(value);
  });
});

describe('cleaning', () => {
  test('gives back a recorded payload as it was, the file before an edit apart', () => {
    for (const payload of recordedPayloads('session-subagents')) {
      const cleaned = clean(payload);
      if (JSON.stringify(payload).includes('"originalFile":"')) expect(cleaned).not.toBe(payload);
      else expect(cleaned).toBe(payload);
    }
  });

  test('never changes what it was given', () => {
    const value = { tool_response: { originalFile: 'abc', list: [{ token: '0123456789abcdef'.repeat(4) }] } };
    const before = structuredClone(value);
    clean(value);
    expect(value).toEqual(before);
  });

  test('twice is the same as once, whatever it is given', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        ['gh', 'p_', 'AbCdEfGh1jKlMnOpQrStUvWxYz0123456789'].join(''),
        ['sk-', 'ant-api03-AbCdEfGh1jKlMnOpQrStUvWxYz'].join(''),
        'Authorization: Bearer abc123def456',
        'postgres://u:p@h',
        `token=${'0123456789abcdef'.repeat(4)}`,
        '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\n-----END PRIVATE KEY-----',
        'data:image/png;base64,iVBORw0K',
        '[redacted:jwt:00000000]',
        '.'.repeat(33_000),
        '𝄞'.repeat(9000),
      ),
    );
    const text = fc.array(piece, { maxLength: 6 }).map(pieces => pieces.join(''));
    const value = fc.letrec(tie => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.jsonValue(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(
            'tool_response',
            'originalFile',
            'type',
            'data',
            'source',
            'Authorization',
            'value',
            'name',
            'x',
          ),
          fc.oneof(tie('value'), fc.constantFrom('image', 'base64', 'Authorization')),
        ),
      ),
    })).value;
    fc.assert(
      fc.property(value, json => {
        const once = clean(json);
        expect(clean(once)).toBe(once);
      }),
      { numRuns: 300 },
    );
  });

  test('keeps every key, also one that is called like what every object has', () => {
    const key = fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf', 'x');
    const { value } = fc.letrec<{ value: string }>(tie => ({
      // As text, for only a parser makes an own `__proto__`.
      value: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.constantFrom('1', '"text"', '"postgres://u:hunter2@h"', 'null'),
        fc
          .uniqueArray(fc.tuple(key, tie('value')), { selector: ([name]) => name, maxLength: 4 })
          .map(members => `{${members.map(([name, one]) => `${JSON.stringify(name)}:${one}`).join(',')}}`),
        fc.array(tie('value'), { maxLength: 3 }).map(items => `[${items.join(',')}]`),
      ),
    }));
    fc.assert(
      fc.property(value, json => {
        const cleaned = clean(JSON.parse(json) as unknown);
        expect(JSON.stringify(cleaned).replaceAll(/\[redacted:url-password:[0-9a-f]{8}\]/g, 'hunter2')).toBe(
          json,
        );
        expect(clean(cleaned)).toBe(cleaned);
        expect(Object.getPrototypeOf({})).toBe(Object.prototype);
      }),
      { numRuns: 500 },
    );
  });
});
