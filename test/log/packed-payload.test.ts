// Payloads on the disk: what their event's data holds too is kept once, and comes back to the letter.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packPayload, unpackPayload } from '../../src/log/sqlite/packed-payload.ts';
import { cpuMs } from '../support/cpu.ts';

const packed = (payload: unknown, data: unknown): string =>
  packPayload(JSON.stringify(payload), JSON.stringify(data));
const output = 'Everything "passed", \\o/ and then some.\n'.repeat(20);

test('a long text that both hold is kept once', () => {
  const payload = { tool_name: 'Bash', tool_response: { stdout: output, stderr: '' } };
  const data = { response: { stdout: output, stderr: '' } };
  expect(packed(payload, data).length).toBeLessThan(100);
  expect(unpackPayload(packed(payload, data), JSON.stringify(data))).toBe(JSON.stringify(payload));
});

test('what the data does not hold stays', () => {
  const payload = { prompt: output };
  expect(packed(payload, { prompt: 'x' })).toBe(JSON.stringify(payload));
});

test('whatever the texts are, the payload comes back to the letter', () => {
  const piece = fc.constantFrom(
    '"',
    '\\',
    '\\"',
    '\u0001',
    '\u00011+2',
    '~',
    '😀',
    '\ud800',
    '\n',
    'a',
    `${'long '.repeat(12)}`,
  );
  const text = fc.array(piece, { maxLength: 30 }).map(pieces => pieces.join(''));
  const value = fc.letrec(tie => ({
    value: fc.oneof(
      text,
      fc.integer(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(text, tie('value'), { maxKeys: 3 }),
    ),
  })).value;
  fc.assert(
    fc.property(
      fc.dictionary(text, value),
      fc.dictionary(text, value),
      fc.boolean(),
      (own, other, shared) => {
        const payload = JSON.stringify(own);
        const data = JSON.stringify(shared ? { ...other, input: own } : other);
        expect(unpackPayload(packPayload(payload, data), data)).toBe(payload);
      },
    ),
    { numRuns: 500 },
  );
});

test.each<[string, string, string]>([
  ['quotes', JSON.stringify({ a: '"'.repeat(500_000) }), JSON.stringify({ a: 'x'.repeat(500_000) })],
  ['backslashes', JSON.stringify({ a: '\\'.repeat(500_000) }), JSON.stringify({ a: 'x'.repeat(500_000) })],
  [
    'many texts that the data does not hold',
    JSON.stringify(Array.from({ length: 10_000 }, (_, at) => `${at}${'y'.repeat(60)}`)),
    JSON.stringify({ a: 'y'.repeat(1_000_000) }),
  ],
  [
    'a million of one letter, in several places',
    JSON.stringify({ name: 'x'.repeat(5000), command: 'x'.repeat(1_000_000), old: 'x'.repeat(1_000_000) }),
    JSON.stringify({ name: 'x'.repeat(5000), input: { b: 'x'.repeat(999_999), a: 'x'.repeat(1_000_000) } }),
  ],
  [
    'many texts that the data holds in another order',
    JSON.stringify(Array.from({ length: 20_000 }, (_, at) => `${at}${'y'.repeat(60)}`)),
    JSON.stringify(Array.from({ length: 20_000 }, (_, at) => `${at}${'y'.repeat(60)}`).toReversed()),
  ],
])('%s take no longer than a few times what it takes to read them', (_what, payload, data) => {
  const reading = cpuMs(() => JSON.parse(payload) && JSON.parse(data));
  expect(cpuMs(() => packPayload(payload, data))).toBeLessThan(50 * reading + 20);
});
