// What the palette offers on the board: how it is shown, and of what.
import type { SessionState } from '../../src/protocol/index.ts';
import type { Command } from '../keys/command.ts';
import type { App } from '../shell/app.ts';
import { type Choice, formOf, isFiltered, projectNames } from './choice.ts';

export function boardCommands(
  { change }: Pick<App, 'change'>,
  choice: Choice,
  sessions: readonly SessionState[],
): Command[] {
  const group = 'Here';
  const form = formOf(choice, sessions.length) === 'cards' ? 'list' : 'cards';
  const by = choice.group === 'need' ? 'project' : 'need';
  return [
    {
      group,
      title: `Show sessions as ${form === 'list' ? 'a list' : 'cards'}`,
      run: () => change({ as: form }),
    },
    {
      ...{ group, title: `Group sessions by ${by}` },
      run: () => change({ group: by === 'need' ? undefined : by }),
    },
    ...(isFiltered(choice)
      ? [{ group, title: 'Show all sessions', run: () => change({ q: '', project: '', state: '' }) }]
      : []),
    ...[...projectNames(sessions)].map(([project, name]) => ({
      ...{ group, title: `Only sessions of ${name}`, words: project, onlyAsked: true },
      run: () => change({ project }),
    })),
  ];
}
