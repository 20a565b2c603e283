// What a search through a long log takes, and what it costs whoever posts a hook meanwhile.
import type { Daemon } from '../../test/support/hookline.ts';
import type { Rows } from '../report/row.ts';
import { hookBody, Lane } from '../support/load.ts';
import { quantile, timed } from '../support/numbers.ts';

const session = '8dd92b6f-83dd-4922-a1da-0a95c2d80007';
const SEARCHES: readonly (readonly [id: string, what: string, query: string])[] = [
  ['never', 'a word that never occurs', 'q=zebra'],
  ['two', 'two words, one of which always does', 'q=bash+zebra'],
  ['cyrillic', 'a word in Cyrillic', 'q=%D0%B7%D0%B5%D0%B1%D1%80%D0%B0'],
  ['always', 'a word that always does, the newest 100', `q=tests&before=${Number.MAX_SAFE_INTEGER}`],
  ['session', 'a word that never occurs in one session', `q=zebra&sessionId=${session}`],
  ['topic', 'a topic that never occurs', 'topics=permission.*'],
  ['hour', 'an hour long ago', 'since=2020-01-01T10:00Z&until=2020-01-01T11:00Z'],
];

/** Posts hooks one after the other until the work is over; milliseconds of each. */
async function postWhile(daemon: Daemon, run: string, work: Promise<unknown>): Promise<number[]> {
  let isOver = false;
  void work.finally(() => {
    isOver = true;
  });
  const lane = new Lane(daemon);
  const times: number[] = [];
  while (!isOver) times.push(await lane.post(hookBody(run, times.length)));
  lane.close();
  return times;
}

const search = ({ url, token }: Daemon, query: string): Promise<number> =>
  timed(async () => {
    const answer = await fetch(`${url}/api/events?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`the search for ${query} was answered with ${answer.status}`);
  });

const second = (): Promise<unknown> => new Promise(resolve => setTimeout(resolve, 1000));

export async function* searchRows(daemon: Daemon): Rows {
  await postWhile(daemon, 'warm', second());
  const idle = await postWhile(daemon, 'idle', second());
  for (const [index, [id, what, query]] of SEARCHES.entries()) {
    yield { id: `search-${id}`, what: `search: ${what}`, unit: 'ms', values: [await search(daemon, query)] };
    const times = await postWhile(daemon, `se${index}`, search(daemon, query));
    yield {
      ...{ id: `search-${id}-hooks`, what: `search: ${what}: the slowest hook meanwhile`, unit: 'ms' },
      values: [quantile(times, 1)],
      control: { what: 'without a search', values: [quantile(idle, 1)] },
    };
  }
}
