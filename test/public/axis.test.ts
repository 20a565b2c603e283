// The times under the scrubber.
import { expect, it } from 'vitest';
import { axisLabels, placesBetween } from '../../public/board/axis.ts';

it.each([
  [0, 100, [0, 25, 50, 75, 100]],
  [0, 10, [0, 3, 5, 8, 10]],
  [41, 43, [41, 42, 43]],
  [7, 7, [7]],
])('between %d and %d they are at %j', (from, to, places) => {
  expect(placesBetween(from, to)).toEqual(places);
});

const at = (date: number, hour: number, minute = 0, second = 0): number =>
  new Date(2026, 10, date, hour, minute, second).getTime();
const now = at(25, 20);

it.each<[string, (number | undefined)[], string[]]>([
  ['hours of today', [at(25, 9), at(25, 11, 30), at(25, 19, 59)], ['09:00', '11:30', '19:59']],
  ['seconds', [at(25, 9, 0, 1), at(25, 9, 2, 0)], ['09:00:01', '09:02:00']],
  [
    'another day, said once, and today again',
    [at(23, 9), at(23, 18), at(25, 8)],
    ['23 Nov, 09:00', '18:00', '25 Nov, 08:00'],
  ],
  ['no way back, for what was told later', [at(25, 12), at(25, 9), at(25, 13)], ['12:00', '12:00', '13:00']],
  ['a time that nobody knows', [undefined, at(25, 9), at(25, 12)], ['', '09:00', '12:00']],
  ['nothing known', [undefined], ['']],
])('shows %s', (_what, times, labels) => {
  expect(axisLabels(times, now)).toEqual(labels);
});
