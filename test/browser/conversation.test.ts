// What agents write, as one reads it in the conversation: tables, links that hide nothing, errors with their lines.
import { describe, expect, it } from 'vitest';
import { findBrowser } from '../support/browser.ts';
import { useDashboard } from '../support/dashboard.ts';

const executable = findBrowser();

describe.skipIf(!executable)('the conversation', () => {
  const lab = useDashboard(executable);
  const talk = () => lab.page.getByRole('region', { name: 'Conversation' });
  const say = (lines: readonly string[]) => lab.hook('Stop', { last_assistant_message: lines.join('\n') });

  it('shows tables as tables, with the words around them, and what is none as it is', async () => {
    await say([
      'The figures:',
      '| tool | calls | share |',
      '|:-----|------:|:-----:|',
      '| `Bash` | 12 | a \\| b |',
      '| **Read** |',
      'That is all.',
      '',
      'a | b',
      '--- of two rules',
    ]);
    await lab.logIn('#/session/s1');
    const table = talk().getByRole('table');
    await expect
      .poll(() => table.getByRole('row').allTextContents())
      .toEqual(['toolcallsshare', 'Bash12a | b', 'Read']);
    expect(await table.locator('code').textContent()).toBe('Bash');
    expect(await table.getByRole('cell', { name: '12' }).getAttribute('data-side')).toBe('end');
    expect(await talk().locator('.words > p').allTextContents()).toEqual([
      'The figures:',
      'That is all.',
      'a | b\n--- of two rules',
    ]);
  });

  it('shows where a link leads, and makes one only of what leads to the web or to mail', async () => {
    await say([
      'See [the **docs**](https://example.com/a_(b) "Docs"), https://example.com/x?y=1#z. and [mail](mailto:me@example.com)',
      'Not [this](javascript:alert(1)) nor [that](JavaScript://%0aalert(1)), [data](data:text/html,x), [file](src/till.ts#L4).',
      'An image: ![shot](https://example.com/shot.png) and `https://example.com/code`',
    ]);
    await lab.logIn('#/session/s1');
    await talk().getByText('An image').waitFor();
    const links = await talk()
      .getByRole('link')
      .evaluateAll(all => all.map(one => ['href', 'rel', 'target'].map(name => one.getAttribute(name))));
    const away = ['noopener noreferrer', '_blank'];
    expect(links).toEqual([
      ['https://example.com/a_(b)', ...away],
      ['https://example.com/x?y=1#z', ...away],
      ['mailto:me@example.com', ...away],
      ['https://example.com/shot.png', ...away],
    ]);
    expect(await talk().locator('.words').textContent()).toBe(
      [
        'See the **docs** (https://example.com/a_(b)), https://example.com/x?y=1#z. and mail (mailto:me@example.com)',
        'Not this (javascript:alert(1)) nor that (JavaScript://%0aalert(1)), data (data:text/html,x), file (src/till.ts#L4).',
        'An image: shot (https://example.com/shot.png) and https://example.com/code',
      ].join('\n'),
    );
    expect(await talk().locator('img').count()).toBe(0);
  });

  it('shows the lines of an error, without the tags that the client puts around it', async () => {
    const about = { tool_name: 'Read', tool_input: { file_path: '/w/till.ts' }, tool_use_id: 't1' };
    await lab.hook('PreToolUse', about);
    const error = '<tool_use_error>InputValidationError: Read failed\n  limit: not a number</tool_use_error>';
    await lab.hook('PostToolUseFailure', { ...about, error, duration_ms: 3 });
    await lab.logIn('#/session/s1');
    const shown = talk().locator('.error');
    await shown.waitFor();
    expect(await shown.innerText()).toBe('InputValidationError: Read failed\n  limit: not a number');
  });
});
