// What is said of a message is never more than is proven.
import { describe, expect, it } from 'vitest';
import { awayWords, chipOf, isLoop, standingWords } from '../../../public/inbox/words.ts';
import { MESSAGE_STATES } from '../../../src/protocol/index.ts';

describe('how a message stands', () => {
  it('is told as arrived in one state only', () => {
    const claims = MESSAGE_STATES.filter(state => {
      const words = `${chipOf(state).word} ${standingWords({ state })}`;
      return /\b(arrived|sent|delivered)\b/i.test(
        words.replace(/not (yet )?(delivered|proven)|that it arrived is not/gi, ''),
      );
    });
    expect(claims).toEqual(['delivered']);
  });

  it.each([
    [{ state: 'queued' }, 'It is on record and waits.'],
    [
      { state: 'queued', away: 'its session does not run' },
      'It is on record and waits: its session does not run.',
    ],
    [
      { state: 'queued', tries: 2, reason: 'the session took no note of it' },
      'Given 2 times, and it came back: the session took no note of it. It is on record and waits.',
    ],
    [{ state: 'queued', tries: 0, reason: 'sent again' }, 'Sent again. It is on record and waits.'],
    [
      { state: 'accepted', path: 'inbox-socket' },
      'Taken by the session’s socket; that it arrived is not proven yet.',
    ],
    [{ state: 'accepted', path: 'take' }, 'Taken by a program, which has not said yet that it has it.'],
    [{ state: 'held', reason: 'its user has to let it in' }, 'Held: its user has to let it in.'],
    [{ state: 'delivered', path: 'take' }, 'Arrived: whoever took it said so.'],
    [{ state: 'dead', reason: 'refused.' }, 'Not delivered: refused.'],
    [{ state: 'expired' }, 'Nobody took it in time.'],
    [{ state: 'something new' }, ''],
  ])('%j', (standing, words) => {
    expect(standingWords(standing)).toBe(words);
  });

  it('names what no one can mistake for a loop of two sessions as what it is', () => {
    expect(isLoop({ state: 'held', reason: 'loop' })).toBe(true);
    expect(isLoop({ state: 'held', reason: 'its user' })).toBe(false);
    expect(isLoop({ state: 'queued', reason: 'loop' })).toBe(false);
  });

  it('shows a state, and a reason, that mean harm as text in a line', () => {
    expect(chipOf('__proto__')).toEqual({ word: '__proto__', tone: '' });
    expect(standingWords({ state: 'dead', reason: `a\u001b[31m\u202eb\n${'x'.repeat(9000)}` })).toMatch(
      /^Not delivered: a␛\[31m‹202E›b x+….$/,
    );
  });

  it('says why nothing is given to a name just now', () => {
    const row = { name: 'backend', groups: [], live: true, sessionId: 's1' };
    expect(awayWords(undefined)).toBe('');
    expect(awayWords({ ...row, ways: [{ path: 'inbox-socket' }] })).toBe('');
    expect(awayWords({ ...row, ways: [{ path: 'inbox-socket', whyNot: 'no socket' }] })).toBe('no socket');
    expect(awayWords({ ...row, live: false, ways: [] })).toBe('its session does not run');
    expect(awayWords({ name: 'ops', groups: [], live: false, ways: [] })).toMatch(/no session has this name/);
  });
});
