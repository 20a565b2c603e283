// What axe finds in every view, light and dark, wide and narrow: nothing serious.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { growLog } from '../support/long-session.ts';
import { openView, viewsWith } from './views.ts';

const executable = findBrowser();
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.skipIf(!executable)('the dashboard is accessible', () => {
  const lab = useDashboard(executable);

  let message = '';
  async function seed(): Promise<void> {
    await lab.hook('SessionStart', { source: 'startup', model: 'claude-opus-5-5' });
    await lab.hook('UserPromptSubmit', { prompt: 'Fix the till, see `src/till.ts`' });
    const call = { tool_name: 'Bash', tool_input: { command: 'npm publish' }, tool_use_id: 't1' };
    await lab.hook('SubagentStart', { agent_id: 'a1', agent_type: 'Explore' });
    await lab.hook('PreToolUse', { ...call, tool_use_id: 't2', agent_id: 'a1', agent_type: 'Explore' });
    await lab.hook('PreToolUse', call);
    await lab.hook('PostToolUseFailure', { ...call, error: 'Exit code 1', duration_ms: 12 });
    const table = '| file | sum |\n|---|--:|\n| till.ts | 3 |\n\nSee [it](https://example.com).';
    await lab.hook('Stop', { last_assistant_message: table });
    await lab.hook('UserPromptSubmit', { prompt: 'Write it' });
    await lab.hook('PermissionRequest', {
      tool_name: 'Edit',
      tool_input: { file_path: '/w/till.ts', old_string: 'a\nb', new_string: 'b\n'.repeat(40) },
    });
    await seedMessages();
    for (const [id, event] of [
      ['s2', { event: 'StopFailure', error: 'rate_limit' }],
      ['s3', { event: 'Stop', last_assistant_message: 'Done.' }],
      ['s4', { event: 'SessionEnd', reason: 'other' }],
      ['s5', { event: 'PreToolUse', ...call }],
    ] as const) {
      const place = { session_id: id, cwd: `/w/${id}` };
      await lab.hook('SessionStart', { ...place, source: 'startup' });
      const { event: name, ...fields } = event;
      await lab.hook(name, { ...place, ...fields });
    }
  }

  /** One in each state that shows something of its own. */
  async function seedMessages(): Promise<void> {
    await lab.send({ to: 's1', from: 'hookline-dashboard', message: 'Is it done?' });
    await lab.send({ to: 's1', from: 'ci', message: 'The build is red.' });
    await lab.ask('POST', '/api/inbox/s1/take', { max: 1 });
    message = await lab.send({ from: 'ci', message: '**Deploy** it.' });
    for (let tries = 0; tries < 5; tries++) {
      await lab.ask('POST', '/api/inbox/backend/take', {});
      await lab.ask('POST', `/api/messages/${message}/nack`, { name: 'backend', reason: 'no disk' });
    }
    await lab.send({ from: 'ci' });
  }

  /** Violations as people can mend them: rule, impact, where, and why. */
  async function violations(): Promise<string[]> {
    if (!(await lab.page.evaluate(() => 'axe' in globalThis))) await lab.page.evaluate(axe);
    const { violations: found } = await lab.page.evaluate(
      async options =>
        (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(
          options,
        ),
      { resultTypes: ['violations'] } as RunOptions,
    );
    return found.flatMap(({ id, impact, nodes }) =>
      nodes.map(node => `${impact} ${id}: ${node.html.slice(0, 160)} ${node.failureSummary?.slice(0, 300)}`),
    );
  }

  it.each([
    { colorScheme: 'light', width: 1440, height: 900 },
    { colorScheme: 'dark', width: 1440, height: 900 },
    { colorScheme: 'light', width: 1280, height: 720 },
    { colorScheme: 'light', width: 360, height: 740 },
    { colorScheme: 'dark', width: 360, height: 740 },
  ] as const)('in every view, $colorScheme, $width pixels wide', async ({ colorScheme, ...size }) => {
    await seed();
    await lab.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await lab.page.setViewportSize(size);
    await lab.logIn();
    await lab.restart(() => growLog(lab.place.hooklineHome, 's1', 200));
    const [event = 0] = await lab.seqs('tool.use');
    for (const view of viewsWith('s1', event, message)) {
      await openView(lab, view);
      expect(await violations(), view.name).toEqual([]);
    }
    await lab.go('#/session/s1');
    await lab.page.locator('.block-row').first().waitFor();
    for (const tab of await lab.page.locator('.tabs button:visible').all()) {
      await tab.click();
      expect(await violations(), `a session, ${await tab.textContent()}`).toEqual([]);
    }
    await lab.go(`#/?at=${event}`);
    await lab.page.getByText('Then: ').waitFor();
    expect(await violations(), 'the board then').toEqual([]);
    for (const [key, name] of [
      ['Control+k', 'Commands'],
      ['?', 'Keys'],
    ] as const) {
      await lab.page.keyboard.press(key);
      await lab.page.getByRole('dialog', { name }).waitFor();
      expect(await violations(), name).toEqual([]);
      await lab.page.keyboard.press('Escape');
    }
    await lab.context.clearCookies();
    await lab.page.goto(lab.daemon.url);
    await lab.page.getByText('main.js open').first().waitFor();
    expect(await violations(), 'the login').toEqual([]);
  });

  // A long page, and slow to look through.
  it.each([
    { colorScheme: 'light', width: 1440, height: 900 },
    { colorScheme: 'dark', width: 360, height: 740 },
  ] as const)('in the docs, $colorScheme, $width pixels wide', async ({ colorScheme, ...size }) => {
    await lab.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await lab.page.setViewportSize(size);
    await lab.page.goto(`${lab.daemon.url}/docs`);
    await lab.page.getByRole('heading', { name: 'tool.result' }).first().waitFor();
    expect(await violations(), 'the docs').toEqual([]);
    for (const words of ['epoch', 'nothing says this']) {
      await lab.page.getByRole('searchbox').fill(words);
      await lab.page.locator('#found', { hasText: /found/ }).waitFor({ state: 'attached' });
      expect(await violations(), `the docs, searched for ${words}`).toEqual([]);
    }
  });

  it.each([
    { colorScheme: 'light', width: 1440, height: 900 },
    { colorScheme: 'dark', width: 360, height: 740 },
  ] as const)(
    'where sessions can be answered, $colorScheme, $width pixels wide',
    async ({ colorScheme, ...size }) => {
      await lab.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await lab.page.setViewportSize(size);
      await lab.logIn();
      const options = [{ label: 'Red', description: 'r', preview: 'p' }, { label: 'Blue' }];
      const questions = [true, false].map(multiSelect => ({
        question: `${multiSelect}?`,
        multiSelect,
        options,
      }));
      for (const [id, tool_name, tool_input] of [
        ['s1', 'Bash', { command: 'npm publish\n'.repeat(30), timeout: 5 }],
        ['s2', 'AskUserQuestion', { questions }],
        ['s3', 'ExitPlanMode', { plan: '# It\n\n```\ngit mv\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |' }],
      ] as const)
        await lab.hook('PermissionRequest', { session_id: id, cwd: `/w/${id}`, tool_name, tool_input });
      const inOrder = lab.page.locator('.request');
      await expect.poll(() => inOrder.count()).toBe(3);
      await lab.page.getByRole('button', { name: 'Say why not…' }).click();
      await expect.poll(() => lab.page.locator('.request .quiet:disabled').count()).toBe(0);
      expect(await violations(), 'the board').toEqual([]);
      expect(await lab.page.evaluate(() => document.body.scrollWidth <= innerWidth)).toBe(true);
      await lab.go('#/session/s2');
      await lab.page.locator('.session-view .request').waitFor();
      expect(await violations(), 'a session').toEqual([]);
    },
  );

  it.each(['light', 'dark'] as const)('while the daemon is away, %s', async colorScheme => {
    await seed();
    await lab.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await lab.logIn();
    await lab.page.locator('.card').first().waitFor();
    const views = { session: '#/session/s1', usage: '#/usage', search: '#/search?q=e', board: '#/' };
    const open = async (view: string, route: string): Promise<void> => {
      await lab.go(route);
      await lab.page.locator(`.${view}-view h1`).waitFor();
    };
    for (const [view, route] of Object.entries(views)) await open(view, route);
    await lab.daemon.stop('SIGKILL');
    await lab.page.locator('#connection[data-phase="waiting"]').waitFor();
    expect(await violations(), 'the board that is left').toEqual([]);
    for (const [view, route] of Object.entries(views)) {
      await open(view, route);
      expect(await violations(), route).toEqual([]);
    }
  });

  it('while more is still being read', async () => {
    await seed();
    await lab.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await lab.logIn();
    await lab.restart(() => growLog(lab.place.hooklineHome, 's1', 200));
    await lab.page.route(/api\/events\?.*before=/, () => {}); // Never answered: it stays as busy as it gets.
    await lab.go('#/search?q=e');
    await lab.page.locator('.found[aria-busy="true"] .hit').first().waitFor();
    expect(await violations(), 'a search').toEqual([]);
    await lab.page.unroute(/api\/events\?.*before=/);
    const [first = 0, second = 0] = await lab.seqs('tool.*');
    await lab.go(`#/?at=${first}`);
    await lab.page.getByText('Then: ').waitFor();
    await lab.page.route(/at=/, () => {});
    await lab.go(`#/?at=${second}`);
    await lab.page.locator('.past[aria-busy="true"]').waitFor();
    expect(await violations(), 'the board then').toEqual([]);
  });

  it('moves nothing for who wants it still', async () => {
    await seed();
    await lab.page.emulateMedia({ reducedMotion: 'reduce' });
    await lab.logIn();
    await lab.page.locator('.card').first().waitFor();
    const moving = await lab.page.evaluate(() => document.getAnimations().length);
    expect(moving).toBe(0);
  });

  it('can be gone through with the keyboard alone, and shows where one is', async () => {
    await seed();
    await lab.logIn();
    await lab.page.locator('.card').first().waitFor();
    const seen: string[] = [];
    // Once around, until the focus leaves the page.
    while (seen.length < 200) {
      await lab.page.keyboard.press('Tab');
      const focus = await lab.page.evaluate(() => {
        const node = document.activeElement;
        if (node === document.body) return undefined;
        // A card is the outline of its link; what else can have the focus in it shows that itself.
        const outlines = [node, node?.closest('.card')].map(shown =>
          shown ? getComputedStyle(shown).outlineStyle : 'none',
        );
        return {
          text: node?.textContent?.trim() ?? '',
          outline: outlines.find(outline => outline !== 'none') ?? 'none',
        };
      });
      if (focus === undefined) break;
      seen.push(focus.text);
      expect(focus.outline, `the focus on ${focus.text}`).not.toBe('none');
    }
    expect(seen.slice(0, 4)).toEqual(['Skip to the content', 'hookline', 'Sessions', 'Feed']);
    const cards = ['shop', 's2', 's5', 's3', 's4'];
    expect(seen.filter(one => cards.includes(one))).toEqual(cards);
  });
});
