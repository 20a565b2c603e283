// On a phone everything one presses is large enough for a finger, and no heading says again what its tab says.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { growLog } from '../support/long-session.ts';

const executable = findBrowser();
/** The least that WCAG 2.2 asks for, in pixels. */
const LEAST = 24;

describe.skipIf(!executable)('under a finger', () => {
  const lab = useDashboard(executable, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });

  it.each([
    { route: '#/session/s1', what: '.call, .note-row, .agent-row, .tabs button' },
    { route: '#/usage?of=tokens', what: '.usage-table a' },
    { route: '#/', what: '.ended li, .latest a' },
    { route: '#/?at=20', what: '.scrubber' },
  ])('$what of $route', async ({ route, what }) => {
    await lab.logIn();
    await lab.restart(() => growLog(lab.place.hooklineHome, 's1', 200));
    await lab.hook('SessionStart', { session_id: 's2', source: 'startup' });
    await lab.hook('SessionEnd', { session_id: 's2', reason: 'other' });
    await lab.go(route);
    const things = lab.page.locator(what).filter({ visible: true });
    await things.first().waitFor();
    const low = await things.evaluateAll(
      (nodes, least) =>
        nodes
          .map(node => ({ text: node.textContent, tall: node.getBoundingClientRect().height }))
          .filter(({ tall }) => tall < least),
      LEAST,
    );
    expect(low).toEqual([]);
    if (route.startsWith('#/session'))
      expect(await lab.page.getByRole('heading', { name: 'Conversation' }).isVisible()).toBe(false);
  });
});
