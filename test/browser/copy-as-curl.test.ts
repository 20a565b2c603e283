// Copy as cURL: the API behind what is shown, as a command that works in a shell and has no token in it.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';

const executable = findBrowser();

describe.skipIf(!executable)('copy as cURL', () => {
  const permissions = ['clipboard-read', 'clipboard-write'];
  const lab = useDashboard(executable, { permissions });
  const clipboard = (): Promise<string> => lab.page.evaluate(() => navigator.clipboard.readText());
  const evil = 'it\'s $(touch /tmp/x) `id` "&#;';

  /** What the command answers in a shell. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the daemon says
  const run = (command: string): any =>
    JSON.parse(
      execFileSync('sh', ['-c', command], {
        encoding: 'utf8',
        env: { ...lab.place.env, HOOKLINE_TOKEN: lab.daemon.token },
      }),
    );

  it('of each view that has one, by its button; of any, by the palette', async () => {
    await lab.hook('UserPromptSubmit', { session_id: evil, prompt: evil });
    await lab.logIn();
    const id = encodeURIComponent(evil);
    for (const [route, ready] of [
      [`#/session/${id}`, '.block-row'],
      [`#/feed?topics=prompt.*%20tool.*&session=${id}`, '.row'],
      [`#/search?q=${encodeURIComponent("it's")}&session=${id}`, '.hit'],
    ] as const) {
      await lab.go(route);
      await lab.page.locator(ready).first().waitFor();
      await lab.page.evaluate(() => navigator.clipboard.writeText(''));
      await lab.page.getByRole('button', { name: 'Copy as cURL' }).click();
      await expect.poll(clipboard).toContain('curl');
      const command = await clipboard();
      expect(command).not.toContain(lab.daemon.token);
      expect(command).toMatch(/^curl -fsS -H "authorization: Bearer \$HOOKLINE_TOKEN" 'http:/);
      const { events } = run(command);
      expect(events.map(({ sessionId }: { sessionId: string }) => sessionId)).toContain(evil);
    }
    await lab.go('#/usage');
    await lab.page.locator('.usage-view h1').waitFor();
    await lab.page.getByRole('button', { name: 'Copy as cURL' }).click();
    await expect.poll(clipboard).toContain('/api/usage');
    expect(run(await clipboard())).toMatchObject({ by: 'day' });
    // Both the toast and the clipboard still hold what the button before left there.
    await lab.page.evaluate(() => navigator.clipboard.writeText(''));
    await lab.go('#/');
    await lab.page.locator('.card').first().waitFor();
    await lab.page.keyboard.press('Control+k');
    await lab.page.keyboard.type('curl');
    await lab.page.getByRole('option', { name: 'Copy as cURL', selected: true }).waitFor();
    await lab.page.keyboard.press('Enter');
    await expect.poll(clipboard).toContain('/api/snapshot');
    await lab.page.getByText(/^The command is copied\. .* token$/).waitFor();
    expect(run(await clipboard())).toMatchObject({ type: 'snapshot' });
  });
});
