// Fetches what happened before the feed's beginning, a page at a time, when somebody scrolls there.
import { getEvents } from '../live/api.js';
import { entryOf } from '../live/entry.js';

/** Events asked for at once. */
const PAGE = 500;

/** A function that puts one more page before the ring's beginning; resolves with whether there was one. */
export function loadsOlder(live, signal) {
  let loading = false;
  let atBeginning = false;
  return async () => {
    const { ring } = live;
    const oldest = ring.entries.find(({ seq }) => seq !== undefined)?.seq ?? 0;
    if (loading || atBeginning || ring.room === 0 || oldest <= 1) return false;
    loading = true;
    try {
      const { events, hasMore } = await getEvents({ before: oldest, limit: PAGE }, signal);
      atBeginning = !hasMore;
      live.learn(events);
      // Meanwhile the ring may have moved on, or begun anew.
      if (ring.entries.find(({ seq }) => seq !== undefined)?.seq !== oldest) return false;
      ring.addOlder(events.map(entryOf));
      return events.length > 0;
    } catch {
      return false;
    } finally {
      loading = false;
    }
  };
}
