// Reads what the log holds of a session, newest first, and before that what was taken in of it, while new events come in live: none
// twice, none left out.

import type { EventEnvelope } from '../../src/protocol/index.ts';
import { untilAnswered } from '../live/again.ts';
import { getEvents, type Params } from '../live/api.ts';

import type { Live } from '../live/live.ts';
import type { Story } from './story.ts';

/** Small pages: each is read in one go, and nothing may hold up the page. */
const PAGE = 300;
/** Events read by themselves; more of them when asked for. */
const ENOUGH = 20_000;

/** How far it is. */
export interface HistoryState {
  /** `partly`: more is in the log. */
  phase: 'reading' | 'partly' | 'whole' | 'failed';
  problem: string;
}

export interface History {
  readonly state: Readonly<HistoryState>;
  /** Reads on where it stopped. */
  more(): void;
}

interface HistoryOptions {
  readonly live: Live;
  readonly signal: AbortSignal;
  /** There is more, or the state is another. */
  readonly changed: () => void;
}

/** Fills a story. */
export function readHistory(
  sessionId: string,
  story: Story,
  { live, signal, changed }: HistoryOptions,
): History {
  const state: HistoryState = { phase: 'reading', problem: '' };
  // Up to here the log is read; what comes later comes live.
  let place: Params = { before: (live.position?.seq ?? 0) + 1 };
  let inPast = false;
  let goal = ENOUGH;
  let waiting: EventEnvelope[] = [];

  const take = (events: readonly EventEnvelope[]): void => {
    const mine = events.filter(event => event.sessionId === sessionId);
    if (mine.length === 0) return;
    // A story takes newer events only after those it has: until the first page is there they wait.
    if (story.events === 0 && state.phase !== 'whole') waiting.push(...mine);
    else story.add(mine);
    changed();
  };
  live.on('events', ({ detail }) => take(detail), { signal });

  async function read(): Promise<void> {
    state.phase = 'reading';
    while (story.events < goal) {
      const { events, hasMore } = await getEvents({ sessionId, ...place, limit: PAGE }, signal);
      live.learn(events);
      story.add(events);
      if (waiting.length > 0) story.add(waiting);
      waiting = [];
      const [oldest] = events;
      if (hasMore && oldest !== undefined) place = { before: oldest.seq };
      else if (!inPast) [inPast, place] = [true, { log: 'history', from: 'newest' }];
      else {
        state.phase = 'whole';
        return changed();
      }
      changed();
    }
    state.phase = 'partly';
    changed();
  }
  const begin = (): void =>
    void untilAnswered(live, signal, read, error => {
      state.phase = 'failed';
      state.problem = error.message;
      changed();
    });
  begin();
  return {
    state,
    more() {
      goal = story.events + ENOUGH;
      begin();
    },
  };
}
