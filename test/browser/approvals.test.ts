// What a session asks, on the page: all of it, its answers, and that nothing is answered but what was shown.
import { describe, expect, it } from 'vitest';
import { type Asking, answers, asks, listed, theOne } from '../support/approvals.ts';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { resolvedAt, seenAt } from '../support/seen.ts';
import { openStream } from '../support/stream.ts';

const executable = findBrowser();

describe.skipIf(!executable)('what a session asks', () => {
  const lab = useDashboard(executable);
  const ask = (fields: object = {}): Asking =>
    asks({ url: lab.daemon.url, hookToken: lab.daemon.token }, { cwd: '/home/dev/shop', ...fields });
  const bash = (command: string, fields: object = {}): Asking =>
    ask({ tool_name: 'Bash', tool_input: { command }, ...fields });
  const request = () => lab.page.locator('.request');
  const button = (name: string) => request().getByRole('button', { name });
  const ended = (words: string) => lab.page.locator('.requests-ended').getByText(words).waitFor();
  const ready = () => lab.page.locator('.request .button.quiet:enabled').first().waitFor();
  async function start(route = '#/', readOnly = false): Promise<void> {
    await lab.hook('SessionStart', { source: 'startup' });
    await lab.logIn(route, readOnly);
  }

  it('is on its card, whole and as text, and is allowed by a click', async () => {
    await start();
    const command = `echo '<img src=x onerror="pwned=1">' \u202e;\u200b ${'long '.repeat(3000)}\n${'\n'.repeat(80)}rm -rf /`;
    const asking = ask({ tool_name: 'Bash', tool_input: { command, '<b>x</b>': { deep: ['\u2066'] } } });
    const block = request().locator('.block').first();
    await expect.poll(() => block.textContent()).toContain('rm -rf /');
    expect(await block.textContent()).toBe(command.replace('\u202e', '‹202E›').replace('\u200b', '‹200B›'));
    await request().getByText('82 lines in all').waitFor();
    await request().getByText('<b>x</b>').waitFor();
    await request().getByText('‹2066›').waitFor();
    expect(await request().locator('img, b').count()).toBe(0);
    expect(await lab.page.evaluate(() => document.body.scrollWidth <= innerWidth)).toBe(true);
    await button('Allow').first().click();
    expect(await asking.decision).toEqual({ behavior: 'allow' });
    await ended('Allowed by you, here');
    expect(await request().count()).toBe(0);
  });

  it('is denied with words, allowed for the session, or allowed as another command', async () => {
    await start('#/session/s1');
    const denied = bash('npm publish');
    await button('Say why not…').click();
    expect(await request().getByRole('button', { name: 'Deny' }).isDisabled()).toBe(true);
    await request().getByLabel('Why not; the model reads it').fill('Not before the tests ran.');
    await button('Deny').click();
    expect(await denied.decision).toEqual({ behavior: 'deny', message: 'Not before the tests ran.' });

    const always = bash('npm test');
    await button('Allow in this session').click();
    expect(await always.decision).toMatchObject({
      updatedPermissions: [
        { rules: [{ toolName: 'Bash', ruleContent: 'npm test' }], destination: 'session' },
      ],
    });

    // What the daemon refuses is told, and nothing is answered by it.
    const wide = bash('rm *.log');
    await button('Allow in this session').click();
    await request().getByText('forSession is not possible here').waitFor();
    await button('Change it…').click();
    await request().getByLabel('The command that runs instead').fill('rm a.log');
    await button('Allow this command').click();
    expect(await wide.decision).toEqual({ behavior: 'allow', updatedInput: { command: 'rm a.log' } });
  });

  it('shows an edit as a change, a plan as its words, and accepts that with its mode', async () => {
    await start();
    const edit = { file_path: '/w/till.ts', old_string: 'a\nb', new_string: 'a\nc', other: 'seen' };
    const edits = ask({ tool_name: 'Edit', tool_input: edit });
    await request().getByText('/w/till.ts').waitFor();
    expect(await request().locator('.taken, .put').allTextContents()).toEqual(['- b\n', '+ c\n']);
    await request().getByText('seen').waitFor();
    await button('Deny').click();
    expect(await edits.decision).toMatchObject({ behavior: 'deny' });

    const plan = ask({ tool_name: 'ExitPlanMode', tool_input: { plan: '# Move it\n\n1. Read **all**' } });
    await request().locator('strong', { hasText: 'Move it' }).waitFor();
    await button('Accept, and its edits').click();
    expect(await plan.decision).toMatchObject({
      behavior: 'allow',
      updatedPermissions: [{ type: 'setMode', mode: 'acceptEdits' }],
    });
  });

  it('asks questions: by option, several, in words of one’s own', async () => {
    await start();
    const option = (label: string) => ({ label, description: `${label} it is` });
    const questions = [
      { question: 'Which?', header: 'H', multiSelect: false, options: [option('Red'), option('Blue')] },
      { question: 'With?', header: 'H', multiSelect: true, options: [option('Salt'), option('Oil')] },
      { question: 'Why?', header: 'H', multiSelect: false, options: [option('No reason')] },
    ];
    const asking = ask({ tool_name: 'AskUserQuestion', tool_input: { questions } });
    await request().getByLabel('Blue').check();
    await request().getByLabel('Salt').check();
    await request().getByLabel('Oil').check();
    await request().getByText('No reason it is').waitFor();
    await ready();
    expect(await button('Answer').first().isDisabled()).toBe(true);
    await request().getByLabel('In your own words').last().fill('As I said');
    await button('Answer').first().click();
    const { updatedInput } = (await asking.decision) as { updatedInput: { answers: object } };
    expect(updatedInput.answers).toEqual({ 'Which?': 'Blue', 'With?': 'Salt, Oil', 'Why?': 'As I said' });
  });

  it('is withdrawn within a second, whoever answered it', async () => {
    await start();
    const other = bash('one');
    const { requestId } = await theOne(lab.daemon);
    await ready();
    const told = seenAt(lab.page, '.requests-ended', 'Denied with the main token: No. · one');
    await answers(lab.daemon, requestId, { behavior: 'deny', message: 'No.' });
    expect((await told) - (await resolvedAt(lab.daemon))).toBeLessThan(1000);
    expect(await request().count()).toBe(0);
    await other.decision;

    const atTerminal = bash('two');
    await ready();
    atTerminal.abort();
    await ended('Answered at its terminal · two');
    expect(await request().count()).toBe(0);
  });

  it('a click that comes too late changes nothing', async () => {
    await start();
    const asking = bash('late');
    const { requestId } = await theOne(lab.daemon);
    await lab.page.route('**/api/approvals/*', async route => {
      await answers(lab.daemon, requestId, { behavior: 'deny', message: 'First.' });
      await route.continue();
    });
    await button('Allow').first().click();
    await ended('Denied with the main token: First.');
    expect(await asking.decision).toEqual({ behavior: 'deny', message: 'First.' });
    expect(await lab.seqs('permission.resolved')).toHaveLength(1);
  });

  it('is at its terminal once its time is up, and in the past', async () => {
    await start();
    const asking = bash('slow');
    await ready();
    const [seq] = await lab.seqs('permission.requested');
    await lab.restart();
    await expect.poll(() => request().count()).toBe(0);
    await lab.page.locator('.card').getByText('Answer in its terminal.').waitFor();
    expect(await asking.decision).toBeUndefined();
    await lab.go(`#/?at=${seq}`);
    await lab.page.getByText('Then: ').waitFor();
    await lab.page.locator('.card .asked').getByText('slow').waitFor();
    expect(await lab.page.locator('.card .asked, .card .request').getByRole('button').count()).toBe(0);
  });

  it('is seen by who may only look, who is not waited for', async () => {
    await start('#/', true);
    expect(await bash('unheard').decision).toBeUndefined();
    const listening = await openStream(lab.daemon);
    listening.send({ type: 'subscribe', topics: ['permission.*'] });
    await listening.waitFor('the subscription', ({ type }) => type === 'subscribed');
    const asking = bash('npm publish --token=sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789');
    await request().getByText('npm publish').waitFor();
    await request().getByText('This login may look and not answer.').waitFor();
    expect(await request().textContent()).not.toContain('abcdefghijklmnop');
    expect(await request().getByRole('button').count()).toBe(0);
    listening.close();
    asking.abort();
  });

  describe('with the keys', () => {
    const press = (key: string) => lab.page.keyboard.press(key);
    const armed = (command: string) => lab.page.locator('.request.armed', { hasText: command }).waitFor();
    const other = { session_id: 's2', cwd: '/home/dev/api' };
    const open = async () => (await listed(lab.daemon)).map(({ input }) => input['command']);

    it('is answered by a and d, one after the other', async () => {
      await start();
      const first = bash('first');
      await armed('first');
      for (const key of ['Control+a', 'Shift+D', 'x']) await press(key);
      await armed('first');
      await press('d');
      expect(await first.decision).toMatchObject({ behavior: 'deny' });
      await ended('Denied by you, here · first');

      // A key that is held down since the one before answers nothing.
      const second = bash('second');
      await armed('second');
      await lab.page.keyboard.down('a');
      expect(await second.decision).toEqual({ behavior: 'allow' });
      const third = bash('third');
      await armed('third');
      await lab.page.keyboard.down('a');
      expect(await open()).toEqual(['third']);
      await lab.page.keyboard.up('a');
      await press('a');
      expect(await third.decision).toEqual({ behavior: 'allow' });
    });

    it('is not when something else has only just come, nor while one types', async () => {
      await start();
      await lab.hook('SessionStart', { ...other, source: 'startup' });
      const first = bash('first');
      await armed('first');
      // At the very moment in which another one is there.
      await lab.page.evaluate(() => {
        const watching = new MutationObserver(() => {
          if (document.querySelectorAll('.request').length < 2) return;
          watching.disconnect();
          const key = { key: 'a', bubbles: true, cancelable: true };
          const taken = !document.body.dispatchEvent(new KeyboardEvent('keydown', key));
          document.body.dataset['key'] = taken ? 'taken' : 'ignored';
        });
        watching.observe(document.body, { childList: true, subtree: true });
      });
      const second = bash('second', other);
      await lab.page.locator('body[data-key="ignored"]').waitFor();
      await armed('first');
      await request().filter({ hasText: 'second' }).getByRole('button', { name: 'Say why' }).click();
      await lab.page.keyboard.type('a bad idea');
      expect(await open()).toEqual(['first', 'second']);
      // Where the focus is says which one is meant.
      await request().filter({ hasText: 'second' }).getByRole('button', { name: 'Back' }).click();
      await request().filter({ hasText: 'second' }).getByRole('button', { name: 'Allow' }).first().focus();
      await armed('second');
      await press('d');
      expect(await second.decision).toMatchObject({ behavior: 'deny' });
      await armed('first');
      await press('a');
      expect(await first.decision).toEqual({ behavior: 'allow' });
    });
  });
});
