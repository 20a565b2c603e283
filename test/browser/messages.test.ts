// Writing to a session from its page: nothing is lost, nothing goes twice, and what is said of it is what its events have told.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';

const executable = findBrowser();
const PATIENT = { timeout: 60_000 };

describe.skipIf(!executable)('a message from the page', () => {
  const lab = useDashboard(executable);
  const box = () => lab.page.getByRole('textbox', { name: 'Message to shop' });
  const receipt = () => lab.page.locator('.receipt');
  const chip = () => receipt().locator('.chip');
  const talk = () => lab.page.getByRole('region', { name: 'Conversation' });
  const begin = () => lab.hook('SessionStart', { source: 'startup' });
  const messages = async () => (await lab.ask('GET', '/api/messages')).messages;
  const arrives = (id: string, text: string) =>
    lab.hook('UserPromptSubmit', {
      prompt: `[hookline message id=${id} from=hookline-dashboard via=http]\n${text}\nreply: hookline send`,
    });

  it('is written from the board, waits, is taken, comes back, arrives: each once its event is on record', async () => {
    await begin();
    await lab.logIn();
    await lab.page.getByRole('link', { name: 'Write to shop' }).click();
    await expect.poll(() => box().evaluate(node => node === document.activeElement), PATIENT).toBe(true);
    await box().fill('Is the till done?\nThen push it.');
    await lab.go('#/feed');
    await lab.page.locator('.row').first().waitFor();
    await lab.go('#/session/s1');
    expect(await box().inputValue()).toBe('Is the till done?\nThen push it.');

    await lab.page.evaluate(() => {
      const shown: { word: string; at: number }[] = [];
      Object.assign(globalThis, { shown });
      new MutationObserver(() => {
        const word = document.querySelector('.receipt .chip')?.textContent ?? '';
        if (word !== '' && word !== shown.at(-1)?.word) shown.push({ word, at: Date.now() });
      }).observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    await box().press('Enter');
    await box().press('Control+Enter');
    await receipt().getByText('Waits', { exact: true }).waitFor();
    await expect.poll(() => box().inputValue()).toBe('');
    const [sent] = await messages();
    expect(sent).toMatchObject({
      message: 'Is the till done?\nThen push it.\n',
      to: 's1',
      from: 'hookline-dashboard',
      verified: true,
    });
    await talk().getByText('Message from dashboard').waitFor();

    await lab.ask('POST', '/api/inbox/s1/take', {});
    await receipt().getByText('Taken by a program, which has not said yet').waitFor();
    await lab.ask('POST', `/api/messages/${sent.id}/nack`, { name: 's1', reason: 'no room' });
    await receipt().getByText('Given once, and it came back: no room.').waitFor();
    await arrives(sent.id, sent.message);
    await expect.poll(() => chip().textContent(), PATIENT).toBe('Arrived');
    const chips = () => talk().locator('[data-kind="prompt"] .chip').allTextContents();
    await expect.poll(chips).toEqual(['Arrived']);
    await expect.poll(() => talk().locator('[data-kind="message"]').count()).toBe(0);

    const shown: { word: string; at: number }[] = await lab.page.evaluate(
      () => (globalThis as unknown as { shown: { word: string; at: number }[] }).shown,
    );
    const { events } = await lab.ask('GET', '/api/events?topics=inbox.*');
    const told: { type: string; timestamp: number }[] = events;
    const TYPES: Record<string, string> = {
      Waits: 'inbox.queued',
      'Taken, not proven': 'inbox.accepted',
      Arrived: 'inbox.delivered',
    };
    expect(shown.map(({ word }) => word)).toEqual(['Waits', 'Taken, not proven', 'Waits', 'Arrived']);
    shown.forEach(({ word, at }, index) => {
      expect(told[index]?.type, word).toBe(TYPES[word]);
      expect(at, word).toBeGreaterThanOrEqual(told[index]?.timestamp ?? Number.POSITIVE_INFINITY);
    });
  });

  it('is kept when nobody answers, and goes once, though its answer was lost', async () => {
    await begin();
    await lab.logIn('#/session/s1');
    await box().fill('Only once');
    await lab.page.route('**/api/messages', async route => {
      if (route.request().method() !== 'POST') return route.fallback();
      await route.fetch();
      return route.abort();
    });
    await lab.page.getByRole('button', { name: 'Send' }).click();
    await lab.page.getByRole('alert').getByText('Your text is kept').waitFor();
    expect(await box().inputValue()).toBe('Only once');
    await lab.page.unroute('**/api/messages');
    await lab.page.reload();
    await lab.page.getByRole('button', { name: 'Send' }).click();
    await expect.poll(() => box().inputValue(), PATIENT).toBe('');
    expect((await messages()).map(({ message }: { message: string }) => message)).toEqual(['Only once']);

    const long = 'x'.repeat(65 * 1024);
    await box().fill(long);
    await box().press('Control+Enter');
    await lab.page.getByRole('alert').getByText('put it into a file').waitFor();
    expect((await box().inputValue()).length).toBe(long.length);
  });

  it('is taken back, and answered: the answer is read where it is shown', async () => {
    await begin();
    await lab.logIn('#/session/s1');
    await box().fill('Never mind');
    await box().press('Control+Enter');
    await receipt().getByRole('button', { name: 'Take back' }).click();
    await expect.poll(() => chip().textContent(), PATIENT).toBe('Taken back');

    await box().fill('Which port?');
    await box().press('Control+Enter');
    await expect.poll(() => receipt().count(), PATIENT).toBe(2);
    const [asked] = await messages();
    await arrives(asked.id, 'Which port?');
    const answer = await lab.send({
      to: 'hookline-dashboard',
      from: 's1',
      message: 'It is <b>4040</b>.',
      inReplyTo: asked.id,
    });
    await receipt().getByText('It is <b>4040</b>.').waitFor();
    await expect
      .poll(async () => (await lab.ask('GET', `/api/messages/${answer}`)).state, PATIENT)
      .toBe('delivered');
  });

  it('is not offered to a login that may look', async () => {
    await begin();
    const id = await lab.send({ to: 's1' });
    await lab.logIn('#/', true);
    await lab.page.locator('.card').waitFor();
    expect(await lab.page.getByRole('link', { name: 'Write to shop' }).count()).toBe(0);
    await lab.go('#/session/s1?write=1');
    await lab.page.getByText('This login may look and not write').waitFor();
    expect(await box().count()).toBe(0);
    for (const route of ['#/inbox', `#/inbox/${id}`]) {
      await lab.go(route);
      await lab.page.getByText('It is on record and waits').first().waitFor();
      expect(await lab.page.locator('#view button:visible').count(), route).toBe(0);
    }
  });
});
