// Reads what the log holds of a session, newest first, while new events come in live: none twice, none left out.
import { untilAnswered } from '../live/again.ts';
import { getEvents } from '../live/api.ts';

/** Small pages: each is read in one go, and nothing may hold up the page. */
const PAGE = 300;
/** Events read by themselves; more of them when asked for. */
const ENOUGH = 20_000;

/**
 * Fills a story. `changed()` is called whenever there is more; `state` says how far it is.
 *
 * @returns `{ state, more() }`; `state.phase` is `reading`, `partly` (more is in the log), `whole` or `failed`
 */
export function readHistory(sessionId, story, { live, signal, changed }) {
  const state = { phase: 'reading', problem: '' };
  // Up to here the log is read; what comes later comes live.
  let before = live.position.seq + 1;
  let goal = ENOUGH;
  let waiting = [];

  const take = events => {
    const mine = events.filter(event => event.sessionId === sessionId);
    if (mine.length === 0) return;
    // A story takes newer events only after those it has: until the first page is there they wait.
    if (story.events === 0 && state.phase !== 'whole') waiting.push(...mine);
    else story.add(mine);
    changed();
  };
  live.addEventListener('events', ({ detail }) => take(detail), { signal });

  async function read() {
    state.phase = 'reading';
    while (story.events < goal) {
      const { events, hasMore } = await getEvents({ sessionId, before, limit: PAGE }, signal);
      live.learn(events);
      story.add(events);
      if (waiting.length > 0) story.add(waiting);
      waiting = [];
      before = events[0]?.seq ?? 0;
      if (!hasMore || events.length === 0) {
        state.phase = 'whole';
        return changed();
      }
      changed();
    }
    state.phase = 'partly';
    changed();
  }
  const begin = () =>
    untilAnswered(live, signal, read, error => {
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
