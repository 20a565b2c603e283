// Everything the palette offers: what is here, the sessions, the views, and what can be done on any page.
import { NEEDS } from '../board/need.ts';
import { byId } from '../design/dom.ts';
import { hasSingleKeys, switchSingleKeys } from '../design/single-keys.ts';
import { hrefOf, savedViews } from '../feed/saved-views.ts';
import type { App } from '../shell/app.ts';
import { copyCurl } from '../shell/curl-button.ts';
import { href, type Route } from '../shell/route.ts';
import { tell } from '../shell/toast.ts';
import type { Command } from './command.ts';
import { showHelp } from './help.ts';
import { copy, deedsOf, sessionCommands } from './sessions.ts';
import { PLACES } from './table.ts';

/** What the palette needs to know of the page. */
export type Around = Pick<App, 'live' | 'requests' | 'inspect'>;

/**
 * In the order in which it is shown.
 *
 * @param here what the open view offers
 */
export function commandsFor({ live, requests }: Around, route: Route, here: readonly Command[]): Command[] {
  const asking = new Set(requests.all.map(({ sessionId }) => sessionId));
  const isHere = (id: string): boolean => route.view === 'session' && route.id === id;
  const open = isHere(route.id) ? [live.session(route.id) ?? { sessionId: route.id, cwd: '' }] : [];
  const others = live.sessions.filter(({ sessionId }) => !isHere(sessionId));
  return [
    ...open.flatMap(one => deedsOf(one, live, true)),
    ...sessionCommands(live, asking).filter(one => one.href !== href('session', route.id)),
    ...here,
    ...PLACES.map(({ key, title, href: to }) => ({ group: 'Go to', title, keys: ['g', key], href: to })),
    ...savedViews().map(one => ({
      ...{ group: 'Saved views', title: one.name, words: 'view feed saved', href: hrefOf(one) },
    })),
    ...NEEDS.map(({ need, title }) => ({
      ...{ group: 'Go to', title: `Sessions: ${title.toLowerCase()}`, onlyAsked: true },
      href: href('board', '', { state: need }),
    })),
    ...deeds(live.position?.seq),
    ...others.flatMap(one => deedsOf(one, live, false)),
  ];
}

/** What can be done on any page. */
function deeds(seq: number | undefined): Command[] {
  const press = (id: string) => () => byId(id, HTMLButtonElement).click();
  const [notify, theme] = ['notify', 'theme'].map(id => byId(id, HTMLButtonElement));
  const single = hasSingleKeys();
  const group = 'Do';
  return [
    { group, title: 'Show the keys', words: 'help shortcuts', keys: ['?'], run: showHelp },
    {
      ...{
        group,
        title: `Switch keys of one character ${single ? 'off' : 'on'}`,
        words: 'shortcuts letters',
      },
      run: () => {
        switchSingleKeys(!single);
        tell(`Keys of one character are ${single ? 'off' : 'on'}.`);
      },
    },
    ...(seq === undefined
      ? []
      : [{ group, title: 'Look back in time', words: 'travel past', href: href('board', '', { at: seq }) }]),
    { group, title: 'Another theme', about: theme?.title ?? '', words: 'dark light', run: press('theme') },
    ...(notify === undefined || notify.hidden || notify.disabled
      ? []
      : [{ group, title: 'Notifications', about: notify.title, words: 'notify bell', run: press('notify') }]),
    {
      ...{ group, title: 'Copy the link to what is shown', words: 'address url' },
      run: () => void copy('The link', location.href),
    },
    {
      ...{ group, title: 'Copy as cURL', about: 'the API behind what is shown', words: 'command http' },
      run: () => void copyCurl(),
    },
  ];
}

/** What can be done with whatever was typed. */
export function fallbacksFor({ inspect }: Around, query: string): Command[] {
  const seq = /^#?(\d{1,15})$/.exec(query)?.[1];
  return [
    ...(seq === undefined || Number(seq) === 0
      ? []
      : [{ group: 'Log', title: `Event ${seq}`, run: () => inspect(Number(seq)) }]),
    { group: 'Log', title: `Search the log for “${query}”`, href: href('search', '', { q: query }) },
    { group: 'Sessions', title: `Only sessions with “${query}”`, href: href('board', '', { q: query }) },
  ];
}
