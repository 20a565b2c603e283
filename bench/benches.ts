// The benchmarks that `npm run bench` knows, in the order in which they run.
import type { Rows } from './report/row.ts';

export interface Bench {
  /** The heading of its rows. */
  readonly title: string;
  /** Runs only when it is asked for by name. */
  readonly isLong?: true;
  load(): Promise<{ rows(): Rows }>;
}

export const BENCHES: Readonly<Record<string, Bench>> = {
  'tool-call': { title: 'A tool call', load: () => import('./tool-call.ts') },
  'hot-path': { title: "An event's way in and out", load: () => import('./hot-path.ts') },
  footprint: { title: 'Disk and memory', load: () => import('./footprint.ts') },
  'long-log': { title: 'A long log', load: () => import('./long-log.ts') },
  state: { title: 'The state of 200 sessions with 50 subagents each', load: () => import('./state.ts') },
  messages: { title: 'Messages', load: () => import('./messages.ts') },
  brokers: { title: 'Brokers', isLong: true, load: () => import('./brokers.ts') },
  hub: { title: 'A hub', isLong: true, load: () => import('./hub.ts') },
  history: { title: 'Sessions from before', isLong: true, load: () => import('./history.ts') },
  page: { title: 'The dashboard', load: () => import('./page.ts') },
  feed: { title: 'The feed of a million events', isLong: true, load: () => import('./feed.ts') },
  'session-page': { title: 'The page of a long session', load: () => import('./session-page.ts') },
  growth: { title: 'A long life', isLong: true, load: () => import('./growth.ts') },
};
