// Rules about messages: the first that fits decides, whatever the recipient is called by.
import { describe, expect, it } from 'vitest';
import { InboxError, MessageRules, SessionNames } from '../../src/inbox/index.ts';
import type { MessageRule } from '../../src/protocol/index.ts';
import { makeLab, newMessage } from './support.ts';

const living = [
  { sessionId: 's-1', name: 'backend' },
  { sessionId: 's-2', name: 'backend' },
  { sessionId: 's-3' },
];
const names = new SessionNames({
  living: () => living,
  shelf: { saved: undefined, save: async () => {} },
});
const mayGo = (rules: readonly MessageRule[], from: string, via: string, to: string): boolean =>
  new MessageRules(rules, address => names.knownAs(address)).refusal({ from, via, to }, [to]) === undefined;

describe('the first rule that fits decides', () => {
  const rules = [
    { from: 'ci', to: 'backend', allow: true },
    { from: '{ci,cd}', allow: false },
    { via: '{amqp,mqtt}', to: 'prod-*', allow: false },
  ];
  it.each([
    ['ci', 'http', 'backend', true],
    ['ci', 'http', 's-1', true],
    ['ci', 'http', 'frontend', false],
    ['cd', 'http', 'backend', false],
    ['cli', 'http', 'backend', true],
    ['cli', 'amqp', 'prod-db', false],
    ['cli', 'http', 'prod-db', true],
    ['cli', 'mqtt', 'dev-db', true],
  ])('from %s via %s to %s: %s', (from, via, to, expected) => {
    expect(mayGo(rules, from, via, to)).toBe(expected);
  });
});

it('no rule, or none that fits: it may go', () => {
  expect(mayGo([], 'a', 'http', 'b')).toBe(true);
  expect(mayGo([{ to: 'c', allow: false }], 'a', 'http', 'b')).toBe(true);
  expect(mayGo([{ allow: false }], 'a', 'http', 'b')).toBe(false);
});

it('a session is kept from by its name also where its id is written, and the other way round', () => {
  const to = (pattern: string): readonly MessageRule[] => [{ to: pattern, allow: false }];
  expect(mayGo(to('backend'), 'a', 'http', 's-2')).toBe(false);
  expect(mayGo(to('s-2'), 'a', 'http', 'backend')).toBe(false);
  expect(mayGo(to('backend'), 'a', 'http', 's-3')).toBe(true);
});

it('of several recipients each has to be allowed, and then the message goes', async () => {
  const rules = new MessageRules([{ to: 'b', allow: false }], address => [address]);
  const lab = makeLab({ rules });
  const send = (to: string) => lab.inbox.send(newMessage({ to }), { via: 'http', verified: false });
  expect((await send('a+c')).recipients).toHaveLength(2);
  const refused = await send('a+b').catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(InboxError);
  expect(refused).toMatchObject({
    code: 'forbidden',
    message:
      'rule 1 of "messages" in config.json does not let http write to b (via http); change the rule, or write to somebody else',
  });
  expect(lab.events).toHaveLength(2);
});
