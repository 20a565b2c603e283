// Under the scrubber: when it was, at a few places along the log, which runs by events and not by time.
import { el } from '../design/dom.ts';
import { clock, day } from '../design/format.ts';
import { untilAnswered } from '../live/again.ts';
import { getEvents } from '../live/api.ts';
import type { Live } from '../live/live.ts';

const PLACES = 5;
/** How much longer the log may have become, as a part of it, before the times are asked for again. */
const GROWN = 0.05;
/** Times closer together than this are told to the second, in milliseconds. */
const CLOSE = 20 * 60_000;

export interface Axis {
  readonly node: HTMLElement;
  /** From one seq to another. */
  show(from: number, to: number): void;
}

/** Without an answer there are no times: who travels says why. */
export function makeAxis(live: Live, signal: AbortSignal): Axis {
  const node = el('div.past-axis', { 'aria-hidden': 'true' });
  let shown = { from: 0, to: 0 };
  let asked = new AbortController();
  signal.addEventListener('abort', () => asked.abort());

  function show(from: number, to: number): void {
    if (from === shown.from && to >= shown.to && to - shown.to <= GROWN * (shown.to - from)) return;
    shown = { from, to };
    asked.abort();
    asked = new AbortController();
    const mine = asked.signal;
    void untilAnswered(live, mine, () => read(placesBetween(from, to), mine));
  }

  async function read(seqs: readonly number[], mine: AbortSignal): Promise<void> {
    const times = await Promise.all(seqs.map(seq => timeOf(seq, mine)));
    if (!mine.aborted) node.replaceChildren(...axisLabels(times).map(label => el('span', {}, label)));
  }
  return { node, show };
}

/** Whole seqs at even distances, both ends among them; fewer where there are not as many events. */
export function placesBetween(from: number, to: number): number[] {
  const gaps = Math.min(PLACES - 1, to - from);
  return Array.from({ length: gaps + 1 }, (_, at) => Math.round(from + ((to - from) * at) / (gaps || 1)));
}

/**
 * What to write at each of some times: to the second where they are close, with the day where another one begins.
 * What was told after the fact has an earlier time than what stands before it; the axis does not go back with it.
 */
export function axisLabels(times: readonly (number | undefined)[], now = Date.now()): string[] {
  const known = times.filter(time => time !== undefined);
  const close = Math.max(...known) - Math.min(...known) < CLOSE;
  let today = day(now, now);
  let latest = 0;
  return times.map(told => {
    if (told === undefined) return '';
    latest = Math.max(latest, told);
    const date = day(latest, now);
    const label = close ? clock(latest) : clock(latest).slice(0, 5);
    if (date === today) return label;
    today = date;
    return `${date}, ${label}`;
  });
}

/** When an event was, or the first one after it. */
async function timeOf(seq: number, signal: AbortSignal): Promise<number | undefined> {
  const { events } = await getEvents({ after: Math.max(seq, 1) - 1, limit: 1 }, signal);
  return events[0]?.timestamp;
}
