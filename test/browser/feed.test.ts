// The live feed in a real browser: everything, in order, once; filtered, paused, and through a kill of the daemon.
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { pushedOn } from '../support/feed.ts';
import { growLog } from '../support/long-session.ts';

const executable = findBrowser();

describe.skipIf(!executable)('the feed', () => {
  const lab = useDashboard(executable);
  const list = () => lab.page.getByRole('listbox', { name: 'Events' });
  const row = (text: string) => list().getByRole('option').filter({ hasText: text });
  const say = (message: string, session = 's1') =>
    lab.hook('Notification', { message, session_id: session, cwd: `/w/${session}` });
  /** How many rows there are, also those that are not in sight. */
  const rowCount = () =>
    list().evaluate(node => {
      const height = node.querySelector('.row')?.getBoundingClientRect().height ?? 0;
      return (node.querySelector('.rows')?.getBoundingClientRect().height ?? 0) / height;
    });
  /** The messages in sight, top to bottom. */
  const messages = async () =>
    (await list().locator('.row .what').allTextContents()).filter(text => /^word \d+$/.test(text));

  it('shows events as they come, the newest at the bottom', async () => {
    await lab.logIn('#/feed');
    for (let n = 1; n <= 5; n++) await say(`word ${n}`);
    await expect.poll(messages).toEqual(['word 1', 'word 2', 'word 3', 'word 4', 'word 5']);
  });

  it('misses and repeats nothing when the daemon is killed and comes back', async () => {
    await lab.logIn('#/feed?all=1');
    const { hook } = lab;
    for (let n = 1; n <= 3; n++) await hook('Notification', { message: `word ${n}` });
    await row('word 3').waitFor();
    await lab.restart();
    for (let n = 4; n <= 6; n++) await hook('Notification', { message: `word ${n}` });
    await row('word 6').waitFor();
    const shown = await list().locator('.row .seq').allTextContents();
    const seqs = shown.filter(text => text !== '').map(text => Number(text.replaceAll(',', '')));
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => index + 1));
    expect(await messages()).toEqual(['word 1', 'word 2', 'word 3', 'word 4', 'word 5', 'word 6']);
    await row('Offline for').waitFor();
    expect(await lab.page.getByText('missing').count()).toBe(0);
  });

  it('says so when the log comes back with another numbering', async () => {
    await lab.logIn('#/feed');
    await say('word 1');
    await row('word 1').waitFor();
    await lab.restart(() => {
      for (const end of ['', '-wal', '-shm', '-instance'])
        fs.rmSync(path.join(lab.place.hooklineHome, `events.db${end}`), { force: true });
    });
    await row('restarted with a new numbering').waitFor();
    expect(await row('word 1').count()).toBe(0);
    await say('word 2');
    await row('word 2').waitFor();
  });

  it('filters by topic, text and session, and keeps that in the address', async () => {
    await say('word 1', 's1');
    await say('word 2', 's2');
    await lab.hook('UserPromptSubmit', { prompt: 'word 3', session_id: 's2', cwd: '/w/s2' });
    await lab.logIn('#/feed');
    await expect.poll(messages).toEqual(['word 1', 'word 2', 'word 3']);
    await lab.page.getByLabel('Show only these topics').fill('prompt.*');
    await expect.poll(messages).toEqual(['word 3']);
    await lab.page.getByLabel('Show only these topics').fill('{prompt');
    await lab.page.getByText('{prompt has braces that are nested or not closed').waitFor();
    await lab.page.getByLabel('Show only these topics').fill('');
    await lab.page.getByLabel('Show only rows with this text').fill('WORD 2');
    await expect.poll(messages).toEqual(['word 2']);
    await lab.page.getByLabel('Show only rows with this text').fill('');
    await lab.page.getByLabel('Show only this session').selectOption('s1');
    await expect.poll(messages).toEqual(['word 1']);
    expect(lab.page.url()).toContain('session=s1');
    await lab.page.reload();
    await expect.poll(messages).toEqual(['word 1']);
  });

  it('shows the essentials: a call in one row, from running to its result; and everything when asked', async () => {
    const call = { tool_name: 'Bash', tool_input: { command: 'npm test' }, tool_use_id: 't1' };
    await lab.logIn('#/feed');
    await lab.hook('UserPromptSubmit', { prompt: 'go', prompt_id: 'p1' });
    await lab.hook('PreToolUse', call);
    const outcome = () => row('npm test').locator('.outcome').allTextContents();
    await expect.poll(outcome).toEqual(['running']);
    await lab.hook('PostToolUseFailure', { ...call, error: 'Exit code 1', duration_ms: 1200 });
    await expect.poll(outcome).toEqual(['failed · 1.2 s · Exit code 1']);
    await lab.hook('PostToolBatch', { tool_calls: [{ tool_use_id: 't1' }] });
    await lab.hook('Stop', { prompt_id: 'p1', last_assistant_message: 'It fails.' });
    await row('It fails.').waitFor();
    const types = () => list().locator('.row .type').allTextContents();
    const essentials = [
      'system.started',
      'session.discovered',
      'prompt.submitted',
      'tool.use',
      'turn.completed',
    ];
    await expect.poll(async () => (await types()).filter(type => type !== '')).toEqual(essentials);
    const all = (await lab.seqs('**')).length;
    await lab.page.getByText(`${essentials.length} of ${all} shown`, { exact: true }).waitFor();

    // Topics mean exactly those.
    await lab.page.getByLabel('Show only these topics').fill('tool.*');
    await expect.poll(types).toEqual(['tool.use', 'tool.result', 'tool.batch']);
    await lab.page.getByLabel('Show only these topics').fill('');
    await lab.page.getByRole('button', { name: 'Essentials', pressed: true }).click();
    await expect.poll(async () => (await types()).length).toBeGreaterThanOrEqual(all);
    await lab.page.getByText(`${all} events`, { exact: true }).waitFor();
    expect(await outcome()).toEqual(['']);
    expect(lab.page.url()).toContain('all=1');
  });

  it('stands still while somebody reads further up, and counts what is new', async () => {
    for (let n = 1; n <= 80; n++) await say(`word ${n}`);
    await lab.logIn('#/feed');
    await row('word 80').waitFor();
    await list().evaluate(node => {
      node.scrollTop = 0;
    });
    await row('word 1').first().waitFor();
    const before = await messages();
    await say('word 81');
    await say('word 82');
    const jump = lab.page.getByRole('button', { name: /new$/ });
    await jump.waitFor();
    expect(await messages()).toEqual(before);
    await jump.click();
    await row('word 82').waitFor();
    expect(await jump.isVisible()).toBe(false);
  });

  it('fetches what was before when somebody scrolls to the beginning', async () => {
    for (let n = 1; n <= 320; n++) await say(`word ${n}`);
    await lab.logIn('#/feed');
    await row('word 320').waitFor();
    await list().focus();
    await lab.page.keyboard.press('Home');
    await expect
      .poll(async () => {
        await lab.page.keyboard.press('Home');
        return messages();
      })
      .toContain('word 1');
  });

  it('holds a hundred thousand events, of which only those in sight are rows', async () => {
    await lab.logIn('#/feed?all=1');
    await list().waitFor();
    await lab.restart(() => growLog(lab.place.hooklineHome, 's1', 100_000));
    const { seq: head } = (await (await fetch(`${lab.daemon.url}/health`)).json()) as { seq: number };
    const all = `${head.toLocaleString('en')} events`;
    await lab.page.getByText(all, { exact: true }).waitFor({ timeout: 90_000 });
    expect(await list().getByRole('option').count()).toBeLessThan(80);
    await list().evaluate(node => {
      node.scrollTop = node.scrollHeight / 2;
    });
    await row('step 25').first().waitFor();
    expect(await list().getByRole('option').count()).toBeLessThan(80);
    // A row that was left out or came twice would move all after it; those that are no events only push them on.
    const pushed = await pushedOn(lab.page, 50);
    expect(pushed).toEqual(pushed.toSorted((left, right) => left - right));
    expect(await rowCount()).toBe(head + (pushed.at(-1) ?? 0));
    await lab.page.getByLabel('Show only rows with this text').fill('step 31337');
    // Before them stands the day, when it was yesterday.
    await expect.poll(() => list().locator('.row:not([data-tone="day"])').count()).toBe(2);
  });

  it('is paused by its button and goes on by it', async () => {
    await lab.logIn('#/feed');
    for (let n = 1; n <= 60; n++) await say(`word ${n}`);
    await row('word 60').waitFor();
    await lab.page.getByRole('button', { name: 'Pause' }).click();
    await say('word 61');
    await lab.page.getByRole('button', { name: '1 new' }).waitFor();
    await lab.page.getByRole('button', { name: 'Follow' }).click();
    await row('word 61').waitFor();
  });
});
