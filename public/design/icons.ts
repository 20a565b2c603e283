// The pictures on buttons, 16 units square, drawn with lines of the text's own colour.
import { svg } from './dom.ts';

const PATHS = {
  board: ['M2 2.5h5v6H2z', 'M9 2.5h5v3H9z', 'M2 10.5h5v3H2z', 'M9 7.5h5v6H9z'],
  feed: ['M2.5 4h1', 'M6 4h7.5', 'M2.5 8h1', 'M6 8h7.5', 'M2.5 12h1', 'M6 12h5'],
  inbox: ['M2.5 9.5 4.2 3h7.6l1.7 6.5v4h-11z', 'M2.5 9.5h3l1 1.8h3l1-1.8h3'],
  write: ['M14 2 7 9', 'm14 2-4.2 12L7 9 2 6.2z'],
  search: ['M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10z', 'M10.6 10.6 14 14'],
  usage: ['M2.5 13.5h11', 'M4 11V8', 'M8 11V3', 'M12 11V5.5'],
  stats: ['M2 2.5h5v5H2z', 'M9 2.5h5v5H9z', 'M2 9.5h5v4H2z', 'M9 9.5h5v4H9z'],
  docs: ['M3.5 2h6L13 5.5V14H3.5z', 'M9.5 2v3.5H13', 'M6 8.5h4', 'M6 11h4'],
  bell: ['M4 11.5V7a4 4 0 0 1 8 0v4.5l1 1H3z', 'M6.8 14.2h2.4'],
  bellOn: [
    'M4 11.5V7a4 4 0 0 1 8 0v4.5l1 1H3z',
    'M6.8 14.2h2.4',
    'M12.2 2.2c1 .7 1.7 1.7 2 2.8',
    'M3.8 2.2c-1 .7-1.7 1.7-2 2.8',
  ],
  alert: ['M8 2.2 14.5 13.5h-13z', 'M8 6.5v3.2', 'M8 11.6v.2'],
  sun: [
    'M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6z',
    'M8 1.5v1.3',
    'M8 13.2v1.3',
    'M1.5 8h1.3',
    'M13.2 8h1.3',
    'm3.4 3.4.9.9',
    'm11.7 11.7.9.9',
    'm3.4 12.6.9-.9',
    'm11.7 4.3.9-.9',
  ],
  moon: ['M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1z'],
  auto: ['M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12z', 'M8 2v12', 'M8 5h4.8', 'M8 8h6', 'M8 11h4.8'],
  branch: [
    'M4.5 5v6',
    'M4.5 5a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2z',
    'M4.5 14.2a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2z',
    'M11.5 6.6a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2z',
    'M11.5 6.6c0 2.4-2.4 2.6-4.5 3-1.4.2-2.5.6-2.5 1.4',
  ],
  machine: ['M2.5 3h11v7.5h-11z', 'M5.5 13.5h5', 'M8 10.5v3'],
  back: ['M9.5 3.5 5 8l4.5 4.5'],
  next: ['M6.5 3.5 11 8l-4.5 4.5'],
  close: ['m4 4 8 8', 'm12 4-8 8'],
  copy: ['M5.5 5.5h8v8h-8z', 'M3.5 10.5h-1v-8h8v1'],
  command: ['M2.5 3.5h11v9h-11z', 'm5 6.5 1.8 1.5L5 9.5', 'M8.5 10h2.5'],
  list: ['M2.5 4h11', 'M2.5 8h11', 'M2.5 12h11'],
  clock: ['M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12z', 'M8 4.8V8l2.2 1.6'],
  plus: ['M8 3.5v9', 'M3.5 8h9'],
  minus: ['M3.5 8h9'],
  fit: ['M2.5 6V2.5H6', 'M10 2.5h3.5V6', 'M13.5 10v3.5H10', 'M6 13.5H2.5V10'],
  down: ['M8 3v10', 'm4 9 4 4 4-4'],
  pause: ['M5.5 3.5v9', 'M10.5 3.5v9'],
  play: ['M5 3.2v9.6L12.5 8z'],
} as const;

export type IconName = keyof typeof PATHS;

export const isIconName = (name: unknown): name is IconName =>
  typeof name === 'string' && Object.hasOwn(PATHS, name);

/** An icon; decoration only, so whatever it stands in needs a name of its own. */
export function icon(name: IconName): SVGElement {
  return svg(
    'svg.icon',
    { viewBox: '0 0 16 16', 'aria-hidden': 'true', focusable: 'false' },
    PATHS[name].map(d => svg('path', { d })),
  );
}
