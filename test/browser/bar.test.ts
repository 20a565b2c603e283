// The top bar on screens of every width: nothing lies over anything, nothing sticks out, whatever the connection has to say.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { growLog, shrinkLog } from '../support/long-session.ts';

const executable = findBrowser();
const WIDTHS = [320, 390, 703, 720, 768, 820, 896, 960, 1024, 1090, 1150, 1200, 1280];

describe.skipIf(!executable)('the top bar', () => {
  const lab = useDashboard(executable);

  /** What is wrong at which width. */
  async function troubles(): Promise<string[]> {
    const found: string[] = [];
    for (const width of WIDTHS) {
      await lab.page.setViewportSize({ width, height: 700 });
      const wrong = await lab.page.evaluate(() => {
        const parts = [...document.querySelectorAll('.bar > *, .connection > *')]
          .filter(
            node => !node.matches('.connection, .spring') && getComputedStyle(node).position !== 'fixed',
          )
          .map(node => ({ name: node.className || node.id, box: node.getBoundingClientRect() }))
          .filter(({ box }) => box.width > 0)
          .toSorted((left, right) => left.box.left - right.box.left);
        const over = parts
          .slice(1)
          .filter(({ box }, at) => box.left < (parts[at]?.box.right ?? 0) - 0.5)
          .map(({ name }) => `${name} begins before what is left of it ends`);
        const word = document.querySelector('.connection .phase');
        if (word !== null && word.scrollWidth > word.clientWidth) over.push(`${word.textContent} is cut`);
        const { scrollWidth } = document.documentElement;
        return scrollWidth > innerWidth ? [...over, `the page is ${scrollWidth} wide`] : over;
      });
      found.push(...wrong.map(words => `${width}: ${words}`));
    }
    return found;
  }

  it('has room for everything: live, offline, and with events missing', async () => {
    await lab.logIn('#/feed');
    const connection = lab.page.locator('#connection');
    expect(await troubles(), 'live').toEqual([]);
    // As when alerts are open, however many.
    await lab.page.evaluate(() => {
      const button = document.querySelector('#alerts');
      const icon = document.querySelector('#commands svg')?.cloneNode(true) ?? '';
      if (!(button instanceof HTMLElement)) return;
      button.hidden = false;
      button.replaceChildren(icon, '12');
    });
    expect(await troubles(), 'with alerts').toEqual([]);
    await lab.page.evaluate(() => document.querySelector('#alerts')?.setAttribute('hidden', ''));
    await lab.restart(async () => {
      growLog(lab.place.hooklineHome, 's1', 2000);
      shrinkLog(lab.place.hooklineHome, 1900);
      await connection.getByText('offline').waitFor();
      expect(await troubles(), 'offline').toEqual([]);
      await lab.page.setViewportSize({ width: 1280, height: 700 });
      await connection.getByText(/^, retrying in \d+ s$/).waitFor();
    });
    await connection.getByText(/^[\d,]+ events missing$/).waitFor();
    expect(await troubles(), 'with a gap').toEqual([]);
  });

  it('announces that the connection is gone, and not every second of it', async () => {
    await lab.logIn();
    const status = lab.page.locator('#connection [role="status"]');
    expect(await status.textContent()).toBe('live');
    await status.evaluate(node => {
      const said: string[] = [];
      Object.assign(globalThis, { said });
      new MutationObserver(() => said.push(node.textContent ?? '')).observe(node, {
        characterData: true,
        childList: true,
        subtree: true,
      });
    });
    await lab.restart(async () => {
      // Several attempts to come back fail.
      await lab.page.locator('[data-part="retry"]').evaluate(
        node =>
          new Promise<void>(resolve => {
            let attempts = 0;
            new MutationObserver(() => {
              if (node.textContent === ', trying' && ++attempts === 3) resolve();
            }).observe(node, { characterData: true, childList: true, subtree: true });
          }),
      );
    });
    const said = await lab.page.evaluate(() => (globalThis as unknown as { said: string[] }).said);
    expect(said).toEqual(['offline', 'live']);
  });
});
