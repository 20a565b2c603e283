// Event data that means harm, in every view: nothing runs, nothing leaves its place, nothing hides.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { type Dashboard, useDashboard } from '../support/dashboard.ts';
import { growLog } from '../support/long-session.ts';
import { bellOf, notificationsOf, watchNotifications } from '../support/notifications.ts';
import { openView, viewsWith } from './views.ts';

const executable = findBrowser();

const MARKUP =
  '"><img src=x onerror="pwned=1"><script>pwned=1</script><svg onload=pwned=1><a href="javascript:pwned=1">';
const EVIL: Readonly<Record<string, string>> = {
  markup: MARKUP,
  template: '{{constructor.constructor("pwned=1")()}} <%= pwned=1 %> `pwned`',
  escapes: '\u001b]0;owned\u0007\u001b[2J\u001b[31mred\u009b5n',
  bidi: '\u202egnp.exe\u2066 \u2067mixed\u2069',
  marks: `z${'\u0301\u0489'.repeat(200)}`,
  names: '__proto__ constructor toString',
  lines: 'one\n'.repeat(5000),
  unbroken: 'x'.repeat(1_000_000),
  wide: '𒐫﷽'.repeat(2000),
};

const PATIENT = { timeout: 60_000 };

/** What text has in it that a line of a few words has not. */
const strange = (text: string): string[] => [
  ...(text.match(/[\p{Cc}\p{Bidi_Control}]/gu) ?? []),
  ...(text.length > 500 ? [`${text.length} characters`] : []),
  ...(text === '' ? ['nothing'] : []),
];

/** An object as deep as it goes. */
const deep = (levels: number): unknown => (levels === 0 ? MARKUP : { __proto: [deep(levels - 1)] });

describe.skipIf(!executable)('hostile event data', () => {
  const lab = useDashboard(executable, { permissions: ['notifications'] }, { HOOKLINE_TRIM: 'false' });
  const session = `evil ${MARKUP}`.slice(0, 200);

  async function harm(): Promise<void> {
    const place = { session_id: session, cwd: `/w/${MARKUP}`, permission_mode: MARKUP };
    await lab.hook('SessionStart', { ...place, source: MARKUP, model: MARKUP });
    for (const [name, text] of Object.entries(EVIL)) {
      const agent = { agent_id: `${name} ${MARKUP}`, agent_type: text.slice(0, 2000) };
      await lab.hook('UserPromptSubmit', { ...place, prompt: text });
      await lab.hook('SubagentStart', { ...place, ...agent });
      for (const who of [{}, agent]) {
        const call = {
          tool_name: text.slice(0, 5000),
          tool_use_id: `${name}${Object.keys(who).length}`,
          tool_input: { command: text, [MARKUP]: deep(20), old_string: text, new_string: MARKUP },
        };
        await lab.hook('PreToolUse', { ...place, ...who, ...call });
        await lab.hook('PermissionRequest', { ...place, ...who, ...call });
        if (name !== 'unbroken')
          await lab.hook('PostToolUseFailure', { ...place, ...who, ...call, error: text, duration_ms: 5 });
      }
      await lab.hook('Notification', { ...place, message: text, notification_type: text.slice(0, 100) });
      await lab.hook('Stop', {
        ...place,
        last_assistant_message: `\`\`\`\n${text}\n\`\`\` **${MARKUP}** ${text}`,
      });
      await lab.hook(`Evil${MARKUP}`, { ...place, [text.slice(0, 1000)]: text });
    }
    await lab.hook('UserPromptSubmit', { ...place, prompt: MARKUP });
    await lab.hook('PermissionRequest', {
      ...place,
      tool_name: MARKUP,
      tool_input: { command: EVIL['unbroken'] },
    });
  }

  /** The same in messages, as far as any of it can be sent. */
  async function harmfulMessages(): Promise<void> {
    for (const text of Object.values(EVIL)) {
      const message = text.slice(0, 15_000);
      const reason = text.slice(0, 250);
      const besides = {
        key: reason,
        correlationId: reason,
        files: [`/${reason}`],
        metadata: { [reason]: reason },
      };
      await lab.send({ to: session, message, ...besides });
      const id = await lab.send({
        to: 'evil',
        type: reason,
        payload: { [message]: MARKUP },
        ...besides,
        message: undefined,
      });
      await lab.ask('POST', '/api/inbox/evil/take', {});
      await lab.ask('POST', `/api/messages/${id}/nack`, { name: 'evil', reason });
      const header = `[hookline message id=${MARKUP.replaceAll(' ', '')} from=${MARKUP.replaceAll(' ', '')}]\n`;
      await lab.hook('UserPromptSubmit', { session_id: session, prompt: header + text });
    }
  }

  /** The same in a change of a file, which the board and its session show as one. */
  async function harmfulEdit(): Promise<void> {
    const place = { session_id: 'edit', cwd: '/w/edit' };
    await lab.hook('SessionStart', { ...place, source: 'startup' });
    const all = Object.values(EVIL).join('\n');
    const tool_input = { file_path: MARKUP, old_string: all, new_string: `${MARKUP}\n${all}` };
    await lab.hook('PermissionRequest', { ...place, tool_name: 'Edit', tool_input });
  }

  /** What would show that data became more than text, or pushed something out of its place. */
  const damage = ({ page }: Dashboard): Promise<string[]> =>
    page.evaluate(() => {
      const found: string[] = [];
      const strange =
        'script:not([src^="/assets/"]), iframe, object, embed, form[action], link[href^="http"], base';
      for (const node of document.querySelectorAll(`#view img, #inspector img, ${strange}`))
        found.push(node.outerHTML);
      for (const link of document.querySelectorAll('a[href]'))
        if (!/^(#|\/)/.test(link.getAttribute('href') ?? '')) found.push(link.outerHTML);
      for (const node of document.querySelectorAll('*'))
        for (const { name } of node.attributes) if (/^on/i.test(name)) found.push(`${node.tagName} ${name}`);
      const wide = document.documentElement.scrollWidth - innerWidth;
      if (wide > 0) found.push(`the page is ${wide} pixels too wide`);
      const bar = document.querySelector('.bar')?.getBoundingClientRect();
      if (!bar || bar.height > 60 || bar.top !== 0) found.push(`the top bar is at ${JSON.stringify(bar)}`);
      for (const text of document.querySelectorAll('.data'))
        if (/[^\P{Cc}\n\t]|\p{Bidi_Control}/u.test(text.textContent ?? ''))
          found.push(`unseen: ${text.className}`);
      return found;
    });

  it.each([
    { width: 1440, height: 900 },
    { width: 360, height: 740 },
  ])('stays text in every view, $width pixels wide', async size => {
    await harm();
    const message = await lab.send({ to: session, message: MARKUP });
    await lab.page.setViewportSize(size);
    await lab.logIn();
    await lab.restart(() => growLog(lab.place.hooklineHome, session, 200));
    const [event = 0] = await lab.seqs('tool.use');
    for (const view of viewsWith(session, event, message)) {
      await openView(lab, view);
      expect(await damage(lab), view.name).toEqual([]);
    }
    if (size.width > 400) return;
    for (const tab of ['Timeline', 'Usage', 'Conversation']) {
      await lab.go(`#/session/${encodeURIComponent(session)}`);
      await lab.page.locator('.tabs').getByRole('button', { name: tab }).click();
      expect(await damage(lab), tab).toEqual([]);
    }
  });

  it.each([
    { width: 1440, height: 900 },
    { width: 360, height: 740 },
  ])('stays text in messages, $width pixels wide', async size => {
    await lab.hook('SessionStart', { session_id: session, cwd: `/w/${MARKUP}`, source: 'startup' });
    await harmfulMessages();
    await lab.page.setViewportSize(size);
    await lab.logIn();
    const { messages } = await lab.ask('GET', '/api/messages');
    const id = encodeURIComponent(session);
    for (const route of ['#/inbox', `#/session/${id}`]) {
      await lab.go(route);
      await lab.page.locator('.letter, .block-row[data-kind="message"]').first().waitFor();
      expect(await damage(lab), route).toEqual([]);
    }
    for (const message of messages as { id: string }[]) {
      await lab.go(`#/inbox/${message.id}`);
      await lab.page.getByText(message.id, { exact: true }).waitFor();
      expect(await damage(lab), JSON.stringify(message).slice(0, 200)).toEqual([]);
    }
  });

  it('can be unfolded, however long, and is still text', async () => {
    await harm();
    await lab.logIn();
    for (const seq of await lab.seqs('tool.use')) {
      await lab.go(`#/?event=${seq}`);
      await lab.page.locator(`#inspector[aria-label="Event ${seq}"][aria-busy="false"]`).waitFor();
      for (const button of await lab.page.locator('#inspector .unfold').all()) await button.click();
      for (const summary of await lab.page.locator('#inspector summary').all()) await summary.click();
      expect(await damage(lab), `event ${seq}`).toEqual([]);
    }
    // It waits for an answer from here: all of it is shown, the end of it at a press.
    await harmfulEdit();
    for (const route of ['#/', '#/session/edit']) {
      await lab.go(route);
      const asked = lab.page.locator('.request', { has: lab.page.locator('.taken') });
      await asked.first().waitFor();
      expect(await damage(lab), route).toEqual([]);
      await asked.getByRole('button', { name: 'Show the other' }).first().click();
      expect(await damage(lab), `${route}, to its end`).toEqual([]);
    }
  });

  it('was as harmless at any moment of the past', async () => {
    await harm();
    await lab.logIn();
    await lab.page.getByRole('button', { name: 'Look back' }).click();
    for (const topic of ['prompt.submitted', 'permission.requested', 'agent.started', 'turn.completed'])
      for (const seq of await lab.seqs(topic)) {
        await lab.go(`#/?at=${seq}`);
        await lab.page.locator(`.scrubber[aria-valuetext$=", event ${seq}"]`).waitFor();
        await lab.page.locator('.card').first().waitFor();
        expect(await damage(lab), `${topic} ${seq}`).toEqual([]);
      }
  });

  it('is a few plain words in a title and in a notification', async () => {
    await watchNotifications(lab.page, { looking: false });
    await lab.logIn();
    await bellOf(lab.page).click();
    await expect.poll(() => bellOf(lab.page).getAttribute('aria-pressed'), PATIENT).toBe('true');
    const told: string[] = [];
    for (const [name, text] of Object.entries(EVIL)) {
      const place = { session_id: name, cwd: `/w/${text}` };
      await lab.hook('SessionStart', { ...place, source: 'startup' });
      await lab.hook('PermissionRequest', { ...place, tool_name: text, tool_input: { command: text } });
      told.push(name);
      await expect
        .poll(async () => (await notificationsOf(lab.page)).map(({ tag }) => tag.split(' ')[0]), PATIENT)
        .toEqual(told);
      await lab.go(`#/session/${name}`);
      await lab.page.locator('.block-row').first().waitFor();
      expect(await lab.page.title()).toMatch(new RegExp(`^\\(${told.length}\\) `));
      expect(strange(await lab.page.title()), `the title with ${name}`).toEqual([]);
    }
    for (const { title, body, tag } of await notificationsOf(lab.page))
      for (const words of [title, body]) expect(strange(words), `the notification of ${tag}`).toEqual([]);
  });

  it('in an address does nothing either', async () => {
    await lab.logIn();
    const q = encodeURIComponent(MARKUP);
    for (const route of [
      `#/${q}`,
      `#/session/${q}?agent=${q}`,
      `#/feed?topics=${q}&q=${q}&session=${q}`,
      `#/search?q=${q}`,
      `#/?event=${q}`,
      '#/session/%E0%A4%A',
    ]) {
      await lab.go(route);
      await lab.page.locator('h1').first().waitFor();
      expect(await damage(lab), route).toEqual([]);
    }
  });
});
