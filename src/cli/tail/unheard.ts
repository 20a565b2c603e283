// Topics that no event of hookline's own has: most likely a misspelt one, so it is said before somebody waits in vain.
import { nearest } from '../../config/index.ts';
import { compileTopic, EVENT_TYPES } from '../../protocol/index.ts';

/** A sentence for each topic that will probably never come. Hooks are left out: which there will be, nobody knows. */
export function unheardOf(topics: readonly string[]): string[] {
  return topics.flatMap(topic => {
    const matches = compileTopic(topic);
    if (topic.startsWith('hook.') || [...EVENT_TYPES, 'hook.any'].some(type => matches(type))) return [];
    const guess = nearest(topic, EVENT_TYPES);
    const meant = guess === undefined ? '/docs of the daemon lists them' : `did you mean ${guess}?`;
    return [`no event of hookline's own has the topic ${JSON.stringify(topic)}; ${meant}`];
  });
}
