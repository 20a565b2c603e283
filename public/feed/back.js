// Looks back in the log for more of what the feed shows, until it fills the list or enough was looked at.
import { untilAnswered } from '../live/again.ts';
import { getEvents } from '../live/api.ts';
import { entryOf } from '../live/entry.ts';

/** Events asked for at once. */
const PAGE = 500;
/** Pages looked at before somebody has to ask for more. */
const PAGES = 20;

/**
 * What lies further back; `state.phase` is `idle`, `looking`, `stopped` (there is more, but enough was looked at) or
 * `beginning`; `state.problem` says why it takes long.
 *
 * @param on `wanted()` whether the list could do with more; `query()` what the daemon is asked for, at least all that
 *   matches; `grew(items)` by how many items the beginning grew; `changed()` for a new state
 */
export function makeBack(live, selection, signal, on) {
  const state = { phase: 'idle', problem: '' };
  let asked = new AbortController();
  signal.addEventListener('abort', () => asked.abort());

  function be(phase, problem = '') {
    Object.assign(state, { phase, problem });
    on.changed();
  }

  /** Whether there is anything further back, and room for it. */
  const hasMore = () => selection.from > Math.max(1, live.oldestSeq) && selection.room > 0;

  async function readPage(mine) {
    const page = await getEvents({ ...on.query(), before: selection.from, limit: PAGE }, mine);
    live.learn(page.events);
    const from = page.hasMore ? page.events[0].seq : Math.max(1, live.oldestSeq);
    on.grew(selection.addOlder(page.events.map(entryOf), from));
  }

  async function look(mine) {
    be('looking');
    for (let pages = 0; hasMore() && on.wanted(); pages++) {
      if (pages === PAGES) return be('stopped');
      await readPage(mine);
      on.changed();
    }
    be(hasMore() ? 'idle' : 'beginning');
  }

  return {
    state,
    /** Looks back if more is wanted; when it is looking already, that goes on. */
    look() {
      if (state.phase === 'looking' || selection.from === undefined || !on.wanted()) return;
      const mine = asked.signal;
      untilAnswered(
        live,
        mine,
        () => look(mine),
        ({ message }) => be('looking', message),
      );
    },
    /** Something else is wanted from now on. */
    again() {
      asked.abort();
      asked = new AbortController();
      Object.assign(state, { phase: 'idle', problem: '' });
    },
  };
}
