// What an address shows that leads to no view: that there is none, and the way on.
import { el } from '../design/dom.ts';
import { line } from '../design/text.ts';
import type { Shown } from './app.ts';
import type { Route } from './route.ts';

export function show(root: HTMLElement, { view }: Route): Shown {
  const words =
    view === 'session' ? 'The address names no session.' : `There is no view “${line(view, 60)}”.`;
  root.append(
    el('header.view-head', {}, el('h1', { tabindex: -1 }, 'Nothing here')),
    el('div.empty', {}, el('p.data', {}, words), el('a', { href: '#/' }, 'To the sessions')),
  );
  return {};
}
