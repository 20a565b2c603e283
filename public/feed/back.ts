// Looks back in the log for more of what the feed shows, until it fills the list or enough was looked at.
import { untilAnswered } from '../live/again.ts';
import { getEvents, type Params } from '../live/api.ts';
import { type EventEntry, entryOf, type NoteEntry } from '../live/entry.ts';
import type { Live } from '../live/live.ts';
import type { Selection } from '../live/ring.ts';
import type { DayItem } from './days.ts';

/** Events asked for at once. */
const PAGE = 500;
/** Pages looked at before somebody has to ask for more. */
const PAGES = 20;

export interface BackState {
  /** `stopped`: there is more, but enough was looked at; `full`: there is more, but no room for it. */
  readonly phase: 'idle' | 'looking' | 'stopped' | 'full' | 'beginning';
  /** Why it takes long; empty when it does not. */
  readonly problem: string;
}

interface BackOptions {
  /** Whether the list could do with more. */
  wanted(): boolean;
  /** What the daemon is asked for: at least all that matches. */
  query(): Params;
  /** By how many items the beginning grew. */
  grew(items: number): void;
  /** The state is a new one. */
  changed(): void;
}

export interface Back {
  readonly state: BackState;
  /** Looks back if more is wanted; when it is looking already, that goes on. */
  look(): void;
  /** Something else is wanted from now on. */
  again(): void;
}

/** What lies further back. */
export function makeBack(
  live: Live,
  selection: Selection<EventEntry | NoteEntry, DayItem>,
  signal: AbortSignal,
  on: BackOptions,
): Back {
  let state: BackState = { phase: 'idle', problem: '' };
  let asked = new AbortController();
  signal.addEventListener('abort', () => asked.abort());

  function be(phase: BackState['phase'], problem = ''): void {
    state = { phase, problem };
    on.changed();
  }

  /** Whether there is anything further back. */
  const isMore = (): boolean => (selection.from ?? 0) > Math.max(1, live.oldestSeq);
  /** The same, and room for it. */
  const hasMore = (): boolean => isMore() && selection.room > 0;

  async function readPage(mine: AbortSignal): Promise<void> {
    const page = await getEvents({ ...on.query(), before: selection.from, limit: PAGE }, mine);
    live.learn(page.events);
    const first = page.hasMore ? page.events[0] : undefined;
    const from = first?.seq ?? Math.max(1, live.oldestSeq);
    on.grew(selection.addOlder(page.events.map(entryOf), from));
  }

  async function look(mine: AbortSignal): Promise<void> {
    be('looking');
    for (let pages = 0; hasMore() && on.wanted(); pages++) {
      if (pages === PAGES) return be('stopped');
      await readPage(mine);
      on.changed();
    }
    be(hasMore() ? 'idle' : isMore() ? 'full' : 'beginning');
  }

  return {
    get state() {
      return state;
    },
    look() {
      if (state.phase === 'looking' || selection.from === undefined || !on.wanted()) return;
      const mine = asked.signal;
      void untilAnswered(
        live,
        mine,
        () => look(mine),
        ({ message }) => be('looking', message),
      );
    },
    again() {
      asked.abort();
      asked = new AbortController();
      state = { phase: 'idle', problem: '' };
    },
  };
}
