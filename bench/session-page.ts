// What the page of a session of eight hours and 20,000 events costs a browser, while it is read, gone through, and goes on.
//
// A real Chromium without a GPU, beside the daemon and the load on the same machine; the control is an empty page.
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { findBrowser, launchBrowser } from '../test/support/browser.ts';
import { startDaemon } from '../test/support/hookline.ts';
import { growLog } from '../test/support/long-session.ts';
import { framesOf } from './page/frames.ts';
import { logIn } from './page/log-in.ts';
import { frameRows, heapOf } from './page/rows.ts';
import type { Rows } from './report/row.ts';
import { type BenchPlace, makePlace } from './support/place.ts';
import { poster } from './support/post.ts';

const EVENTS = 20_000;
const HOURS = 8;
const PERIOD_MS = 5000;
/** Prompts a second. */
const RATE = 20;

const talkOf = (page: Page) => page.getByRole('region', { name: 'Conversation' });

/** Scrolls up until there is nothing more above; returns the most elements that were in the page. */
async function scrollUp(page: Page): Promise<number> {
  const first = talkOf(page).getByText('The session started');
  let most = 0;
  while ((await first.count()) === 0) {
    const elements = await talkOf(page).evaluate(node => {
      node.scrollTop = 0;
      return document.querySelectorAll('*').length;
    });
    most = Math.max(most, elements);
  }
  return most;
}

async function* sessionRows(browser: Browser, place: BenchPlace): Rows {
  growLog(place.hooklineHome, 's1', EVENTS, Date.now(), (HOURS * 3_600_000) / EVENTS);
  const daemon = await startDaemon(place);
  try {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    await page.goto('about:blank');
    const empty = await framesOf(page, () => delay(PERIOD_MS / 2));
    await logIn(page, daemon);
    const from = performance.now();
    const read = await framesOf(page, async () => {
      await page.evaluate(() => {
        location.hash = '#/session/s1';
      });
      await page.getByText(/^(The last )?20,\d{3} events$/).waitFor({ timeout: 120_000 });
    });
    const unit = 's';
    yield {
      id: 'whole',
      what: '20,000 events of eight hours, read and drawn',
      unit,
      values: [(performance.now() - from) / 1000],
    };
    yield* frameRows('read', 'while they are read', read, empty);
    let most = 0;
    const scrolled = await framesOf(page, async () => {
      most = await scrollUp(page);
    });
    yield* frameRows('scroll', 'the conversation scrolled to its beginning', scrolled, empty);
    yield { id: 'elements', what: 'elements in the page meanwhile, at most', unit: '', values: [most] };
    await talkOf(page).evaluate(node => node.scrollBy(0, -2 * node.clientHeight));
    await page.getByRole('button', { name: 'Newest' }).click();
    const hooks = poster(daemon);
    const live = await framesOf(page, async () => {
      for (let index = 0; index < (RATE * PERIOD_MS) / 1000; index++) {
        const prompt = {
          hook_event_name: 'UserPromptSubmit',
          session_id: 's1',
          cwd: '/home/dev/shop',
          prompt: `Now ${index}`,
        };
        await hooks.one(prompt);
        await delay(1000 / RATE);
      }
    });
    hooks.close();
    yield* frameRows('live', `while ${RATE} prompts a second come in`, live, empty);
    yield await heapOf(page);
  } finally {
    await daemon.stop();
  }
}

export async function* rows(): Rows {
  const executable = findBrowser();
  if (!executable) {
    yield { id: 'session-page', what: 'the page of a session in a browser', missing: 'no Chromium is here' };
    return;
  }
  const place = makePlace();
  const browser = await launchBrowser(executable);
  try {
    // A daemon makes the file.
    await (await startDaemon(place)).stop();
    yield* sessionRows(browser, place);
  } finally {
    await browser.close();
    place.remove();
  }
}
