// The alert by which somebody tries whether a target is reached.
import type { OpenAlert } from '../protocol/index.ts';

/** @param now milliseconds since 1970 */
export function testAlert(alertId: string, to: string, now: number): OpenAlert {
  return {
    ...{ alertId, when: 'test', rule: 'test', cause: `test ${alertId}`, since: now, firedAt: now },
    title: 'hookline reaches you',
    text: 'an alert that somebody sent to try it',
    advice: 'There is nothing to do.',
    ...{ to: [to], sessionId: '' },
  };
}
