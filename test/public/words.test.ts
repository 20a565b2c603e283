// What the pages say about events, sessions and questions, in words that need no knowledge of the client.
import { describe, expect, it } from 'vitest';
import { askWords } from '../../public/design/asks.ts';
import { endWords, modeWords } from '../../public/design/client-words.ts';
import { prose } from '../../public/design/text.ts';
import { gist, isNews, promptLine, promptText, summary } from '../../public/design/words.ts';
import { gist as told } from '../../src/protocol/index.ts';

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

it('of what somebody sent is told who, and what they wrote', () => {
  const id = '019a7d2c-4f7e-7000-9c1e-5b7c6f0f9a11';
  const header = `[hookline message id=${id} from=frontend via=cli unverified]`;
  const wrap = (text: string): string =>
    `<cross-session-message from="uds:/x.sock" from-name="work-78" msg="${id}">\n${text}\n</cross-session-message>`;
  const message = `${header}\nIs it\n\ndone?\nfiles: /a\nreply: hookline send --to frontend`;
  expect(promptText(wrap(message))).toBe('frontend: Is it\n\ndone?\nfiles: /a');
  expect(promptText(message)).toBe('frontend: Is it\n\ndone?\nfiles: /a');
  // Cut short, as a board has it.
  expect(promptText(wrap(message).slice(0, 200))).toMatch(/^frontend: I/);
  expect(promptText(wrap('hello'))).toBe('work-78: hello');
  expect(promptLine(wrap(message))).toBe('frontend: Is it done? files: /a');
  for (const typed of ['Is it done?', `It says:\n${header}\nhello`, `Why ${wrap('x')}`, 7])
    expect(promptText(typed)).toBe(typed);
});

it('who asks says for what, in a sentence', () => {
  const sentences = {
    Bash: 'wants to run a command',
    Edit: 'wants to edit a file',
    MultiEdit: 'wants to edit a file',
    NotebookEdit: 'wants to edit a notebook',
    Write: 'wants to write a file',
    WebFetch: 'wants to fetch a page',
    Task: 'wants to start a subagent',
    Skill: 'wants to use a skill',
    ExitPlanMode: 'has a plan for you to approve',
    AskUserQuestion: 'has a question for you',
    mcp__github__create_issue: 'wants to use create_issue of github',
    BrandNewTool: 'wants to use BrandNewTool',
    constructor: 'wants to use constructor',
    '': 'needs you at its terminal',
  };
  for (const [tool, words] of Object.entries(sentences)) expect(askWords(tool), tool).toBe(words);
  expect(['Bash', 'ExitPlanMode', 'mcp__a__b', ''].map(tool => askWords(tool, true))).toEqual([
    'wanted to run a command',
    'had a plan for you to approve',
    'wanted to use b of a',
    'needed you at its terminal',
  ]);
});

it('what a call is about is the same to the page as to the daemon', () => {
  const inputs = [
    { path: 'src', pattern: 'TODO' },
    { notebook_path: '/w/a.ipynb', new_source: 'x' },
    { questions: [{ question: 'Which team?' }] },
    { skill: 'review' },
    { file_path: '/w/till.ts', content: 'x' },
    'as it is',
    undefined,
  ];
  expect(inputs.map(gist)).toEqual(inputs.map(told));
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
