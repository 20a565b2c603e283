// A session as one JSON object, written a piece at a time.
import { type About, learnAbout } from '../about.ts';
import type { Source } from './source.ts';

/** Of the shape; another one when something in it is renamed or taken away. */
export const SHAPE = 1;

/**
 * `{format, version, hookline, exportedAt, sessionId, usage, events: [...], session}`. Events are envelopes as the log has them, in its
 * order; those of a session from before hookline say `"log": "history"`. `session` is what they say about it.
 *
 * @throws what the source throws
 */
export async function* jsonOf(source: Source): AsyncGenerator<string> {
  const { sessionId, version, now, usage } = source;
  const about: About = { sessionId };
  const head = {
    ...{ format: 'hookline-session', version: SHAPE, hookline: version },
    ...{ exportedAt: now, sessionId, usage },
  };
  yield `${JSON.stringify(head).slice(0, -1)},\n"events": [`;
  let before = '\n';
  for await (const { log, events } of source.pages()) {
    const lines: string[] = [];
    for (const event of events) {
      learnAbout(about, event);
      lines.push(before, JSON.stringify(log === 'history' ? { ...event, log } : event));
      before = ',\n';
    }
    yield lines.join('');
  }
  yield `\n],\n"session": ${JSON.stringify(about)}}\n`;
}
