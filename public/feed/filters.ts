// What the feed shows: topic patterns, text, a session. The address holds it, so that it can be kept and shared.
import { el, setOptional } from '../design/dom.ts';
import { line } from '../design/text.ts';
import type { Params } from '../live/api.ts';
import { compilePatterns, patternsIn } from '../live/topics.ts';
import type { App } from '../shell/app.ts';
import { beginOf, type Range, rangeOf } from './range.ts';
import { type Wanted, wantedOf } from './wanted.ts';

/** Their names in the address. */
const FILTERS = ['topics', 'q', 'session', 'all', 'since', 'until'] as const;

export interface FilterBar {
  readonly node: HTMLElement;
  readonly problem: HTMLElement;
  /** What the daemon is to be asked for: at least everything that is wanted. */
  readonly query: Params;
  /** The same for counting: with the text, and without the time. */
  readonly counted: Params;
  readonly range: Range;
  readonly state: { readonly filtered: boolean; readonly text: string };
  readonly wanted: Wanted;
  clear(): void;
  /** Takes the wishes from the address. */
  take(params: URLSearchParams): void;
}

/**
 * The filter fields.
 *
 * @param changed called when what is wanted has changed.
 */
export function makeFilters({ live, replace, signal }: App, changed: () => void): FilterBar {
  const search = (name: 'topics' | 'q', placeholder: string, label: string): HTMLInputElement =>
    el('input.field', {
      type: 'search',
      name,
      placeholder,
      'aria-label': label,
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      maxlength: 1000,
      oninput: () => replace({ [name]: fields[name].value }),
    });
  const fields: { topics: HTMLInputElement; q: HTMLInputElement; session: HTMLSelectElement } = {
    topics: search('topics', 'Topics: tool.* session.**', 'Show only these topics'),
    q: search('q', 'Text', 'Show only rows with this text'),
    session: el('select.field', {
      name: 'session',
      'aria-label': 'Show only this session',
      onchange: () => replace({ session: fields.session.value }),
    }),
  };
  const essential = el(
    'button.button',
    {
      type: 'button',
      onclick: () => replace({ all: now?.get('all') ? '' : '1' }),
    },
    'Essentials',
  );
  const problem = el('p.bad.problem', { role: 'status', id: 'topics-problem', hidden: true });
  fields.topics.classList.add('mono');
  fields.topics.setAttribute('aria-describedby', problem.id);
  let essentials = false;
  let wanted: Wanted = { make: () => () => true, besides: () => undefined, fits: () => true };
  let range: Range = {};
  let query: Params = {};
  let now: URLSearchParams | undefined;
  let before: string | undefined;

  const fill = (): void => {
    const ids = live.sessions.map(({ sessionId }) => sessionId);
    const chosen = now?.get('session') ?? '';
    // A session that is over can still be what somebody looks at.
    if (chosen !== '' && !ids.includes(chosen)) ids.push(chosen);
    const words = ids.map(id => `${live.nameOf(id)} (${line(id, 8)})`);
    const known = [...fields.session.options].slice(1);
    if (
      fields.session.options.length === 0 ||
      known.map(one => one.value + one.text).join('\n') !== ids.map((id, at) => id + words[at]).join('\n')
    )
      fields.session.replaceChildren(
        el('option', { value: '' }, 'All sessions'),
        ...ids.map((id, at) => el('option', { value: id }, words[at])),
      );
    fields.session.value = chosen;
  };

  const drawEssential = (): void => {
    essential.setAttribute('aria-pressed', String(essentials));
    essential.disabled = patternsIn(fields.topics.value).length > 0;
    essential.title = essential.disabled
      ? 'Topics say exactly what is shown'
      : 'A call once, words once; no states, no usage';
  };

  const compile = (): Wanted | undefined => {
    try {
      const topics = compilePatterns(fields.topics.value);
      const text = fields.q.value.trim().toLowerCase();
      const session = fields.session.value;
      range = rangeOf(now ?? new URLSearchParams());
      setOptional(problem, '');
      fields.topics.removeAttribute('aria-invalid');
      // Topics say exactly what is wanted.
      essentials = patternsIn(fields.topics.value).length === 0 && !now?.get('all');
      const since = beginOf(range) ?? Number.NEGATIVE_INFINITY;
      const { until = Number.POSITIVE_INFINITY } = range;
      const time = (at: number): boolean => at >= since && at < until;
      return wantedOf({ topics, text, session, time, essentials }, live);
    } catch (error) {
      setOptional(problem, error instanceof Error ? error.message : String(error));
      if (!(error instanceof RangeError)) fields.topics.setAttribute('aria-invalid', 'true');
      return undefined;
    }
  };

  live.on('state', fill, { signal });

  return {
    get query() {
      return query;
    },
    get counted() {
      const { topics, sessionId } = query;
      return { topics, sessionId, q: fields.q.value.trim() };
    },
    get range() {
      return range;
    },
    get state() {
      const filtered = FILTERS.some(name => name !== 'all' && (now?.get(name) ?? '') !== '');
      return { filtered, text: fields.q.value.trim() };
    },
    clear: () => replace(Object.fromEntries(FILTERS.map(name => [name, '']))),
    node: el('div.filters', { role: 'search', 'aria-label': 'Filters' }, Object.values(fields), essential),
    problem,
    get wanted() {
      return wanted;
    },
    take(params) {
      now = params;
      for (const name of ['topics', 'q'] as const) {
        const value = params.get(name) ?? '';
        if (fields[name].value !== value) fields[name].value = value;
      }
      fill();
      const wishes = FILTERS.map(name => params.get(name) ?? '').join('\n');
      if (wishes === before) return;
      const isFirst = before === undefined;
      before = wishes;
      const compiled = compile();
      // What makes no sense changes nothing; at first everything is wanted.
      if (compiled === undefined) return isFirst ? changed() : undefined;
      wanted = compiled;
      drawEssential();
      query = {
        topics: patternsIn(fields.topics.value).join(','),
        sessionId: fields.session.value,
        since: beginOf(range),
        until: range.until,
      };
      changed();
    },
  };
}
