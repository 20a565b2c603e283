// What the pages say about events, sessions and questions, in words that need no knowledge of the client.
import { describe, expect, it } from 'vitest';
import { page } from './page.ts';

interface Words {
  summary(event: { type: string; data: object }): string;
  isNews(prompt: unknown): boolean;
  promptLine(prompt: unknown): string;
}
const { summary, isNews, promptLine } = await page<Words>('design/words.js');
const { prose } = await page<{ prose(value: unknown, longest?: number): string }>('design/text.js');
const { askWords, askedWords } = await page<{
  askWords(toolName: unknown): string[];
  askedWords(toolName: unknown): string[];
}>('design/asks.js');
const { modeWords, endWords } = await page<{
  modeWords(mode: unknown): string;
  endWords(reason: unknown): string;
}>('design/client-words.js');

it('of an event nobody has words for, only its own fields are told', () => {
  const about = { cwd: '/w', promptId: 'p1', permissionMode: 'plan', recovered: true };
  expect(summary({ type: 'some.thing', data: about })).toBe('');
  expect(summary({ type: 'some.thing', data: { ...about, size: 3 } })).toBe('{"size":3}');
  expect(summary({ type: 'context.compacting', data: { ...about, trigger: 'auto' } })).toBe('auto');
});

it('of a call that failed, what went wrong is told without the tags around it', () => {
  const error = '<tool_use_error>File does not exist.</tool_use_error>';
  expect(summary({ type: 'tool.result', data: { toolName: 'Read', success: false, error } })).toBe(
    'Read · failed · File does not exist.',
  );
});

describe('words of an agent in one line', () => {
  it('lose the marks of Markdown, and nothing else', () => {
    expect(prose('## Done\n\nThe **till** adds up, see `src/till.ts`.')).toBe(
      'Done The till adds up, see src/till.ts.',
    );
    expect(prose('```ts\nconst __a = 2 ** 3 ** 2;\n```')).toBe('const __a = 2 ** 3 ** 2;');
    expect(prose('Opened [pull request 7](https://x.test/7 ), see [it](https://x.test).')).toBe(
      'Opened [pull request 7](https://x.test/7 ), see it.',
    );
    expect(prose('| a | b |\n|---|:--|\n| 1 | 2 |')).toBe('| a | b | | 1 | 2 |');
    expect(prose(`**${'x'.repeat(400)}**`)).toBe(`${'x'.repeat(300)}…`);
    expect(prose(undefined)).toBe('');
  });

  it('are those of what was said, not of what was run', () => {
    const lastMessage = 'All **green**.';
    expect(summary({ type: 'turn.completed', data: { lastMessage } })).toBe('All green.');
    const command = 'echo `date` **';
    expect(summary({ type: 'tool.use', data: { toolName: 'Bash', input: { command } } })).toBe(
      `Bash · ${command}`,
    );
  });
});

it('news of a background task are no prompt', () => {
  const news = '<task-notification>\n<summary>Agent "Look" finished</summary>\n</task-notification>';
  expect([isNews(news), promptLine(news)]).toEqual([true, 'Agent "Look" finished']);
  expect([isNews('Fix `it`'), promptLine('Fix `it`')]).toEqual([false, 'Fix it']);
});

it('who asks says for what', () => {
  const asked = ['Bash', 'Edit', 'WebFetch', 'ExitPlanMode', 'mcp__github__create_issue', 'constructor'];
  expect(asked.map(tool => askWords(tool).join(' '))).toEqual([
    'Bash wants to run',
    'Edit wants to edit',
    'WebFetch wants to fetch',
    'A plan waits for your approval',
    'create_issue of github wants to run',
    'constructor wants to run',
  ]);
  expect(['Bash', 'ExitPlanMode'].map(tool => askedWords(tool).join(' '))).toEqual([
    'Bash wanted to run',
    'A plan waited for your approval',
  ]);
});

it('modes and ends are said in words; those nobody knows yet, as they are', () => {
  expect(['default', 'acceptEdits', 'bypassPermissions', 'new', undefined].map(modeWords)).toEqual([
    '',
    'accepts edits',
    'bypasses permissions',
    'new',
    '',
  ]);
  expect(['prompt_input_exit', 'other', 'new', undefined].map(endWords)).toEqual([
    'left at the prompt',
    '',
    'new',
    '',
  ]);
});
