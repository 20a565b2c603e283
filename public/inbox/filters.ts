// Which messages are listed: to whom, from whom, in which state. The address holds it.
import { el } from '../design/dom.ts';
import type { Params } from '../live/api.ts';
import type { App } from '../shell/app.ts';
import { chipOf } from './words.ts';

const NAMES = ['to', 'from', 'state'] as const;
const STATES = ['queued', 'held', 'accepted', 'delivered', 'dead', 'expired', 'cancelled'];

export interface Filters {
  readonly node: HTMLElement;
  /** What the daemon is to be asked for. */
  readonly query: Params;
  readonly isEmpty: boolean;
  /** Takes them from the address; false when they are as they were. */
  take(params: URLSearchParams): boolean;
}

export function makeFilters({ replace }: App): Filters {
  const field = (name: 'to' | 'from', label: string): HTMLInputElement =>
    el('input.field', {
      type: 'search',
      name,
      placeholder: label,
      'aria-label': `${label} this name`,
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      maxlength: 256,
      oninput: () => replace({ [name]: fields[name].value.trim() }),
    });
  const fields: { to: HTMLInputElement; from: HTMLInputElement; state: HTMLSelectElement } = {
    to: field('to', 'To'),
    from: field('from', 'From'),
    state: el(
      'select.field',
      { name: 'state', 'aria-label': 'State', onchange: () => replace({ state: fields.state.value }) },
      el('option', { value: '' }, 'Any state'),
      STATES.map(state => el('option', { value: state }, chipOf(state).word)),
    ),
  };
  let query: Params = {};

  return {
    node: el('div.letter-filters', { role: 'search', 'aria-label': 'Which messages' }, Object.values(fields)),
    get query() {
      return query;
    },
    get isEmpty() {
      return Object.values(query).every(value => value === '');
    },
    take(params) {
      const wanted = Object.fromEntries(NAMES.map(name => [name, params.get(name) ?? '']));
      if (!STATES.includes(wanted['state'] ?? '')) wanted['state'] = '';
      const isNew = NAMES.some(name => wanted[name] !== (query[name] ?? ''));
      query = wanted;
      for (const name of NAMES)
        if (fields[name].value.trim() !== wanted[name]) fields[name].value = wanted[name] ?? '';
      return isNew;
    },
  };
}
