// `hookline show`: the story of a session, over or not, as one reads it.
import fs from 'node:fs';
import path from 'node:path';
import pc from 'picocolors';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { storyLines } from '../../src/cli/show/lines.ts';
import { timeline } from '../../src/cli/show/timeline.ts';
import type { EventEnvelope } from '../../src/protocol/index.ts';
import { Story } from '../state/story.ts';
import { commandIn, makePlace, postHook } from '../support/cli.ts';
import { recordedPayloads } from '../support/fixtures.ts';
import { type Daemon, hookline, hooklineOk, startDaemon } from '../support/hookline.ts';
import { until } from '../support/until.ts';

/** The lines of a story without their times. */
function lines(story: Story, columns?: number): string[] {
  const events: EventEnvelope[] = story.log.map(({ hook: _hook, ...event }, index) => ({
    ...event,
    seq: index + 1,
    data: { ...event.data },
  }));
  const style = { colors: pc.createColors(false), columns, now: story.now };
  return storyLines(timeline(events), style).map(line => line.replace(/^\d\d:\d\d:\d\d {2}/, ''));
}

const agent = { agent_id: 'a1', agent_type: 'Explore' };
const used = (output: number) => ({ input: 100, output, cacheRead: 800, cacheCreation: 0 });

describe('a story', () => {
  test('a turn: what was asked, said and done, how long it took and what it used', () => {
    const story = Story.working();
    story.tell('message.assistant', { text: 'I look.', messageId: 'm1', usage: used(100) });
    story.tell('message.assistant', { text: '', messageId: 'm1', usage: used(100) });
    story.use('t1', 'ls').result('t1', 'ls', { duration_ms: 23 });
    story.use('t2', 'false').hook('PostToolUseFailure', {
      tool_name: 'Bash',
      tool_use_id: 't2',
      duration_ms: 4,
      error: 'Exit code 1',
    });
    story.later(60_000).hook('Stop', { prompt_id: 'p1', last_assistant_message: 'It failed.' });
    story.hook('SessionEnd', { reason: 'other' });
    expect(lines(story)).toEqual([
      '── started',
      '',
      '❯ go  1m · 200 tokens',
      '  ● I look.',
      '  ✓ Bash ls  23ms',
      '  ✗ Bash false  4ms · Exit code 1',
      '  ● It failed.',
      '── ended (other reason)',
    ]);
  });

  test('what a subagent is stands there, though it was noted a moment before its start was told', () => {
    const story = Story.working().tell('message.user', { text: 'Look around' }, { agentId: 'a1' });
    story.tell('agent.updated', { agentType: 'Explore', description: 'look' }, { agentId: 'a1', ago: 500 });
    expect(lines(story).at(-1)).toMatch(/◆ Explore: look/);
  });

  test('the last words of a turn are told by its hook and by the transcript, and stand there once', () => {
    const story = Story.working().tell('message.assistant', { text: 'Done.', messageId: 'm1' });
    story.hook('Stop', { prompt_id: 'p1', last_assistant_message: 'Done.' });
    expect(lines(story).filter(line => line.includes('Done.'))).toEqual(['  ● Done.']);
  });

  test('permissions: how long somebody was waited for, who refused, and who is still asked', () => {
    const story = Story.working().use('t1', 'npm publish').asks('npm publish').later(11_980);
    story.result('t1', 'npm publish', { duration_ms: 1990 });
    story.use('t2', 'rm -r /').asks('rm -r /').later(2990);
    story.tell('tool.result', { toolUseId: 't2', success: false, interrupted: true, error: 'no' });
    story.tell('turn.failed', { error: 'interrupted', promptId: 'p1' });
    story.prompt('p2', 'again').use('t3', 'ls', { prompt_id: 'p2' }).asks('ls', { prompt_id: 'p2' });
    expect(lines(story).map(line => line.trim())).toEqual([
      '── started',
      '',
      '❯ go  15s',
      '✓ Bash npm publish  2.0s · waited 10s for permission',
      '⊘ Bash rm -r /  refused after 3.0s',
      '✗ interrupted',
      '',
      '❯ again',
      '… Bash ls  asks for permission',
    ]);
  });

  test('subagents stand in the call that started them, with what they did and used', () => {
    const story = Story.working().hook('SubagentStart', agent);
    story.hook('PreToolUse', { tool_name: 'Agent', tool_use_id: 'c1', tool_input: { description: 'Look' } });
    story.tell('agent.updated', { toolUseId: 'c1', description: 'Look around' }, { agentId: 'a1' });
    story.use('t1', 'pwd', agent).result('t1', 'pwd', { ...agent, duration_ms: 2 });
    story.hook('Stop', { prompt_id: 'p1', background_tasks: [{ id: 'a1' }] }).later(3000);
    story.tell('message.assistant', { messageId: 'm2', usage: used(100) }, { agentId: 'a1' });
    story.hook('SubagentStop', { ...agent, last_assistant_message: 'Looked.' });
    expect(lines(story).slice(2)).toEqual([
      '❯ go  0s · 200 tokens',
      '  … Agent Look',
      '    ◆ Explore: Look around  3.1s · 1 tool · 200 tokens',
      '      ✓ Bash pwd  2ms',
      '      ● Looked.',
    ]);
  });

  test('what was told late stands where it happened, and a turn nobody saw begin is there too', () => {
    const story = new Story().use('t1', 'ls').result('t1', 'ls', { duration_ms: 5 });
    story.later(1000).tell('message.assistant', { text: 'First.', recovered: true }, { ago: 1015 });
    expect(lines(story).slice(2)).toEqual(['❯ (the prompt is not known)', '  ✓ Bash ls  5ms', '  ● First.']);
  });

  test('what happens besides: compaction, another model, a question, a prompt in between, a task that reports', () => {
    const story = Story.working().hook('SessionStart', { source: 'compact' });
    story.tell('context.compacted', { trigger: 'auto' });
    story.hook('PostModelSwitch', { to_model: 'haiku' });
    story.hook('Elicitation', { mcp_server_name: 'shop', message: 'Where?' });
    story.hook('ElicitationResult', { mcp_server_name: 'shop', action: 'accept' });
    story.tell('prompt.submitted', { prompt: 'faster', promptId: 'p2', queued: true });
    story.prompt('p3', '<task-notification>\n<summary>Agent "x" finished</summary>');
    expect(lines(story).slice(2)).toEqual([
      '❯ go',
      '  · the conversation was compacted',
      '  · now with haiku',
      '  · shop asks: Where?',
      '  · answered: accept',
      '  ❯ faster',
      '',
      '❯ Agent "x" finished',
    ]);
  });

  test('a recorded session: every call once, both subagents with theirs', () => {
    const story = new Story();
    for (const { hook_event_name, ...fields } of recordedPayloads('session-subagents'))
      story.hook(hook_event_name, fields);
    const told = lines(story);
    expect(told.filter(line => line.startsWith('❯'))).toHaveLength(3);
    expect(told.filter(line => /[✓✗] /.test(line))).toHaveLength(13);
    expect(told.filter(line => /^ {4}◆ general-purpose/.test(line))).toHaveLength(2);
    expect(told.filter(line => /^ {6}[✓✗] Bash/.test(line))).toHaveLength(3);
  });

  test('no line is wider than the terminal, and nothing in it steers it', () => {
    const evil = '\u001b[2J\u202e\u0007'.repeat(30);
    const story = Story.working()
      .prompt('p2', `${evil}${'x'.repeat(500)}`)
      .use('t1', `${evil}${'y'.repeat(500)}`);
    story.hook('PostToolUseFailure', { tool_name: 'Bash', tool_use_id: 't1', error: evil + 'z'.repeat(500) });
    story.hook('Stop', { prompt_id: 'p2', last_assistant_message: evil + 'w'.repeat(500) });
    for (const line of lines(story, 80)) {
      expect(line.length).toBeLessThanOrEqual(70);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there.
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    }
  });
});

describe('with a daemon', () => {
  const place = makePlace();
  let daemon: Daemon;
  beforeAll(async () => {
    daemon = await startDaemon(place);
    for (const [session_id, folder] of [
      ['aaaa1111-x', 'shop'],
      ['aaaa2222-x', 'shop'],
      ['bbbb3333-x', 'blog'],
      ['bbbb4444-x', 'wiki'],
    ]) {
      const session = { session_id, cwd: `/home/dev/${folder}` };
      await postHook(daemon, 'SessionStart', {
        ...session,
        source: 'startup',
        session_title: `Mend ${folder}`,
      });
      await postHook(daemon, 'UserPromptSubmit', {
        ...session,
        prompt: `mend ${session_id}`,
        prompt_id: 'p1',
      });
      await postHook(daemon, 'Stop', { ...session, prompt_id: 'p1', last_assistant_message: 'Mended.' });
      await postHook(daemon, 'UserPromptSubmit', { ...session, prompt: 'and again', prompt_id: 'p2' });
      if (session_id !== 'aaaa1111-x') await postHook(daemon, 'SessionEnd', { ...session, reason: 'other' });
    }
  });
  afterAll(() => daemon?.stop());

  const show = async (...args: string[]): Promise<string> =>
    (await hooklineOk(place, 'show', ...args)).stdout;

  it('the session heard of last, when none is named', async () => {
    const told = await show();
    expect(told).toMatch(/^Mend shop · shop·aaaa1111\n\/home\/dev\/shop\nworking for \S+ · since /);
    expect(told).toContain('❯ mend aaaa1111-x');
    expect(told).toContain('● Mended.');
  });

  it('one that is over, by the beginning of its id or by its name', async () => {
    const byId = await show('bbbb3');
    expect(byId).toMatch(
      /^Mend blog · blog·bbbb3333\n\/home\/dev\/blog\nended \S+ \(other reason\) · since /,
    );
    expect(byId).toContain('── ended (other reason)');
    expect(await show('bbbb3333-x', '--last', '1')).not.toContain('mend bbbb3333-x');
  });

  it('one that is over and has used something, by its name too', async () => {
    const file = path.join(place.home, 'docs.jsonl');
    const usage = { input_tokens: 1, output_tokens: 2 };
    const message = { id: 'm1', model: 'opus', usage, content: 'Hi.' };
    const timestamp = new Date().toISOString();
    fs.writeFileSync(file, `${JSON.stringify({ type: 'assistant', timestamp, message })}\n`);
    const docs = { session_id: 'dddd5555-x', cwd: '/home/dev/docs', transcript_path: file };
    await postHook(daemon, 'SessionStart', { ...docs, source: 'startup', session_title: 'Mend docs' });
    await postHook(daemon, 'SessionEnd', { ...docs, reason: 'other' });
    await until('its transcript is read', async () =>
      (await hooklineOk(place, 'usage', '--by', 'session')).stdout.includes('Mend docs'),
    );
    expect(await show('Mend docs')).toContain('docs·dddd5555');
  });

  it('for scripts', async () => {
    const told = JSON.parse(await show('aaaa1111', '--json')) as { items: { kind: string }[] };
    expect(told).toMatchObject({
      session: { sessionId: 'aaaa1111-x', state: 'working', name: 'Mend shop' },
      usage: { totals: { input: 0 } },
      items: [
        { kind: 'note', text: 'started' },
        { kind: 'turn', prompt: 'mend aaaa1111-x', outcome: 'completed' },
        { kind: 'turn', prompt: 'and again', outcome: 'open', steps: [] },
      ],
    });
  });

  it('all of it, as a document or as JSON', async () => {
    const document = await show('bbbb3', '--format', 'md');
    expect(document).toMatch(/^# Mend blog\n\n- Session: `bbbb3333-x`\n- Folder: `\/home\/dev\/blog`\n/);
    expect(document).toMatch(/^## 1\. Prompt, .*\n\n> mend bbbb3333-x\n\nMended\.\n\n\*Turn ended\*/m);
    expect(document).toContain('*Session ended (other)*');
    const { events, ...rest } = JSON.parse(await show('bbbb3', '--format', 'json'));
    expect(rest).toMatchObject({ format: 'hookline-session', version: 1, session: { name: 'Mend blog' } });
    const types = events.map(({ type }: EventEnvelope) => type);
    expect(types).toEqual(
      expect.arrayContaining(['session.discovered', 'prompt.submitted', 'session.removed']),
    );
    const both = await hookline(place, 'show', 'bbbb3', '--format', 'md', '--last', '1');
    expect([both.code, both.stderr]).toEqual([
      2,
      expect.stringContaining('goes with neither --json nor --last'),
    ]);
  });

  it('steers no terminal, whatever was said in it', async () => {
    const session = { session_id: 'eeee6666-x', cwd: '/home/dev/evil' };
    const evil = '\u001b[2J\u0007\u202e<script>\u0000```';
    await postHook(daemon, 'UserPromptSubmit', { ...session, prompt: evil });
    const call = { ...session, tool_name: evil, tool_use_id: 't1', tool_input: { command: evil } };
    await postHook(daemon, 'PreToolUse', call);
    await postHook(daemon, 'PostToolUse', {
      ...call,
      tool_response: { stdout: `${evil}${'x'.repeat(50_000)}` },
    });
    for (const format of ['md', 'json']) {
      const text = await show('eeee6666', '--format', format);
      expect(text).toContain('x'.repeat(50_000));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there.
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
  });

  it('says when it is none, or not clear which one', async () => {
    const nobody = await hookline(place, 'show', 'cccc');
    expect(nobody).toMatchObject({
      code: 1,
      stderr: `hookline: no session is "cccc"; see ${commandIn(place)} sessions\n`,
    });
    const several = await hookline(place, 'show', 'bbbb');
    expect(several.code).toBe(2);
    expect(several.stderr).toMatch(
      /"bbbb" fits 2 sessions: bbbb\d{4}-x, bbbb\d{4}-x; see node \S+main\.js show --help/,
    );
    // Whoever lives comes first.
    expect(await show('aaaa')).toContain('shop·aaaa1111');
  });
});
