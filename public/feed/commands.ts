// What the palette offers on the feed: the time that is shown, and its saved views.
import type { Command } from '../keys/command.ts';
import type { App } from '../shell/app.ts';
import { PRESETS } from './range.ts';

export function feedCommands(
  { change }: Pick<App, 'change'>,
  params: URLSearchParams,
  openViews: () => void,
): Command[] {
  const group = 'Here';
  const now = params.has('until') ? undefined : (params.get('since') ?? '');
  return [
    ...Object.entries(PRESETS)
      .filter(([since]) => since !== now)
      .map(([since, { title }]) => ({
        ...{ group, title: `Show ${title.toLowerCase()}`, words: 'time range live' },
        run: () => change({ since, until: '' }),
      })),
    { group, title: 'Saved views of the feed', words: 'save name rename delete', run: openViews },
  ];
}
