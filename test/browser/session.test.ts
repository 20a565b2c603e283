// A session's page: told from history and live, with subagents, questions and failures, by mouse and by keyboard.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { growLog } from '../support/long-session.ts';
import { longestTask, slowness } from '../support/main-thread.ts';

const executable = findBrowser();

describe.skipIf(!executable)('a session’s page', () => {
  const lab = useDashboard(executable);
  const talk = () => lab.page.getByRole('region', { name: /Conversation|Explore/ });
  const lanes = () => lab.page.locator('.lane-labels button');
  const agent = { agent_id: 'a1', agent_type: 'Explore' };
  /** Where it is asked may change while it is: at the terminal first, and here once it can be answered here. */
  const asked = () => lab.page.getByText('The agent wants to run a command').filter({ visible: true });

  async function call(id: string, command: string, more: object = {}): Promise<void> {
    const about = { tool_name: 'Bash', tool_input: { command }, tool_use_id: id, ...more };
    await lab.hook('PreToolUse', about);
    await lab.hook('PostToolUse', { ...about, tool_response: { stdout: 'ok' }, duration_ms: 40 });
  }

  async function begin(): Promise<void> {
    await lab.hook('SessionStart', { source: 'startup', model: 'claude-opus-5-5' });
    await lab.hook('UserPromptSubmit', { prompt: 'Fix the **till**, see `src/till.ts`' });
    await call('t1', 'npm test');
  }

  it('tells what was, and goes on with what comes', async () => {
    await begin();
    await lab.logIn();
    await lab.page.getByRole('link', { name: 'shop' }).first().click();
    await lab.page.getByRole('heading', { level: 1, name: 'shop' }).waitFor();
    await talk().getByText('Fix the till, see src/till.ts').waitFor();
    await talk()
      .getByRole('button', { name: /^(?!output of).*npm test/ })
      .waitFor();

    await call('t2', 'git status');
    await talk()
      .getByRole('button', { name: /^(?!output of).*git status/ })
      .waitFor();
    const failing = { tool_name: 'Bash', tool_input: { command: 'npm run lint' }, tool_use_id: 't3' };
    await lab.hook('PreToolUse', failing);
    await lab.hook('PermissionRequest', failing);
    await asked().waitFor();
    await lab.hook('PostToolUseFailure', { ...failing, error: 'Exit code 2', duration_ms: 12 });
    await talk().getByText('Exit code 2').waitFor();
    await expect.poll(() => asked().count()).toBe(0);
    await lab.hook('Stop', { last_assistant_message: 'The till adds up.' });
    await talk().getByText('The till adds up.').waitFor();
    await talk().getByText('Turn ended after').waitFor();
    await lab.hook('SessionEnd', { reason: 'other' });
    const state = lab.page.locator('.view-head').getByRole('status');
    await expect.poll(() => state.textContent()).toBe('Ended');
  });

  it('shows subagents as lanes and their own words when asked', async () => {
    await begin();
    const start = { tool_name: 'Agent', tool_use_id: 't5', tool_input: { description: 'Look around' } };
    await lab.hook('PreToolUse', start);
    await lab.hook('SubagentStart', agent);
    await lab.hook('PostToolUse', {
      ...start,
      tool_response: { isAsync: true, agentId: 'a1' },
      duration_ms: 5,
    });
    await call('t6', 'ls src', agent);
    await lab.logIn('#/session/s1');
    await expect.poll(() => lanes().allTextContents()).toEqual(['Main agent2 calls', 'Explore1 call']);
    await talk()
      .getByRole('button', { name: /Explore 1 call, at work/ })
      .click();
    await talk()
      .getByRole('button', { name: /^(?!output of).*ls src/ })
      .waitFor();
    expect(lab.page.url()).toContain('agent=a1');
    await lab.hook('SubagentStop', { ...agent, last_assistant_message: 'It is in src.' });
    await talk().getByText('It is in src.').waitFor();
    await lab.page.getByRole('button', { name: 'Main agent', exact: true }).click();
    await talk().getByText('Fix the till').waitFor();
  });

  it('opens at the newest and stays there, however its neighbours grow, until somebody scrolls up', async () => {
    await lab.logIn();
    await lab.restart(() => growLog(lab.place.hooklineHome, 's1', 400));
    await lab.hook('UserPromptSubmit', { prompt: 'And now the receipts' });
    await lab.go('#/session/s1');
    await expect.poll(() => lanes().count()).toBe(13);
    await talk().getByText('And now the receipts').waitFor();
    const below = () => talk().evaluate(node => node.scrollHeight - node.clientHeight - node.scrollTop);
    // Nothing in it makes the page itself longer than it is.
    const longer = () => lab.page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
    expect(await longer()).toBe(0);
    const newest = lab.page.getByRole('button', { name: 'Newest' });
    await expect.poll(below).toBeLessThan(2);
    await lab.hook('PermissionRequest', { tool_name: 'Bash', tool_input: { command: 'npm publish' } });
    await asked().waitFor();
    await lab.page.setViewportSize({ width: 1280, height: 560 });
    await expect.poll(below).toBeLessThan(2);
    expect(await newest.isVisible()).toBe(false);
    await talk().evaluate(node => {
      node.scrollTop -= 300;
    });
    await newest.waitFor();
    await lab.page.setViewportSize({ width: 1280, height: 720 });
    expect(await newest.isVisible()).toBe(true);
    await newest.click();
    await expect.poll(below).toBeLessThan(2);
  });

  it('can be walked through by keyboard', async () => {
    await begin();
    await call('t2', 'git status');
    await lab.logIn('#/session/s1');
    const timeline = lab.page.getByRole('application', { name: /Timeline/ });
    await talk()
      .getByRole('button', { name: /^(?!output of).*git status/ })
      .waitFor();
    // It is drawn a frame after the conversation.
    await expect.poll(() => lanes().allTextContents()).toEqual(['Main agent2 calls']);
    await timeline.focus();
    await lab.page.keyboard.press('ArrowLeft');
    const said = lab.page.locator('.timeline [role="status"]');
    await expect.poll(() => said.textContent()).toContain('git status');
    await lab.page.keyboard.press('ArrowLeft');
    await expect.poll(() => said.textContent()).toContain('Bash, npm test, ok · 40 ms');
    await lab.page.keyboard.press('Enter');
    await lab.page
      .getByRole('complementary', { name: /^Event/ })
      .getByText('npm test')
      .first()
      .waitFor();
  });

  it('is whole after a restart of the daemon, with nothing twice', async () => {
    await begin();
    await lab.logIn('#/session/s1');
    await talk()
      .getByRole('button', { name: /^(?!output of).*npm test/ })
      .waitFor();
    await lab.restart();
    await call('t2', 'git status');
    await talk()
      .getByRole('button', { name: /^(?!output of).*git status/ })
      .waitFor();
    expect(await talk().locator('.call').count()).toBe(2);
    expect(await talk().getByText('Fix the till').count()).toBe(1);
  });

  it('is there for a session that ended long ago, and says so when there is none', async () => {
    await begin();
    await lab.hook('SessionEnd', { reason: 'clear' });
    await lab.logIn();
    await lab.page.locator('.ended').getByRole('link', { name: 'shop' }).click();
    await talk().getByText('The session ended: cleared').waitFor();
    await expect.poll(() => lab.page.getByRole('button', { name: 'Follow' }).isVisible()).toBe(false);
    await lab.go('#/session/nobody');
    await lab.page.getByText('The log has no event of this session').waitFor();
    const headings = () => lab.page.getByRole('heading', { level: 2 }).filter({ visible: true });
    await expect.poll(() => headings().count()).toBe(0);
  });

  it.each([
    { story: 'a moment', events: 3, pace: 40 },
    { story: 'five thousand calls', events: 12_500, pace: 900 },
    { story: 'eight hours', events: 2000, pace: 14_400 },
  ])('shows the newest of $story at first, with its time', async ({ events, pace }) => {
    await lab.logIn();
    await lab.restart(() => growLog(lab.place.hooklineHome, 's1', events, Date.now(), pace));
    await call('t1', 'npm test');
    await lab.go('#/session/s1');
    await lab.page.getByText(/^[\d,]+ events$/).waitFor({ timeout: 60_000 });
    // One short call is a sliver of the time that has passed since, however long the page took to open.
    const much = events > 100 ? 0.4 : 0;
    await expect.poll(() => coloured('.lanes')).toBeGreaterThan(much);
    await expect.poll(() => inked('.axis')).toBeGreaterThan(0.1);
    await lab.page.getByRole('button', { name: 'Show all of it' }).click();
    await expect.poll(() => coloured('.lanes')).toBeGreaterThan(much);
  });

  /** The part of a canvas' width that has anything on it. */
  const inked = (canvas: string, least = 0): Promise<number> =>
    lab.page.locator(canvas).evaluate((node, chroma) => {
      const { width, height } = node as HTMLCanvasElement;
      const { data } = (node as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height) ?? {
        data: [],
      };
      const columns = new Set<number>();
      for (let at = 0; at < data.length; at += 4) {
        const [red = 0, green = 0, blue = 0, alpha = 0] = data.slice(at, at + 4);
        if (alpha > 100 && Math.max(red, green, blue) - Math.min(red, green, blue) >= chroma)
          columns.add((at / 4) % width);
      }
      return columns.size / width;
    }, least);
  /** The part of it with a colour: greys are no calls. */
  const coloured = (canvas: string): Promise<number> => inked(canvas, 50);

  it('stays quick with ten thousand events', async () => {
    await lab.logIn();
    await lab.restart(() => growLog(lab.place.hooklineHome, 's1', 10_000));
    const limit = 100 * (await slowness(lab.page));
    const longest = await longestTask(lab.page, async () => {
      await lab.go('#/session/s1');
      await lab.page.getByText(/^10,\d{3} events$/).waitFor({ timeout: 60_000 });
      await talk().evaluate(node => {
        node.scrollTop = 0;
      });
    });
    console.log(
      `ten thousand events read and drawn: the longest task took ${longest.cpuMs.toFixed(0)} ms of CPU, ${longest.clockMs.toFixed(0)} ms by the clock`,
    );
    expect(longest.cpuMs).toBeLessThan(limit);
  });
});
