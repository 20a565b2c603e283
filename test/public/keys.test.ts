// What keys mean, what the palette finds, and where the focus goes.
import { expect, it } from 'vitest';
import type { Command } from '../../public/keys/command.ts';
import { find } from '../../public/keys/rank.ts';
import { isPaletteKey, meaningOf, type Pressed } from '../../public/keys/reading.ts';
import { chapters, PLACES } from '../../public/keys/table.ts';
import { nextOf } from '../../public/keys/walk.ts';

const pressed = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  ...{ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false },
  ...more,
});
const meant = (key: string, waits = false, more: Partial<Pressed> = {}): string => {
  const meaning = meaningOf(pressed(key, more), waits);
  if (meaning.kind === 'place') return meaning.place.href;
  return meaning.kind === 'deed' ? meaning.deed : meaning.kind;
};

it('g and a further key lead to a view; whatever else comes then is taken and does nothing', () => {
  expect(meant('g')).toBe('waits');
  expect(PLACES.map(({ key }) => meant(key, true))).toEqual(PLACES.map(({ href }) => href));
  // The `a` after it allows nothing.
  expect([meant('a', true), meant('j', true), meant('Escape', true)]).toEqual(['lost', 'lost', 'lost']);
  expect(meant('b')).toBe('none');
});

it('a key with another one held down, or held down itself, is another key', () => {
  expect(['ctrlKey', 'metaKey', 'altKey'].map(held => meant('j', false, { [held]: true }))).toEqual(
    Array(3).fill('none'),
  );
  expect(meant('J', false, { shiftKey: true })).toBe('none');
  expect(meant('j', false, { repeat: true })).toBe('next');
  expect([meant('?', false, { repeat: true }), meant('g', false, { repeat: true })]).toEqual([
    'none',
    'none',
  ]);
  // Where they are is the keyboard's own affair.
  expect([meant('?', false, { shiftKey: true }), meant('/', false, { shiftKey: true })]).toEqual([
    ...['help', 'search'],
  ]);
  expect(meant('constructor')).toBe('none');
});

it('the palette has the key that the machine has for such things', () => {
  const [ctrl, cmd] = [pressed('k', { ctrlKey: true }), pressed('k', { metaKey: true })];
  expect([isPaletteKey(ctrl, false), isPaletteKey(cmd, false)]).toEqual([true, false]);
  expect([isPaletteKey(ctrl, true), isPaletteKey(cmd, true)]).toEqual([false, true]);
  expect(isPaletteKey(pressed('k'), false)).toBe(false);
});

it('the help has every key', () => {
  const keys = chapters(false).flatMap(({ rows }) => rows.flatMap(row => row.keys.flat()));
  expect(keys).toEqual(expect.arrayContaining(['Ctrl K', '?', '/', 'j', 'k', 'a', 'd', 'g']));
  expect(keys).toEqual(expect.arrayContaining(PLACES.map(({ key }) => key)));
});

const command = (title: string, more: Partial<Command> = {}): Command => ({ group: 'Do', title, ...more });
const titles = (commands: readonly Command[], query: string) =>
  find(commands, query).map(({ title }) => title);

it('the palette finds by every word, the best first, and by initials last', () => {
  const commands = [
    command('Copy the id of shop'),
    command('workshop'),
    command('shop-tests'),
    command('shop', { about: 'Working' }),
    command('Show shop in the feed', { onlyAsked: true }),
    command('api', { words: 'abc-123 /w/shop' }),
  ];
  expect(titles(commands, '')).toEqual(['Copy the id of shop', 'workshop', 'shop-tests', 'shop', 'api']);
  expect(titles(commands, 'Shop')).toEqual([
    ...['shop', 'shop-tests', 'Copy the id of shop', 'Show shop in the feed', 'workshop', 'api'],
  ]);
  expect(titles(commands, 'feed  shop')).toEqual(['Show shop in the feed']);
  expect(titles(commands, 'abc-1')).toEqual(['api']);
  expect(titles(commands, 'ssi')).toEqual(['Show shop in the feed']);
  expect(titles(commands, 'nothing of it')).toEqual([]);
});

it('the focus goes on from where it is, else from what is in sight', () => {
  const places = [-100, -20, 40, 400, 900].map(top => ({ top, bottom: top + 60 }));
  expect(nextOf(places, 2, 1, 800)).toBe(3);
  expect([nextOf(places, 0, -1, 800), nextOf(places, 4, 1, 800)]).toEqual([0, 4]);
  expect([nextOf(places, -1, 1, 800), nextOf(places, -1, -1, 800)]).toEqual([2, 3]);
  expect(nextOf([], -1, 1, 800)).toBe(-1);
});
