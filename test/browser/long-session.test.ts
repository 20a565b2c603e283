// The page of a session of eight hours and 20,000 events: smooth while it is read and gone through, and never all of it in the page.
import { describe, expect, it } from 'vitest';
import { type Frames, framesOf } from '../../bench/page/frames.ts';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { growLog } from '../support/long-session.ts';
import { slowness } from '../support/main-thread.ts';

const executable = findBrowser();
const EVENTS = 20_000;
const HOURS = 8;
/** Of CPU without a pause, in milliseconds. */
const LONGEST_MS = 150;
/** Elements of the page at any time: what is not near is not there. */
const ELEMENTS = 25_000;

describe.skipIf(!executable)('a session of eight hours', () => {
  const lab = useDashboard(executable, { viewport: { width: 1440, height: 900 } });
  const talk = () => lab.page.getByRole('region', { name: 'Conversation' });
  const elements = (): Promise<number> => lab.page.evaluate(() => document.querySelectorAll('*').length);
  const scrollTo = (where: 'top' | 'end'): Promise<void> =>
    talk().evaluate((node, to) => {
      node.scrollTop = to === 'top' ? 0 : node.scrollHeight;
    }, where);

  let limit = LONGEST_MS;
  function tell(what: string, { p50, p99, longestTask }: Frames): void {
    console.log(
      `${what}: frames of ${p50.toFixed(0)} ms in the middle, p99 ${p99.toFixed(0)} ms; the longest task took ${longestTask.toFixed(0)} ms of CPU`,
    );
    expect(longestTask, what).toBeLessThan(limit);
  }

  it('is read, gone through from its end to its beginning and back, and goes on, without a pause', async () => {
    await lab.logIn();
    limit *= await slowness(lab.page);
    await lab.restart(() =>
      growLog(lab.place.hooklineHome, 's1', EVENTS, Date.now(), (HOURS * 3_600_000) / EVENTS),
    );
    const read = lab.page.getByText(/^(The last )?20,\d{3} events$/);
    const reading = await framesOf(lab.page, async () => {
      await lab.go('#/session/s1');
      await read.waitFor();
    });
    tell('reading 20,000 events', reading);

    const first = talk().getByText('The session started');
    let most = 0;
    const there = await framesOf(lab.page, async () => {
      while ((await first.count()) === 0) {
        await scrollTo('top');
        most = Math.max(most, await elements());
      }
    });
    tell('scrolled to the beginning', there);
    const newest = talk()
      .getByText(/^Turn 249 is done|Prompt 249/)
      .first();
    const back = await framesOf(lab.page, async () => {
      while ((await newest.count()) === 0) {
        await scrollTo('end');
        most = Math.max(most, await elements());
      }
    });
    tell('scrolled to the end', back);
    console.log(`${most} elements at most`);
    expect(most).toBeLessThan(ELEMENTS);

    // Whoever looks a little back, and then at what is new, sees what comes.
    await talk().evaluate(node => node.scrollBy(0, -2 * node.clientHeight));
    await lab.page.getByRole('button', { name: 'Newest' }).click();
    const live = await framesOf(lab.page, async () => {
      for (let index = 0; index < 40; index++)
        await lab.hook('UserPromptSubmit', { prompt: `Prompt of now ${index}` });
      await talk().getByText('Prompt of now 39').waitFor();
    });
    tell('while prompts come in', live);
  });

  it('leads from the slowest call to where it is, however long ago that was', async () => {
    const slow = { tool_name: 'Bash', tool_input: { command: 'npm run slow' }, tool_use_id: 'slow' };
    await lab.hook('PreToolUse', slow);
    await lab.hook('PostToolUse', { ...slow, tool_response: { stdout: 'done' }, duration_ms: 65_000 });
    await lab.logIn();
    await lab.restart(() => growLog(lab.place.hooklineHome, 's1', 15_000, Date.now() + 7 * 3_600_000, 1700));
    await lab.go('#/session/s1');
    await lab.page.getByText(/^15,\d{3} events$/).waitFor();
    const call = talk().getByRole('button', { name: /^\W*ok\s*Bash\s*npm run slow/ });
    expect(await call.count()).toBe(0);
    await lab.page.getByRole('link', { name: '1 min' }).first().click();
    await call.waitFor();
    expect(await elements()).toBeLessThan(ELEMENTS);
    await lab.page.getByRole('button', { name: 'Newest' }).click();
    await expect.poll(() => call.count()).toBe(0);
  });
});
