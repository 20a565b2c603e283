// A session as a document: Markdown to read, JSON for programs, whatever it is that agents and tools said.
import { describe, expect, it, test } from 'vitest';
import type { EventEnvelope } from '../../src/protocol/index.ts';
import { asMarkdown, code, fenced, inline, quoted } from '../../src/story/document/quoted.ts';
import { jsonOf, markdownOf, type Source } from '../../src/story/index.ts';
import { Story } from '../state/story.ts';

const NO_USE = { input: 0, output: 0, cacheRead: 0, cacheCreation: 0 };

function sourceOf(story: Story, more: Partial<Source> = {}): Source {
  const events: EventEnvelope[] = story.log.map(({ hook: _hook, ...event }, index) => ({
    ...event,
    seq: index + 1,
    data: { ...event.data },
  }));
  return {
    ...{ sessionId: 's1', version: '1.2.3', now: 0, usage: { totals: NO_USE, byModel: {} }, prompts: [] },
    async *pages() {
      for (let at = 0; at < events.length; at += 3) yield { log: 'events', events: events.slice(at, at + 3) };
    },
    event: async ({ seq }) => events[seq - 1],
    ...more,
  };
}

async function textOf(pieces: AsyncGenerator<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

const markdown = (story: Story, more?: Partial<Source>): Promise<string> =>
  textOf(markdownOf(sourceOf(story, more)));

describe('as Markdown', () => {
  it('has prompts, replies, calls, what they changed and put out, and what was used', async () => {
    const story = Story.working().use('t1', 'npm test');
    story.hook('PostToolUse', {
      ...{ tool_name: 'Bash', tool_use_id: 't1', tool_input: { command: 'npm test' }, duration_ms: 1200 },
      tool_response: { stdout: '14 passed', stderr: 'warning: ```' },
    });
    const edit = { file_path: '/w/till.ts', old_string: 'a', new_string: 'b' };
    const call = { tool_name: 'Edit', tool_use_id: 't2', tool_input: edit };
    story.hook('PreToolUse', call).hook('PostToolUse', {
      ...call,
      tool_response: { structuredPatch: [{ newStart: 7, lines: [' x', '-a', '+b', '\\ No newline'] }] },
    });
    story.hook('Stop', { prompt_id: 'p1', last_assistant_message: '# Done\nIt *adds up*.' });
    const used = { ...NO_USE, output: 1234, costUsd: 0.5 };
    const text = await markdown(story, {
      usage: { totals: used, byModel: { opus: used } },
      prompts: [{ promptId: 'p1', ...used }],
    });
    expect(text).toContain('- Used: 1,234 tokens, $0.50\n- Used by `opus`: 1,234 tokens, $0.50\n');
    expect(text).toMatch(/^## 1\. Prompt, \d{4}-\d\d-\d\d [\d:]{8}, 1,234 tokens, \$0\.50\n\n> go$/m);
    expect(text).toMatch(
      /^\*\*Bash\*\* \(ok, 1\.2 s\), [\d:]{8}\n\n```sh\nnpm test\n```\n\n```\n14 passed\n```/m,
    );
    expect(text).toContain('stderr:\n\n````\nwarning: ```\n````\n');
    expect(text).toContain('`/w/till.ts`\n\n```diff\n@@ line 7 @@\n x\n-a\n+b\n');
    expect(text).toContain('###### Done\nIt *adds up*.\n\n*Turn ended*');
    expect(text.match(/adds up/g)).toHaveLength(1);
  });

  it('has subagents after the rest, and says which call started which', async () => {
    const agent = { agent_id: 'a1', agent_type: 'Explore' };
    const story = Story.working().hook('SubagentStart', agent);
    story.hook('PreToolUse', { tool_name: 'Agent', tool_use_id: 'c1', tool_input: { description: 'Look' } });
    story.tell('agent.updated', { toolUseId: 'c1', description: 'Look around' }, { agentId: 'a1' });
    story.use('t1', 'pwd', agent).hook('SubagentStop', { ...agent, last_assistant_message: 'Looked.' });
    story.use('t2', 'ls');
    const text = await markdown(story);
    expect(text).toContain('Starts Subagent 1 Explore (Look around), below.');
    const [main = '', sub = ''] = text.split('## Subagent 1 Explore (Look around)\n');
    expect([main.includes('```sh\nls\n'), main.includes('pwd')]).toEqual([true, false]);
    expect([sub.includes('```sh\npwd\n'), sub.includes('Looked.')]).toEqual([true, true]);
  });

  it('is in the order in which things happened, each told once, without what was deleted meanwhile', async () => {
    const story = new Story().use('t1', 'ls').result('t1', 'ls', { duration_ms: 5 });
    story.later(1000).tell('message.assistant', { text: 'First.', recovered: true }, { ago: 1015 });
    story.tell('message.assistant', { text: 'Last.', messageId: 'm1' });
    story.hook('Stop', { prompt_id: 'p1', last_assistant_message: 'Last.' });
    const text = await markdown(story);
    expect(text.indexOf('First.')).toBeGreaterThan(text.indexOf('Session started'));
    expect(text.match(/Last\./g)).toHaveLength(1);
    const deleted = await markdown(story, { event: async () => undefined });
    expect(deleted).toMatch(/^# shop\n\n- Session: `s1`\n[\s\S]*, 9 events; times are UTC\n$/);
  });

  it('has the list of tasks', async () => {
    const todos = [
      { content: 'Look', status: 'completed' },
      { content: 'Mend <b>', status: 'in_progress' },
    ];
    const story = Story.working().hook('PreToolUse', {
      ...{ tool_name: 'TodoWrite', tool_use_id: 't1', tool_input: { todos } },
    });
    expect(await markdown(story)).toContain(
      'Tasks: 1 of 2 done\n\n- [x] Look\n- [ ] Mend \\<b\\> (at work)\n',
    );
  });
});

describe('whatever was said', () => {
  test('what an agent writes can be no HTML, no picture, no heading of the document and no end of its code', () => {
    const tag = (text: string): string => asMarkdown(text).replaceAll('\n', '⏎');
    expect(tag('a <script>x</script> `Map<string>` 1 < 2')).toBe(
      'a &lt;script>x&lt;/script> `Map<string>` 1 < 2',
    );
    expect(tag('![x](http://elsewhere) <!-- x')).toBe('!\\[x](http://elsewhere) &lt;!-- x');
    expect(tag('# One\n## Two\nThree\n===')).toBe('###### One⏎###### Two⏎Three⏎\\===');
    expect(tag('```html\n<b>\n```\n<b>')).toBe('```html⏎<b>⏎```⏎&lt;b>');
    expect(tag('~~~~\n<b>')).toBe('~~~~⏎<b>⏎~~~~');
    expect(tag('\u001b[2J\u202eabc\u0000')).toBe('␛[2J‹202E›abc␀');
  });

  // A reader of Markdown may see other code in it than we do: then nothing of it counts as code.
  test.each([
    ['a span over two lines', '# a `\nb ` c ` <script> `'],
    ['a fence in a list that ends first', '- a\n  ```\nb <script>'],
    ['a fence that ends further in', '```\n   ```\n<script>'],
    ['a fence that begins further in', ' ```\n```\n<script>'],
    ['a fence in a quotation', '> ```\n<script>'],
    ['a span that is escaped', '\\` <script> `'],
    ['a span over cells of a table', '| ` <script> | ` |'],
    ['a fence with backticks in its name', '``` `\n<script>'],
  ])('%s', (_name, text) => {
    expect(asMarkdown(text)).not.toContain('<script');
    expect(quoted(text)).not.toContain('<script');
  });

  test('code is whole in whatever it holds, and in one line where it is in a line', () => {
    expect(fenced('a\n````\nb\n')).toBe('`````\na\n````\nb\n`````');
    expect(code('a ``b`')).toBe('``` a ``b` ```');
    expect(inline('**<a>**\nb')).toBe('\\*\\*\\<a\\>\\*\\* b');
  });
});

describe('as JSON', () => {
  it('has every event as it is, and what they say of the session', async () => {
    const story = Story.working().use('t1', 'ls').result('t1', 'ls', { duration_ms: 5 });
    const told = JSON.parse(await textOf(jsonOf(sourceOf(story))));
    expect(told).toMatchObject({
      ...{ format: 'hookline-session', version: 1, hookline: '1.2.3', sessionId: 's1', exportedAt: 0 },
      session: { sessionId: 's1', startedAt: expect.any(Number) },
    });
    expect(told.events.map(({ seq }: EventEnvelope) => seq)).toEqual(story.log.map((_, index) => index + 1));
  });

  it('says which events are from before hookline', async () => {
    const source = sourceOf(Story.working());
    const [first] = [await source.event({ log: 'events', seq: 1 })];
    async function* pages() {
      yield { log: 'history' as const, events: [first as EventEnvelope] };
      yield { log: 'events' as const, events: [first as EventEnvelope] };
    }
    const told = JSON.parse(await textOf(jsonOf({ ...source, pages })));
    expect(told.events.map(({ log }: { log?: string }) => log)).toEqual(['history', undefined]);
  });
});
