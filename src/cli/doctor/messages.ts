// Whether messages get into the sessions that have names.
import { connectApi } from '../api.ts';
import type { Found } from '../find-daemon.ts';
import { selfCommand } from '../invocation.ts';
import { type NameAnswer, NamesAnswer, openWay } from '../names/answers.ts';
import { plural } from '../text/amount.ts';
import { type Finding, ok, warn } from './finding.ts';

/** Sessions that are named as not reached. */
const SHOWN = 3;

/** Nothing is said while there is no daemon to ask. */
export async function checkMessages(home: string, found: Found): Promise<Finding[]> {
  if (found.state !== 'running') return [];
  const api = await connectApi(home).catch(() => undefined);
  const answer = await api?.get('/api/names', NamesAnswer).catch(() => undefined);
  if (answer === undefined) return [];
  const live = answer.names.filter(one => one.live);
  const cut = live.filter(({ ways }) => ways.every(({ whyNot }) => whyNot !== undefined));
  if (live.length === 0)
    return [ok('messages', 'No session that lives has a name; each is reached by its id')];
  if (cut.length === 0)
    return [ok('messages', `${plural(live.length, 'named session')} can be reached${waysOf(live)}`)];
  const which = cut.slice(0, SHOWN).map(({ name, ways }) => `${name} (${reasonOf(ways)})`);
  const more = cut.length > SHOWN ? `, and ${cut.length - SHOWN} more` : '';
  return [
    warn(
      'messages',
      `Of ${plural(live.length, 'named session')} ${cut.length} cannot be reached: ${which.join(', ')}${more}`,
      `What is sent to them waits. A session of Claude Code 2.1.248 or later, without --bare, has an inbox; start it again with that. Older ones are reached by their hooks, unless they bypass permissions. Any other one is reached while it is idle, if it is run by: ${selfCommand(home)} wrap --name NAME -- claude`,
    ),
  ];
}

/** What is out of the ordinary: a way that is not the first one. */
function waysOf(live: readonly NameAnswer[]): string {
  const others = live.flatMap(({ name, ways }) => {
    const [open, before] = openWay(ways);
    return open && before.length > 0 ? [`${name} by ${open.path} only`] : [];
  });
  const more = others.length > SHOWN ? `, and ${others.length - SHOWN} more` : '';
  return others.length === 0 ? '' : `; ${others.slice(0, SHOWN).join(', ')}${more}`;
}

const reasonOf = (ways: NameAnswer['ways']): string =>
  ways.map(({ whyNot }) => whyNot).join('; ') || 'there is no way into it';
