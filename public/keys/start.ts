// The keys of the dashboard: what each of them does in the view that is open.
import { el } from '../design/dom.ts';
import { icon } from '../design/icons.ts';
import type { Shown } from '../shell/app.ts';
import { href, routeOf } from '../shell/route.ts';
import { hush, tell } from '../shell/toast.ts';
import { type Around, commandsFor, fallbacksFor } from './commands.ts';
import { showHelp } from './help.ts';
import { isMac, listenToKeys } from './listen.ts';
import { openPalette } from './palette.ts';
import { type Deed, PLACES, paletteKey } from './table.ts';
import { walk } from './walk.ts';

export interface KeyedPage extends Around {
  /** Where the view is. */
  readonly root: HTMLElement;
  /** Opens the palette. */
  readonly button: HTMLButtonElement;
  shown(): Shown | undefined;
  /** Goes to the event after (1) or before (-1) the one beside the view; false when none is there. */
  turn(by: 1 | -1): boolean;
}

export function startKeys(page: KeyedPage): void {
  const { root, button } = page;

  function move(by: 1 | -1): boolean {
    if (page.turn(by)) return true;
    const view = page.shown();
    if (view?.move !== undefined) return view.move(by);
    return view?.items === undefined ? false : walk(root, view.items, by);
  }

  /** To the filter of the view; without one, to the search, in the session that is open. */
  function search(): boolean {
    page.shown()?.search?.();
    const field = [...root.querySelectorAll<HTMLInputElement>('input[type="search"]')].find(
      one => one.getClientRects().length > 0,
    );
    const { view, id } = routeOf(location.hash);
    if (field === undefined)
      location.hash = href('search', '', { session: view === 'session' ? id : undefined });
    else field.focus();
    field?.select();
    return true;
  }

  function palette(): void {
    const here = page.shown()?.commands?.() ?? [];
    openPalette(commandsFor(page, routeOf(location.hash), here), query => fallbacksFor(page, query));
  }

  const deeds: Readonly<Record<Deed, () => boolean>> = {
    help: () => {
      showHelp();
      return true;
    },
    search,
    next: () => move(1),
    previous: () => move(-1),
  };
  listenToKeys({
    palette,
    go: ({ href: to }) => {
      location.href = to;
    },
    wait: waits => (waits ? tell(placesNode(), 10_000) : hush()),
    act: deed => deeds[deed](),
  });
  button.append(icon('command'));
  button.title = `Commands (${paletteKey(isMac())})`;
  button.addEventListener('click', palette);
}

const placesNode = (): HTMLElement =>
  el(
    'span.places',
    {},
    'Go to',
    PLACES.map(({ key, title }) => el('span', {}, el('kbd', {}, key), ' ', title)),
  );
