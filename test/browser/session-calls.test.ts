// What a session's page tells of calls besides their names: what they changed and put out, how they went by tool, tasks, plans, exports.
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';

const executable = findBrowser();

describe.skipIf(!executable)('the calls of a session', () => {
  const lab = useDashboard(executable);
  const talk = () => lab.page.getByRole('region', { name: 'Conversation' });
  const fold = (name: RegExp) => talk().getByRole('button', { name });
  const detail = () => talk().locator('.detail[aria-busy="false"]');
  const side = () => lab.page.getByRole('complementary', { name: 'About the session' });

  async function call(id: string, tool_name: string, tool_input: object, more: object = {}): Promise<void> {
    const about = { tool_name, tool_input, tool_use_id: id };
    await lab.hook('PreToolUse', about);
    await lab.hook('PostToolUse', { ...about, duration_ms: 40, ...more });
  }

  it('unfolds what an edit changed, by signs, and asks for it only then', async () => {
    const edit = { file_path: '/w/till.ts', old_string: 'a', new_string: 'b' };
    const structuredPatch = [{ newStart: 7, lines: [' x', '-a', '+b', '+c'] }];
    await call('t1', 'Edit', edit, { tool_response: { structuredPatch } });
    await call('t2', 'Write', { file_path: '/w/new.ts', content: 'one\n'.repeat(60) }, { tool_response: {} });
    await lab.logIn('#/session/s1');
    await fold(/change of Edit/).waitFor();
    expect(await fold(/change of Edit/).textContent()).toBe('+2 −1');
    expect(lab.requests.filter(url => url.includes('session/detail.js'))).toEqual([]);
    expect(await detail().count()).toBe(0);
    await fold(/change of Edit/).press('Enter');
    await expect.poll(() => detail().locator('.block').textContent()).toBe('⋯ line 7\n  x\n- a\n+ b\n+ c\n');
    await fold(/change of Edit/).press('Enter');
    await expect.poll(() => detail().count()).toBe(0);
    await fold(/change of Write/).click();
    const all = detail().getByRole('button', { name: 'Show all 61 lines' });
    await all.click();
    await expect.poll(() => detail().locator('.put').count()).toBe(61);
    // What comes in meanwhile draws the block anew, and folds nothing.
    await call('t3', 'Bash', { command: 'npm test' }, { tool_response: { stdout: 'fine' } });
    await fold(/^output of Bash npm test/).waitFor();
    expect(await detail().locator('.put').count()).toBe(61);
  });

  it('unfolds what a tool put out, whatever that is, and says what of it is not there', async () => {
    const evil = '<img src=x onerror="pwned=1">\u001b[31mred\u001b[0m\u001b]0;title\u0007\u0000\u202e';
    await call('t1', 'Bash', { command: 'evil' }, { tool_response: { stdout: evil, stderr: 'to stderr' } });
    await call('t2', 'Bash', { command: 'long' }, { tool_response: { stdout: 'x'.repeat(200_000) } });
    const token = `ghp_${'aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zA3bC6'}`;
    await call('t3', 'Bash', { command: 'secret' }, { tool_response: { stdout: `is ${token}` } });
    await call('t4', 'Bash', { command: 'nothing' }, { tool_response: { stdout: '', stderr: '' } });
    const failing = { tool_name: 'Bash', tool_input: { command: 'fails' }, tool_use_id: 't5' };
    await lab.hook('PreToolUse', failing);
    await lab.hook('PostToolUseFailure', { ...failing, error: `Exit code 1\n${'why\n'.repeat(300)}` });
    await lab.logIn('#/session/s1');
    await fold(/^output of Bash evil/).click();
    await expect
      .poll(() => detail().first().innerText())
      .toContain('<img src=x onerror="pwned=1">red␛]0;title␇␀‹202E›');
    expect(await detail().first().textContent()).toContain('stderrto stderr');
    await fold(/^output of Bash long/).click();
    await detail()
      .getByText(/^Not kept: 1\d\d,\d{3} bytes$/)
      .waitFor();
    await fold(/^output of Bash secret/).click();
    await detail().getByText('Not kept: 1 secret', { exact: true }).waitFor();
    await fold(/^output of Bash fails/).click();
    await detail().getByText('Show all 301 lines').waitFor();
    expect(await fold(/^output of Bash nothing/).count()).toBe(0);
    expect(await lab.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });

  it('tells by tool how many there were, how many failed, and leads to the slowest', async () => {
    for (let index = 0; index < 30; index++) {
      await call(
        `r${index}`,
        'Read',
        { file_path: `/w/${index}.ts` },
        { tool_response: {}, duration_ms: index },
      );
      if (index === 4) await call('slow', 'Bash', { command: 'npm run slow' }, { duration_ms: 65_000 });
    }
    const failing = { tool_name: 'Bash', tool_input: { command: 'npm run lint' }, tool_use_id: 'f' };
    await lab.hook('PreToolUse', failing);
    await lab.hook('PostToolUseFailure', { ...failing, error: 'Exit code 2', duration_ms: 12 });
    await lab.logIn('#/session/s1');
    const rows = side().locator('section', { hasText: 'By tool' }).locator('tbody tr');
    await expect.poll(() => rows.allTextContents()).toEqual(['Read30–29 ms', 'Bash21 (50 %)1 min']);
    const slow = talk().getByRole('button', { name: /npm run slow/ });
    expect(await slow.count()).toBe(0);
    await side().getByText('Slowest calls').click();
    await side().getByRole('link', { name: '1 min · Bash · npm run slow' }).click();
    await lab.page.getByRole('complementary', { name: /^Event/ }).waitFor();
    await slow.waitFor();
    const isSeen = () =>
      slow.evaluate(node => {
        const [frame, place] = [node.closest('.talk-scroll'), node].map(one => one?.getBoundingClientRect());
        return (
          frame !== undefined && place !== undefined && place.top >= frame.top && place.bottom <= frame.bottom
        );
      });
    await expect.poll(isSeen).toBe(true);
  });

  it('tells how far the tasks are, what is at work, and what became of the plan', async () => {
    const todos = ['completed', 'in_progress', 'pending'].map((status, at) => ({
      content: `Task ${at}`,
      status,
    }));
    await call('t1', 'TodoWrite', { todos });
    await lab.hook('PermissionRequest', {
      tool_name: 'ExitPlanMode',
      tool_input: { plan: '# Plan\n- **mend** it' },
    });
    await lab.logIn('#/session/s1');
    await side().getByText('1 of 3 done').waitFor();
    expect(await side().getByText('Task 1').isVisible()).toBe(true);
    expect(await side().locator('.task-list li').count()).toBe(0);
    await side().getByText('1 of 3 done').click();
    await expect
      .poll(() => side().locator('.task-list li').allTextContents())
      .toEqual(['✓done: Task 0', '▸at work: Task 1', '○open: Task 2']);
    const plan = side().getByText(/^Plan, /);
    expect(await plan.textContent()).toContain('not answered yet');
    await plan.click();
    await side().getByText('mend').waitFor();
    await call(
      't2',
      'ExitPlanMode',
      { plan: '# Plan\n- **mend** it' },
      { tool_response: { plan: '# Plan' } },
    );
    await expect.poll(() => plan.textContent()).toContain('approved');
    await call('t3', 'TodoWrite', { todos: todos.map(one => ({ ...one, status: 'completed' })) });
    await side().getByText('3 of 3 done').waitFor();
  });

  it('can be had as a file, of either form, by a press and by the palette', async () => {
    await call('t1', 'Bash', { command: 'npm test' }, { tool_response: { stdout: 'fine' } });
    await lab.logIn('#/session/s1');
    const download = async (press: () => Promise<unknown>): Promise<string> => {
      const [file] = await Promise.all([lab.page.waitForEvent('download'), press()]);
      const text = fs.readFileSync(await file.path(), 'utf8');
      return `${file.suggestedFilename()} ${text}`;
    };
    expect(await download(() => side().getByRole('link', { name: 'Markdown' }).click())).toMatch(
      /^session-s1\.md # shop\n[\s\S]*```\nfine\n```/,
    );
    await lab.page.keyboard.press('Control+k');
    await lab.page.keyboard.type('export json');
    expect(await download(() => lab.page.keyboard.press('Enter'))).toMatch(
      /^session-s1\.json \{"format":"hookline-session"/,
    );
  });
});
