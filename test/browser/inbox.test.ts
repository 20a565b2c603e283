// The inbox: who can be reached and what waits for whom, what is stuck and what can be done about it, and each message whole.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { startDaemon } from '../support/hookline.ts';

const executable = findBrowser();
const PATIENT = { timeout: 60_000 };

describe.skipIf(!executable)('the inbox', () => {
  const lab = useDashboard(executable);
  const list = (name: string) => lab.page.getByRole('region', { name, exact: true });
  const chips = (name: string) => list(name).locator('.letter .chip').allTextContents();

  it('shows what comes as it comes, what is dead and why, and sends it again', async () => {
    await lab.logIn('#/inbox');
    await lab.page.getByText('Nobody has sent a message yet').waitFor();
    const id = await lab.send({ from: 'ci', message: 'Deploy **it**' });
    await expect.poll(() => chips('Messages'), PATIENT).toEqual(['Waits']);
    for (let tries = 0; tries < 5; tries++) {
      await lab.ask('POST', '/api/inbox/backend/take', {});
      await lab.ask('POST', `/api/messages/${id}/nack`, { name: 'backend', reason: 'no disk' });
    }
    await list('Not delivered').getByText('Not delivered: no disk, 5 times.').waitFor();
    await list('Not delivered').getByRole('button', { name: 'Send again' }).click();
    await expect.poll(() => chips('Messages'), PATIENT).toEqual(['Waits']);
    expect(await list('Not delivered').count()).toBe(0);

    await list('Messages').getByRole('link', { name: 'Deploy it' }).click();
    await lab.page.getByRole('heading', { level: 1, name: 'ci → backend' }).waitFor();
    await lab.page.getByText('Deploy **it**', { exact: true }).waitFor();
    await lab.page.getByText('Sent again. It is on record and waits.').waitFor();
    expect(await lab.page.locator('.step a').allTextContents()).toHaveLength(12);
    await lab.ask('POST', '/api/inbox/backend/take', {});
    await lab.ask('POST', `/api/messages/${id}/ack`, { name: 'backend' });
    await expect.poll(() => lab.page.locator('.view-head .chip').textContent(), PATIENT).toBe('Arrived');
    expect(await lab.page.locator('.step a').allTextContents()).toHaveLength(14);
    await lab.go('#/inbox/nothing');
    await lab.page.getByText('There is no such message').waitFor();
  });

  it('takes back what waits for a name, once that was said twice; others keep theirs', async () => {
    for (const to of ['backend', 'backend', 'frontend']) await lab.send({ to });
    await lab.logIn('#/inbox');
    const line = list('Names').getByRole('listitem').filter({ hasText: 'backend' });
    await line.getByText('2 wait').waitFor();
    await line.getByRole('button', { name: 'Purge' }).click();
    await line.getByText('Take back 2 messages to backend?').waitFor();
    await line.getByRole('button', { name: 'Leave them' }).click();
    await line.getByRole('button', { name: 'Purge' }).click();
    await line.getByRole('button', { name: 'Take them back' }).click();
    await expect.poll(() => chips('Messages'), PATIENT).toEqual(['Waits', 'Taken back', 'Taken back']);
    expect(await list('Names').getByText('1 waits').count()).toBe(1);
  });

  it('finds messages by name and state, and older ones', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, n) => lab.send({ from: 'ci', message: `build ${n}` })));
    await lab.send({ to: 'frontend', from: 'docs', message: 'look' });
    await lab.logIn('#/inbox');
    await expect.poll(async () => (await chips('Messages')).length, PATIENT).toBe(50);
    await list('Messages').getByRole('button', { name: 'Older ones' }).click();
    await expect.poll(async () => (await chips('Messages')).length, PATIENT).toBe(61);
    await lab.page.getByRole('searchbox', { name: 'To this name' }).fill('frontend');
    await expect.poll(async () => (await chips('Messages')).length, PATIENT).toBe(1);
    expect(lab.page.url()).toContain('to=frontend');
    await lab.page.getByRole('combobox', { name: 'State' }).selectOption('delivered');
    await list('Messages').getByText('No message is like this.').waitFor();
    await lab.go('#/inbox?from=ci&state=queued');
    await expect.poll(async () => (await chips('Messages')).length, PATIENT).toBe(50);
  });

  it('holds what two sessions go in circles with until it is released', async () => {
    for (const [id, name] of [
      ['one', 'backend'],
      ['two', 'frontend'],
    ])
      await lab.hook('SessionStart', { session_id: id, session_title: name, source: 'startup' });
    const exchange = Array.from({ length: 20 }, (_, n) =>
      lab.send({
        ...(n % 2 ? { from: 'one', to: 'two' } : { from: 'two', to: 'one' }),
        message: `text ${n}`,
      }),
    );
    await Promise.all(exchange);
    // How many there were in the last seconds is forgotten, how many in all is not.
    await lab.daemon.stop();
    lab.daemon = await startDaemon(lab.place);
    await lab.logIn('#/inbox');
    await list('Names').getByText('backend').first().waitFor();
    await lab.send({ from: 'one', to: 'two', message: 'once more' });
    await list('Held').getByText('Two sessions wrote to each other so often').waitFor();
    await list('Held').getByRole('button', { name: 'Release' }).click();
    await expect.poll(() => list('Held').count(), PATIENT).toBe(0);
    expect((await chips('Messages'))[0]).toBe('Waits');
  });
});
