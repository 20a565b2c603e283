// What only repeats: a message of the transcript with the words that a hook told when the turn ended.
import { expect, it } from 'vitest';
import { page } from './page.ts';

interface Event {
  type: string;
  sessionId: string;
  agentId?: string;
  data: object;
}
const { Said } = await page<{ Said: new () => { repeats(event: Event): boolean } }>('live/said.js');

const turn = (lastMessage: string, more = {}): Event => ({
  type: 'turn.completed',
  sessionId: 's1',
  data: { lastMessage },
  ...more,
});
const message = (text: string, more = {}): Event => ({
  type: 'message.assistant',
  sessionId: 's1',
  data: { text },
  ...more,
});

it('finds the message that says again how the turn ended, once', () => {
  const said = new Said();
  const told = [turn('Done.'), message(''), message('Done.\n'), message('Done.'), turn('Done.')];
  expect(told.map(event => said.repeats(event))).toEqual([false, false, true, false, false]);
});

it('keeps those apart who say the same', () => {
  const said = new Said();
  const told = [
    turn('Done.'),
    message('Done.', { sessionId: 's2' }),
    message('Done.', { agentId: 'a1' }),
    message('Something else.'),
    message('Done.'),
  ];
  expect(told.map(event => said.repeats(event))).toEqual([false, false, false, false, false]);
});
