// The keys of the page in a real browser: where they lead, that they leave alone who types, and that they can be switched off.
import { describe, expect, it } from 'vitest';
import { asks, listed } from '../support/approvals.ts';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';

const executable = findBrowser();

describe.skipIf(!executable)('the keys', () => {
  const lab = useDashboard(executable, { permissions: ['clipboard-read', 'clipboard-write'] });
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await lab.page.keyboard.press(key);
  };
  const type = (text: string) => lab.page.keyboard.type(text);
  const view = (name: string) => lab.page.locator(`.${name}-view h1`).waitFor();
  const hash = () => new URL(lab.page.url()).hash;
  const palette = () => lab.page.getByRole('dialog', { name: 'Commands' });
  const help = () => lab.page.getByRole('dialog', { name: 'Keys' });
  const chosen = () => palette().locator('[aria-selected="true"]');
  const focused = () => lab.page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');

  async function start(): Promise<void> {
    for (const name of ['shop', 'api', 'docs'])
      await lab.hook('SessionStart', { session_id: `s-${name}`, cwd: `/w/${name}`, source: 'startup' });
    await lab.logIn();
    await lab.page.locator('.card').nth(2).waitFor();
  }

  it('lead to every view, and Back leads back', async () => {
    await start();
    for (const [key, name] of [
      ['f', 'feed'],
      ['i', 'inbox'],
      ['u', 'usage'],
      ['b', 'board'],
      ['s', 'search'],
    ]) {
      await press('g', key as string);
      await view(name as string);
    }
    // There one types at once, and keys are letters.
    await type('g f j ?');
    await expect.poll(() => lab.page.getByLabel('Words to look for').inputValue()).toBe('g f j ?');
    await lab.page.goBack();
    await view('board');
    await press('g', 'x', 'f');
    await press('Shift+G', 'f');
    expect(hash()).toBe('#/');
    await press('?');
    await help().getByText('Everything by its name').waitFor();
    await press('g', 'f');
    await press('Escape');
    await help().waitFor({ state: 'detached' });
    expect(hash()).toBe('#/');
  });

  it('find everything by its name in the palette', async () => {
    await start();
    await press('Control+k');
    await type('sho');
    await expect.poll(() => chosen().textContent()).toContain('shop');
    await press('Enter');
    await view('session');
    expect(hash()).toBe('#/session/s-shop');
    await lab.page.goBack();
    await view('board');

    const card = lab.page.locator('.card').getByRole('link', { name: 'api', exact: true });
    await card.focus();
    await press('Control+k');
    await type('nothing that is there');
    await expect.poll(() => chosen().textContent()).toContain('Search the log for');
    await press('Escape');
    expect(await focused()).toBe('api');

    await press('Control+k');
    await type('id of api');
    await expect.poll(() => chosen().textContent()).toContain('Copy the id of api');
    await press('Enter');
    await lab.page.getByRole('status').getByText('The id of api is copied.').waitFor();
    expect(await lab.page.evaluate(() => navigator.clipboard.readText())).toBe('s-api');

    // Also while one types, which it does not lose.
    await press('g', 's');
    await expect.poll(() => lab.page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await type('half a w');
    await press('Control+k');
    await type('write docs');
    await expect.poll(() => chosen().textContent()).toContain('Write to docs');
    await press('ArrowDown', 'ArrowUp', 'Escape');
    await palette().waitFor({ state: 'detached' });
    await type('ord');
    const words = lab.page.getByLabel('Words to look for');
    await expect.poll(() => words.inputValue()).toBe('half a word');
    // Nor does what is typed before the browser tells that the dialog is closed go elsewhere.
    await press('Control+k');
    await palette().waitFor();
    await lab.page.evaluate(async () => {
      const dialog = document.querySelector('dialog.modal');
      const closed = new Promise(resolve => dialog?.addEventListener('close', resolve));
      dialog?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
      document.execCommand('insertText', false, ' o');
      await closed;
    });
    await type('r two');
    await expect.poll(() => words.inputValue()).toBe('half a word or two');
    await press('Control+k');
    await type('write docs');
    await expect.poll(() => chosen().textContent()).toContain('Write to docs');
    await press('Enter');
    await view('session');
    await expect.poll(() => lab.page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');

    // By hand.
    await lab.page.getByRole('button', { name: 'Commands' }).click();
    await palette().getByRole('option', { name: 'Show docs in the feed' }).click();
    await view('feed');
    expect(hash()).toBe('#/feed?session=s-docs');
  });

  it('show as text what a session is called', async () => {
    await lab.hook('SessionStart', { cwd: '/w/<img src=x onerror="pwned=1">\u202e', source: 'startup' });
    await lab.logIn();
    await press('Control+k');
    await palette().getByRole('option').filter({ hasText: '‹202E›' }).first().waitFor();
    expect(await palette().locator('img').count()).toBe(0);
  });

  it('go through every list', async () => {
    await start();
    await press('j', 'j');
    const second = await focused();
    await press('k', 'j');
    expect(await focused()).toBe(second);
    await press('Enter');
    await view('session');
    await press('/');
    await view('search');
    expect(hash()).toMatch(/^#\/search\?session=s-/);
    await type('startup');
    await press('Enter');
    await lab.page.locator('.hit').first().waitFor();

    await lab.go('#/search?q=startup');
    await lab.page.locator('.hit').nth(2).waitFor();
    await lab.page.locator('.search-view h1').focus();
    await press('j', 'j');
    expect(
      await lab.page
        .locator('.hit')
        .nth(1)
        .evaluate(node => node === document.activeElement),
    ).toBe(true);
    await press('Enter');
    await lab.page.locator('#inspector .values').first().waitFor();
    const before = hash();
    // Beside the view it is the event that the keys go on from.
    await press('j');
    await expect.poll(hash).not.toBe(before);
    await press('Escape');
    await lab.page.locator('#inspector').waitFor({ state: 'hidden' });

    await press('g', 'f');
    await lab.page.locator('.row').first().waitFor();
    await press('k', 'k');
    await expect.poll(() => lab.page.locator('.row.active').count()).toBe(1);
    await press('/');
    expect(await lab.page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('topics');
  });

  it('answer nothing where they mean something else, and nothing at all once they are switched off', async () => {
    await start();
    const asking = asks({ url: lab.daemon.url, hookToken: lab.daemon.token }, { cwd: '/w/shop' });
    const armed = lab.page.locator('.request.armed');
    await armed.waitFor();
    await press('g', 'a');
    await press('Control+k');
    await palette().waitFor();
    await lab.page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await press('a', 'Escape');
    await press('?');
    await help().waitFor();
    await press('a');
    expect(await listed(lab.daemon)).toHaveLength(1);
    await help().getByLabel('Keys of one character').uncheck();
    await press('Escape');
    await lab.page.reload();
    await lab.page.locator('.request .button.quiet:enabled').first().waitFor();
    await press('a', 'd', 'g', 'f', '?', '/', 'j');
    expect(hash()).toBe('#/');
    expect(await lab.page.locator('dialog, .toast:not(:empty), .request.armed').count()).toBe(0);
    expect(await listed(lab.daemon)).toHaveLength(1);
    await press('Control+k');
    await type('keys of one');
    await expect.poll(() => chosen().textContent()).toContain('Switch keys of one character on');
    await press('Enter');
    await lab.page.getByText('Keys of one character are on.').waitFor();
    await lab.page.locator('.board-view h1').focus();
    await armed.waitFor();
    await press('a');
    expect(await asking.decision).toEqual({ behavior: 'allow' });
  });
});
