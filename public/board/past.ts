// The board as it was: the state right after an event, asked of the daemon, and the bar one goes through time with.
import type { AgentSnapshot, SessionState } from '../../src/protocol/index.ts';
import { el, setText } from '../design/dom.ts';
import { count, moment } from '../design/format.ts';
import { type IconName, icon } from '../design/icons.ts';
import { join } from '../design/text.ts';
import { summary } from '../design/words.ts';
import { untilAnswered } from '../live/again.ts';
import { type ApiError, type EventPage, getEvents, getSnapshot } from '../live/api.ts';
import type { Live } from '../live/live.ts';
import { makeAxis } from './axis.ts';

/** How long a hand has to rest before the daemon is asked, in milliseconds. */
const REST_MS = 80;
const NOTHING: EventPage = { events: [], hasMore: false };

/** What the board shows, now or then. */
export interface Scene {
  readonly sessions: readonly SessionState[];
  readonly agents: readonly AgentSnapshot[];
  /** In milliseconds since 1970. */
  readonly now: number;
}

interface PastOptions {
  arrived(scene: Scene): void;
  /** Asks for the moment right after another event. */
  move(seq: number): void;
  /** Asks for now. */
  leave(): void;
}

export interface Past {
  readonly node: HTMLElement;
  /** Goes to the moment right after a seq; undefined is now. */
  show(seq: number | undefined): void;
}

/** The bar, and what the board was like where it stands. */
export function makePast(live: Live, signal: AbortSignal, on: PastOptions): Past {
  const range = el('input.scrubber', {
    type: 'range',
    step: 1,
    'aria-label': 'Moment, by the number of the event',
  });
  const axis = makeAxis(live, signal);
  const when = el('strong');
  const what = el('span.soft.data.one-line');
  const problem = el('span.bad', { role: 'status' });
  const step = (name: IconName, label: string, by: number): HTMLElement =>
    el(
      'button.button.quiet.square',
      { type: 'button', 'aria-label': label, title: label, onclick: () => go((at ?? 0) + by) },
      icon(name),
    );
  const node = el(
    'section.past.panel',
    { 'aria-label': 'Time travel', hidden: true },
    el(
      'div.past-row',
      {},
      step('back', 'One event back', -1),
      el('div.past-range', {}, range, axis.node),
      step('next', 'One event on', 1),
      el('button.button', { type: 'button', onclick: () => on.leave() }, 'Back to now'),
    ),
    el('p.past-words', {}, when, what, problem),
  );
  let at: number | undefined;
  let least = 0;
  let asked = new AbortController();
  let rest: ReturnType<typeof setTimeout> | undefined;
  signal.addEventListener('abort', () => leave());

  function show(seq: number | undefined): void {
    if (seq === undefined) return leave();
    node.hidden = false;
    least = Math.max(least, live.oldestSeq - 1, 0);
    reach(least, Math.max(live.position?.seq ?? seq, seq));
    if (seq === at) return;
    at = seq;
    range.value = String(seq);
    range.setAttribute('aria-valuetext', `event ${count(seq)}`);
    clearTimeout(rest);
    rest = setTimeout(() => travel(seq), REST_MS);
  }

  function reach(from: number, to: number): void {
    range.min = String(from);
    range.max = String(to);
    axis.show(from, to);
  }

  function go(seq: number): void {
    on.move(Math.min(Math.max(seq, Number(range.min)), Number(range.max)));
  }

  function leave(): void {
    at = undefined;
    node.hidden = true;
    clearTimeout(rest);
    asked.abort();
  }

  function travel(seq: number): void {
    asked.abort();
    asked = new AbortController();
    const mine = asked.signal;
    void untilAnswered(live, mine, () => read(seq, mine), sayWhy);
  }

  async function read(seq: number, mine: AbortSignal): Promise<void> {
    node.setAttribute('aria-busy', 'true');
    try {
      const [snapshot, { events }] = await Promise.all([
        getSnapshot(seq, mine),
        seq === 0 ? NOTHING : getEvents({ after: seq - 1, before: seq + 1, limit: 1 }, mine),
      ]);
      if (mine.aborted) return;
      const [event] = events;
      const { sessions, agents } = snapshot;
      setText(when, event === undefined ? 'Before the first event' : moment(event.timestamp));
      setText(what, join(`event ${count(seq)}`, event?.type, event === undefined ? '' : summary(event)));
      setText(problem, '');
      range.setAttribute('aria-valuetext', `${when.textContent}, event ${count(seq)}`);
      on.arrived({ sessions, agents, now: event?.timestamp ?? sessions[0]?.startedAt ?? 0 });
    } finally {
      if (!mine.aborted) node.removeAttribute('aria-busy');
    }
  }

  function sayWhy(error: ApiError): void {
    // The daemon says how far back it can tell; from there on the bar begins.
    const from = /from (\d+) to/.exec(error.message)?.[1];
    if (from !== undefined) least = Number(from);
    reach(Math.max(least, Number(range.min)), Number(range.max));
    setText(problem, `${error.message}.`);
  }

  range.addEventListener('input', () => go(Number(range.value)), { signal });
  live.on(
    'position',
    () => {
      if (!node.hidden) reach(Number(range.min), Math.max(Number(range.max), live.position?.seq ?? 0));
    },
    { signal },
  );
  return { node, show };
}
