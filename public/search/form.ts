// The search form. Its fields are the address; pressing Enter, or choosing something, looks again.
import { el } from '../design/dom.ts';
import { baseName, line } from '../design/text.ts';
import { untilAnswered } from '../live/again.ts';
import { getUsageBySession, type Params } from '../live/api.ts';

import type { App } from '../shell/app.ts';

/** Sessions to choose from, the newest. */
const SESSIONS = 200;

const TIMES: readonly (readonly [string, string])[] = [
  ['', 'Any time'],
  ['1h', 'Last hour'],
  ['24h', 'Last 24 hours'],
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
  ['custom', 'Between…'],
];

export interface Form {
  readonly node: HTMLElement;
  /** Takes the fields from the address. */
  take(params: URLSearchParams): void;
  focus(): void;
}

/** @param submit called with the parameters of the address. */
export function makeForm({ live, signal, replace }: App, submit: (changes: Params) => void): Form {
  const text = (name: string, label: string, placeholder: string): HTMLInputElement =>
    el('input.field', {
      type: 'search',
      name,
      'aria-label': label,
      placeholder,
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      maxlength: 1000,
    });
  const moment = (name: string, label: string): HTMLInputElement =>
    el('input.field', { type: 'datetime-local', name, 'aria-label': label, step: 1, onchange: () => send() });
  const q = text('q', 'Words to look for', 'Words, all of which an event has');
  const topics = text('topics', 'Topics', 'Topics: tool.*');
  topics.classList.add('mono');
  const session = el('select.field', { name: 'session', 'aria-label': 'Session', onchange: () => send() });
  const time = el(
    'select.field',
    { name: 'time', 'aria-label': 'Time', onchange: () => choose() },
    TIMES.map(([value, label]) => el('option', { value }, label)),
  );
  const since = moment('since', 'From');
  const until = moment('until', 'To');
  const between = el('span.between', { hidden: true }, since, '–', until);
  const essentials: HTMLElement = el(
    'button.button',
    {
      type: 'button',
      'aria-pressed': 'false',
      title: 'A call once, words once; no states, no usage',
      onclick: () =>
        replace({ only: essentials.getAttribute('aria-pressed') === 'true' ? '' : 'essentials' }),
    },
    'Essentials',
  );
  const node = el(
    'form.search-form',
    {
      role: 'search',
      onsubmit: event => {
        event.preventDefault();
        send();
      },
    },
    q,
    el('button.button', {}, 'Search'),
    topics,
    session,
    time,
    between,
    essentials,
  );
  /** Sessions that are over, by the log's account of what they used: id → name. */
  let known: ReadonlyMap<string, string> = new Map();

  function choose(): void {
    between.hidden = time.value !== 'custom';
    if (time.value === 'custom') since.focus();
    else send();
  }

  function send(): void {
    const custom = time.value === 'custom';
    submit({
      q: q.value,
      topics: topics.value,
      session: session.value,
      since: custom ? since.value : time.value,
      until: custom ? until.value : '',
    });
  }

  function fill(chosen: string): void {
    const names = new Map(known);
    for (const { sessionId } of live.sessions) names.set(sessionId, live.nameOf(sessionId));
    if (chosen !== '' && !names.has(chosen)) names.set(chosen, live.nameOf(chosen));
    session.replaceChildren(
      el('option', { value: '' }, 'All sessions'),
      ...[...names].map(([id, name]) => el('option', { value: id }, `${name} (${line(id, 8)})`)),
    );
    session.value = chosen;
  }

  const recall = async (): Promise<void> => {
    const { rows } = await getUsageBySession(signal);
    const newest = rows.toSorted((left, right) => right.usedAt - left.usedAt).slice(0, SESSIONS);
    known = new Map(newest.map(one => [one.sessionId, line(one.name ?? baseName(one.project), 60) || '?']));
    live.learnSessions(newest);
    fill(session.value);
  };
  // Until it is answered there are those that live to choose from.
  void untilAnswered(live, signal, recall);
  live.on(
    'state',
    () => {
      if (!session.matches(':focus')) fill(session.value);
    },
    { signal },
  );

  function take(params: URLSearchParams): void {
    const value = (name: string): string => params.get(name) ?? '';
    q.value = value('q');
    topics.value = value('topics');
    essentials.setAttribute('aria-pressed', String(value('only') === 'essentials'));
    fill(value('session'));
    const preset = TIMES.some(([name]) => name === value('since')) && value('until') === '';
    time.value = preset ? value('since') : 'custom';
    between.hidden = preset;
    since.value = preset ? '' : value('since');
    until.value = value('until');
  }
  return { node, take, focus: () => q.focus() };
}
