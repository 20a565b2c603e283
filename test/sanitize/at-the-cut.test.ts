// Where a long string is cut: what is kept is cleaned, what is cut away costs nothing, and nothing that matters lies between.
import { describe, expect, test } from 'vitest';
import { makeSanitizer } from '../../src/sanitize/sanitizer.ts';
import { TRIM_OVER } from '../../src/sanitize/trim.ts';

const clean = makeSanitizer();
const KEPT = 31 * 1024;
const bytes = (text: string): number => Buffer.byteLength(text);
const mixed = 'AbCdEfGh1jKlMnOpQrStUvWxYz0123456789';
const hex = '0123456789abcdef'.repeat(4);
const join = (...parts: readonly string[]): string => parts.join('');

/** A secret with what shows that it is one, and the parts of it that must not be seen. */
const SECRETS: readonly (readonly [string, string])[] = [
  [join('gh', 'p_', mixed), mixed],
  [join('sk-', 'ant-api03-', mixed, mixed), mixed],
  ['postgres://admin:hunter2hunter2@db', 'hunter2hunter2'],
  [`HOOKLINE_TOKEN=${hex}`, hex],
  [`Authorization: Basic ${mixed}`, mixed],
  [`aws_secret_access_key = ${mixed}ABCD`, mixed],
  [join('bot110201543:AA', mixed), mixed],
  [`AKIA${'Z7Q2'.repeat(4)}`, 'Z7Q2'.repeat(4)],
  [`eyJhbGciOiJIUzI1NiJ9.${'eyJzdWIiOiIx'.repeat(200)}.${mixed}`, 'eyJzdWIiOiIx'.repeat(4)],
  [
    join('-----BEGIN PRIV', 'ATE KEY-----\n', `${mixed}\n`.repeat(100), '-----END PRIV', 'ATE KEY-----'),
    mixed,
  ],
];

describe.each(SECRETS)('%.24s…', (secret, hidden) => {
  const steps = Math.max(1, Math.floor(secret.length / 97));
  test('cut anywhere, at the head or the tail, shows no part of it', () => {
    for (let into = -12; into <= secret.length + 12; into += steps) {
      const rest = ' .'.repeat(60_000);
      const atHead = `${'. '.repeat(KEPT).slice(0, KEPT - into)}${secret}${rest}`;
      const atTail = `${rest}${secret}${' .'.repeat(KEPT).slice(0, KEPT - into)}`;
      for (const text of [atHead, atTail]) {
        const cleaned = clean(text);
        const shown = [hidden.slice(0, 12), hidden.slice(-12)].filter(part => cleaned.includes(part));
        expect({ into, shown, trimmed: cleaned.includes('[trimmed ') }).toEqual({
          into,
          shown: [],
          trimmed: true,
        });
        expect(clean(cleaned) === cleaned).toBe(true);
      }
    }
  });
});

test('what is said to be missing is what is missing, a secret at the cut or not', () => {
  const secret = join('gh', 'p_', mixed);
  for (const text of ['x€'.repeat(100_000), `${'. '.repeat(KEPT / 2 - 8)}${secret}${' .'.repeat(90_000)}`]) {
    const [, head = '', trimmed = '', tail = ''] =
      /^(.*)\[trimmed (\d+) bytes\](.*)$/s.exec(clean(text)) ?? [];
    const whole = head.replace(/\[redacted:[^\]]+\]/, secret);
    expect(bytes(whole) + Number(trimmed) + bytes(tail)).toBe(bytes(text));
    expect(text.startsWith(whole) && text.endsWith(tail)).toBe(true);
  }
});

test.each([
  ['https://u:p@h ', 60_000],
  ['https://u:p@h ', 5_000_000],
  ['authorization: bearer    a9', 65_000],
  ['data:image/png;base64,AAAA ', 64_000],
  ['data:image/png;base64,AAAA ', 5_000_000],
])('%s again and again, which gets longer by being cleaned, stays under 64 KiB', (unit, length) => {
  const cleaned = clean({ v: unit.repeat(length / unit.length) }).v;
  expect(bytes(cleaned)).toBeLessThanOrEqual(TRIM_OVER);
  expect(clean(cleaned) === cleaned).toBe(true);
  expect(/:p@|data:image.png;base64,AAAA|a9authorization/.test(cleaned)).toBe(false);
});

test('a page of a few words around a large image keeps its words', () => {
  const page = `<h1>before</h1><img src="data:image/png;base64,${'A'.repeat(3_000_000)}"><p>after</p>`;
  expect(clean(page)).toBe(
    '<h1>before</h1><img src="data:image/png;base64,[dropped 3000000 bytes]"><p>after</p>',
  );
});

test('fifteen megabytes of one image are no trouble', () => {
  expect(clean(`data:image/png;base64,${'A'.repeat(15_000_000)}`)).toBe(
    'data:image/png;base64,[dropped 15000000 bytes]',
  );
});

test('in steps it comes to the same', () => {
  const value = {
    list: Array.from({ length: 5000 }, (_, index) => ({ index, text: `https://u:p${index}@h` })),
  };
  const steps = clean.inSteps(value);
  let breaks = 0;
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) {
      expect(step.value).toEqual(clean(value));
      break;
    }
    breaks++;
  }
  expect(breaks).toBeGreaterThan(10);
});
