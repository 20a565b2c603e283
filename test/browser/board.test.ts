// The board in a real browser: who is there, who needs somebody, and what everybody does.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';
import { startDaemon } from '../support/hookline.ts';

const executable = findBrowser();

describe.skipIf(!executable)('the board', () => {
  const lab = useDashboard(executable);
  const group = (name: string) => lab.page.getByRole('region', { name });
  const card = (name: string) => lab.page.locator('.card', { hasText: name });

  it('says what to do when no session runs', async () => {
    await lab.logIn();
    await lab.page.getByText('No session is running.').waitFor();
  });

  it('shows a session as it works, asks, fails and rests', async () => {
    await lab.logIn();
    await lab.hook('SessionStart', { source: 'startup', model: 'claude-opus-5-5' });
    await group('Idle').getByRole('link', { name: 'shop', exact: true }).waitFor();

    await lab.hook('UserPromptSubmit', { prompt: 'Fix the till' });
    const call = { tool_name: 'Bash', tool_input: { command: 'npm publish' }, tool_use_id: 't1' };
    await lab.hook('PreToolUse', call);
    await group('Working').getByRole('link', { name: 'shop', exact: true }).waitFor();
    await card('shop').getByText('Bash').waitFor();

    await lab.hook('PermissionRequest', call);
    await group('Needs you').getByText('Needs permission').waitFor();
    await lab.page.waitForFunction(() => document.title.startsWith('(1) '));

    await lab.hook('StopFailure', { error: 'rate_limit' });
    await group('Failed').getByText('Turn failed: rate_limit').waitFor();

    await lab.hook('UserPromptSubmit', { prompt: 'Once more' });
    await group('Working').getByRole('link', { name: 'shop', exact: true }).waitFor();
    await lab.hook('Stop', { last_assistant_message: 'Done.' });
    await group('Idle').getByRole('link', { name: 'shop', exact: true }).waitFor();
    await lab.page.waitForFunction(() => !document.title.startsWith('('));

    await lab.hook('SessionEnd', { reason: 'other' });
    await lab.page.getByText('No session is running.').waitFor();
  });

  it('leaves the focus where it is when a card changes its place', async () => {
    const at = (id: string) => ({ session_id: id, cwd: `/w/${id}` });
    for (const id of ['one', 'two']) {
      await lab.hook('SessionStart', { ...at(id), source: 'startup' });
      await lab.hook('UserPromptSubmit', { ...at(id), prompt: 'go' });
    }
    await lab.logIn();
    const link = (place: string) => group(place).getByRole('link', { name: 'two', exact: true });
    const focused = () => lab.page.evaluate(() => document.activeElement?.textContent);
    await link('Working').focus();
    await lab.hook('StopFailure', { ...at('two'), error: 'server_error' });
    await link('Failed').waitFor();
    expect(await focused()).toBe('two');
    await lab.hook('StopFailure', { ...at('one'), error: 'server_error' });
    const failed = () => group('Failed').locator('.name').allTextContents();
    await expect.poll(failed).toEqual(['one', 'two']);
    expect(await focused()).toBe('two');
    await lab.hook('UserPromptSubmit', { ...at('two'), prompt: 'again' });
    await lab.hook('StopFailure', { ...at('two'), error: 'server_error' });
    await expect.poll(failed).toEqual(['two', 'one']);
    expect(await focused()).toBe('two');
    await lab.hook('UserPromptSubmit', { ...at('two'), prompt: 'once more' });
    await lab.hook('Stop', at('two'));
    await link('Idle').waitFor();
    expect(await focused()).toBe('two');
  });

  it('puts who needs somebody first, whoever came first', async () => {
    for (const [id, cwd] of [
      ['s1', '/w/one'],
      ['s2', '/w/two'],
      ['s3', '/w/three'],
    ])
      await lab.hook('SessionStart', { session_id: id, cwd, source: 'startup' });
    await lab.hook('UserPromptSubmit', { session_id: 's2', cwd: '/w/two', prompt: 'go' });
    await lab.hook('StopFailure', { session_id: 's1', cwd: '/w/one', error: 'server_error' });
    await lab.hook('PermissionRequest', { session_id: 's3', cwd: '/w/three', tool_name: 'Bash' });
    await lab.logIn();
    await expect
      .poll(() => lab.page.locator('.card:visible .name').allTextContents())
      .toEqual(['three', 'one', 'two']);
    expect(await lab.page.locator('.group[data-need]:visible > h2').allTextContents()).toEqual([
      'Needs you 1',
      'Failed 1',
      'Working 1',
    ]);
  });

  it('says what is asked as it is meant: a file, a plan', async () => {
    await lab.hook('SessionStart', { source: 'startup', permission_mode: 'plan' });
    await lab.hook('UserPromptSubmit', { prompt: 'Move the till' });
    await lab.hook('PermissionRequest', { tool_name: 'Edit', tool_input: { file_path: '/w/till.ts' } });
    // Nobody is there who may answer, so that it is as it was at its terminal.
    await lab.logIn('#/', true);
    await card('shop').getByText('The agent wants to edit a file').waitFor();
    await lab.hook('UserPromptSubmit', { prompt: 'Plan it first' });
    const plan = '# Move the till\n\n1. Read **till.ts**';
    await lab.hook('PermissionRequest', { tool_name: 'ExitPlanMode', tool_input: { plan } });
    await card('shop').getByText('The agent has a plan for you to approve').waitFor();
    await card('shop').getByText('Move the till 1. Read till.ts').waitFor();
  });

  it('shows what an edit changes, long ones folded, and the whole of a long command', async () => {
    await lab.hook('SessionStart', { source: 'startup' });
    await lab.logIn('#/', true);
    const file = { file_path: '/home/dev/shop/src/till.ts' };
    const ask = (tool_name: string, tool_input: object, more = {}) =>
      lab.hook('PermissionRequest', { tool_name, tool_input, ...more });
    await ask('Edit', { ...file, old_string: 'let sum = 0;\nadd();', new_string: 'let sum = 0n;\nadd();' });
    const block = card('shop').locator('.block');
    await expect.poll(() => block.textContent()).toBe('- let sum = 0;\n+ let sum = 0n;\n  add();\n');
    expect(await block.locator('.taken, .put').allTextContents()).toEqual([
      '- let sum = 0;\n',
      '+ let sum = 0n;\n',
    ]);
    await card('shop').getByText('/home/dev/shop/src/till.ts').waitFor();

    await lab.hook('UserPromptSubmit', { prompt: 'Write it down' });
    const content = Array.from({ length: 40 }, (_, at) => `line ${at} <b>of</b> it`).join('\n');
    await ask('Write', { ...file, content });
    await card('shop').getByText('The agent wants to write a file').waitFor();
    await card('shop').getByRole('button', { name: 'Show all 40 lines' }).click();
    expect(await block.textContent()).toBe(
      content
        .split('\n')
        .map(one => `+ ${one}\n`)
        .join(''),
    );
    expect(await block.locator('b').count()).toBe(0);
    expect(lab.page.url()).not.toContain('session');

    await lab.hook('UserPromptSubmit', { prompt: 'Run it' });
    const command = `node till.js ${'--with-another-flag '.repeat(20)}--end`;
    await ask('Bash', { command }, { agent_id: 'a1', agent_type: 'tester' });
    await card('shop').getByText('Subagent tester wants to run a command').waitFor();
    await expect.poll(() => block.textContent()).toBe(command);
    await card('shop').getByRole('link', { name: 'shop', exact: true }).click();
    const notice = lab.page.locator('.session-view > .notice');
    await expect.poll(() => notice.locator('.block').textContent()).toBe(command);
    // As it was: the diff of then.
    await lab.go(`#/?at=${(await lab.seqs('permission.requested'))[0]}`);
    await expect.poll(() => block.textContent()).toContain('+ let sum = 0n;');
  });

  it('quotes what the user said, not what the client put in their place', async () => {
    await lab.hook('SessionStart', { source: 'startup' });
    await lab.hook('UserPromptSubmit', { prompt: 'Find `useTheme`' });
    await lab.logIn();
    await card('shop').getByText('“Find useTheme”').waitFor();
    const news = '<task-notification><summary>Agent "Find" finished</summary></task-notification>';
    await lab.hook('UserPromptSubmit', { prompt: news });
    await lab.hook('PreToolUse', { tool_name: 'Bash', tool_input: { command: 'ls' }, tool_use_id: 't1' });
    await card('shop').getByText('Bash').waitFor();
    expect(await card('shop').locator('.prompt').textContent()).toBe('“Find useTheme”');
    await lab.hook('UserPromptSubmit', { session_id: 's2', cwd: '/w/other', prompt: news });
    await card('other').getByText('Agent "Find" finished').waitFor();
    expect(await card('other').getByText('“').count()).toBe(0);
  });

  it('gives one card alone its row, and tells two of one name apart', async () => {
    await lab.hook('SessionStart', { source: 'startup', model: 'claude-opus-5-5' });
    await lab.hook('SessionStart', { session_id: 's2', source: 'startup', model: 'claude-haiku-5-5' });
    for (const id of ['s3', 's4'])
      await lab.hook('UserPromptSubmit', { session_id: id, cwd: `/w/${id}`, prompt: 'go' });
    await lab.hook('PermissionRequest', { session_id: 's5', cwd: '/w/s5', tool_name: 'Bash' });
    await lab.logIn();
    await lab.page.setViewportSize({ width: 1440, height: 900 });
    await group('Working').getByRole('link', { name: 's4', exact: true }).waitFor();
    const wide = (selector: string) =>
      lab.page.locator(selector).evaluate(node => node.getBoundingClientRect().width);
    expect(await wide('.card[data-need="waiting"]')).toBe(await wide('.board-main'));
    await group('Idle').getByText('opus-5-5').waitFor();
    await group('Idle').getByText('haiku-5-5').waitFor();
    await lab.hook('SessionEnd', { session_id: 's2', reason: 'other' });
    await expect.poll(() => group('Idle').getByText('opus-5-5').isVisible()).toBe(false);
  });

  it('says that it is old while the daemon is away', async () => {
    await lab.hook('SessionStart', { source: 'startup' });
    await lab.hook('UserPromptSubmit', { prompt: 'go' });
    await lab.logIn();
    await lab.page.getByText('1 working', { exact: true }).waitFor();
    const { port } = lab.daemon;
    await lab.daemon.stop('SIGKILL');
    await lab.page.getByText('As last heard: 1 working').waitFor();
    expect(await lab.page.evaluate(() => document.getAnimations().length)).toBe(0);
    lab.daemon = await startDaemon(lab.place, '--port', String(port));
    await lab.page.getByText('1 working', { exact: true }).waitFor();
  });

  it('shows the subagents of a session and what they do', async () => {
    await lab.hook('SessionStart', { source: 'startup' });
    const agent = { agent_id: 'a1', agent_type: 'code-reviewer' };
    await lab.hook('SubagentStart', agent);
    await lab.hook('PreToolUse', { ...agent, tool_name: 'Grep', tool_input: {}, tool_use_id: 't9' });
    await lab.logIn();
    await card('shop').getByText('code-reviewer').waitFor();
    await card('shop').getByText('Grep').waitFor();
    await lab.hook('SubagentStop', agent);
    await expect.poll(() => card('shop').getByText('code-reviewer').count()).toBe(0);
  });
});
