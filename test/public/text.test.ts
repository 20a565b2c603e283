// Text of other people's making, made fit for a page; and numbers as people read them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { count, duration, money, short, span, stopwatch } from '../../public/design/format.ts';
import { line, visible } from '../../public/design/text.ts';
import { elapsed, duration as terminalDuration } from '../../src/cli/text/time.ts';

describe('a text from outside', () => {
  it('shows its terminal escapes instead of hiding them', () => {
    expect(visible('\u001b]0;owned\u0007 ok\u009b31m')).toBe('␛]0;owned␇ ok‹009B›31m');
    expect(visible('one\r\ntwo\tthree')).toBe('one\ntwo\tthree');
  });

  it('cannot turn its writing direction around unseen', () => {
    expect(visible('rm \u202etxt.exe\u2069')).toBe('rm ‹202E›txt.exe‹2069›');
  });

  it('becomes one line of bounded length, cut between characters', () => {
    expect(line('  two\n\n lines ')).toBe('two lines');
    expect(line('x'.repeat(1_000_000))).toBe(`${'x'.repeat(300)}…`);
    expect(line('👍'.repeat(300), 3)).toBe('👍…');
    expect(line({ a: [1, null] })).toBe('{"a":[1,null]}');
    expect(line(undefined)).toBe('');
  });
});

describe('numbers', () => {
  it('are durations', () => {
    const given = [0, 840, 999.7, 4100, 9960, 59_600, 720_000, 5_790_000, 10_800_000, 187_200_000];
    expect(given.map(duration)).toEqual([
      '0 ms',
      '840 ms',
      '1.0 s',
      '4.1 s',
      '10 s',
      '1 min',
      '12 min',
      '1 h 36 min',
      '3 h',
      '2 d 4 h',
    ]);
    expect([7000, 750_000, 3_723_000].map(stopwatch)).toEqual(['0:07', '12:30', '1:02:03']);
  });

  it('are the durations that the terminal tells', () => {
    const times = fc.oneof(fc.double({ min: 0, max: 1e5, noNaN: true }), fc.integer({ min: 0, max: 3e8 }));
    const terminal = (told: string): string => told.replace(/(\d) /g, '$1').replaceAll('min', 'm');
    fc.assert(
      fc.property(times, ms => {
        expect(terminal(duration(ms))).toBe(elapsed(ms));
      }),
    );
    // How long something has been so is told in whole seconds; what has just begun, in a word.
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: 2000, max: 2e4 }), fc.integer({ min: 2000, max: 3e8 })), ms => {
        expect(terminal(span(ms))).toBe(terminalDuration(ms));
      }),
    );
  });

  it('are tokens, money and counts', () => {
    expect([950, 12_340, 99_960, 999_600, 4_100_000].map(short)).toEqual([
      '950',
      '12.3k',
      '100k',
      '1M',
      '4.1M',
    ]);
    expect([0, 0.0042, 0.42, 12.3, 1204].map(money)).toEqual(['$0', '$0.0042', '$0.42', '$12.30', '$1,204']);
    expect([7, 1234, 1_234_567].map(count)).toEqual(['7', '1,234', '1,234,567']);
  });
});
