// Where one says which time the feed shows: the last so many minutes by one press, anything else by two dates.
import { el } from '../design/dom.ts';
import type { App } from '../shell/app.ts';
import { agoOf, beginOf, PRESETS, type Range, spanParams } from './range.ts';

export interface RangePicker {
  readonly node: HTMLElement;
  /** The form for two dates. */
  readonly form: HTMLElement;
  draw(range: Range): void;
}

let made = 0;

export function makeRangePicker({ change }: Pick<App, 'change'>): RangePicker {
  const presets = Object.entries(PRESETS).map(([value, { short, title }]) => ({
    value,
    button: el(
      'button',
      { type: 'button', title, onclick: () => choose({ since: value, until: '' }) },
      short,
    ),
  }));
  const own = el(
    'button',
    { type: 'button', title: 'From one moment to another', onclick: () => toggle(form.hidden === true) },
    'Dates',
  );
  const field = (): HTMLInputElement =>
    el('input.field', {
      type: 'datetime-local',
      step: 1,
      'aria-describedby': said,
      oninput: () => check(),
    });
  const said = `range-problem-${++made}`;
  const [from, to] = [field(), field()];
  const problem = el('span.bad', { id: said, role: 'status' });
  const form = el(
    'form.range-form',
    { 'aria-label': 'From one moment to another', hidden: true, onsubmit: submit },
    el('label', {}, 'From ', from),
    el('label', {}, 'To ', to),
    el('button.button', { type: 'submit' }, 'Show'),
    problem,
  );
  own.setAttribute('aria-expanded', 'false');

  function choose(changes: { since: string; until: string }): void {
    toggle(false);
    change(changes);
  }

  function toggle(open: boolean): void {
    form.hidden = !open;
    own.setAttribute('aria-expanded', String(open));
    if (open) from.focus();
  }

  /** What is wrong with the dates is said, at the field that it is about. */
  function check(): boolean {
    const [since, until] = [momentIn(from), momentIn(to)];
    const ends = since !== undefined && until !== undefined && since >= until;
    const none = since === undefined && until === undefined;
    problem.textContent = ends ? 'This is not after the beginning' : '';
    to.setAttribute('aria-invalid', String(ends));
    return !ends && !none;
  }

  function submit(event: Event): void {
    event.preventDefault();
    if (!check()) return;
    change(spanParams(momentIn(from), momentIn(to)));
  }

  return {
    node: el('div.choice.ranges', { role: 'group', 'aria-label': 'Time' }, [
      ...presets.map(({ button }) => button),
      own,
    ]),
    form,
    draw(range) {
      const dates = range.since !== undefined || range.until !== undefined;
      for (const { value, button } of presets)
        button.setAttribute('aria-pressed', String(!dates && agoOf(value) === range.ago));
      own.setAttribute('aria-pressed', String(dates));
      if (form.contains(document.activeElement)) return;
      from.value = localTime(beginOf(range));
      to.value = localTime(range.until);
      check();
    },
  };
}

/** As a field for a date and time has it: `2026-11-30T14:05:00`, in the reader's own time zone. */
function localTime(timestamp: number | undefined): string {
  if (timestamp === undefined) return '';
  const zone = new Date(timestamp).getTimezoneOffset() * 60_000;
  return new Date(timestamp - zone).toISOString().slice(0, 19);
}

function momentIn({ value }: HTMLInputElement): number | undefined {
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}
