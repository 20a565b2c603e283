// Every kind of event says something in its line.
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { eventLine } from '../../src/cli/text/event-line.ts';
import { Labels } from '../../src/cli/text/labels.ts';
import { summarize } from '../../src/cli/text/summary.ts';
import { EVENT_EXAMPLES, exampleEvent } from '../../src/protocol/event-examples.ts';
import type { EventType } from '../../src/protocol/events.ts';

const types = Object.keys(EVENT_EXAMPLES) as EventType[];

describe('the summary', () => {
  it.each(types)('of %s is words, not JSON', type => {
    const words = summarize(exampleEvent(type));
    expect(words).not.toBe('');
    expect(words).not.toMatch(/[{[]"|undefined|null/);
  });

  it('of a hook is about its payload, and of something unknown at least its data', () => {
    const event = { ...exampleEvent('tool.use'), type: 'hook.pre_tool_use' };
    const payload = { tool_name: 'Read', tool_input: { file_path: '/a' } };
    expect(summarize({ ...event, data: payload })).toBe('Read /a');
    expect(summarize({ ...event, type: 'hook.new_thing', data: { a: [1] } })).toBe('{"a":[1]}');
    expect(summarize({ ...event, type: 'tool.use', data: { toolName: 7, input: null } })).toBe('7');
  });
});

describe('a line', () => {
  const style = { colors: pc.createColors(false), labels: new Labels(), now: 1_795_189_012_798 };

  it.each(types)('of %s fits the terminal', type => {
    const line = eventLine(exampleEvent(type), { ...style, columns: 100 });
    expect(line.length).toBeLessThanOrEqual(100);
    expect(line).toContain(type);
  });

  it('names the subagent, and the daemon for its own events', () => {
    const wide = { ...style, columns: undefined };
    expect(eventLine(exampleEvent('agent.started'), wide)).toContain('shop·8dd9›a917');
    expect(eventLine(exampleEvent('system.started'), wide)).toContain('hookline  ');
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf'])(
    'of a topic of the family %s is a line like any other',
    family => {
      const event = { ...exampleEvent('tool.use'), type: `${family}.of_mine`, data: { a: 'b' } };
      const line = eventLine({ ...event, data: { reason: family } }, { ...style, columns: 100 });
      expect(line).toContain(`  ${family}.of_mine`);
      expect(line).toContain(family);
    },
  );
});

it('a message without words is told by what it asks for', () => {
  const blocks = [
    { type: 'thinking', thinking: 'hm' },
    { type: 'tool_use', name: 'Bash', input: {} },
  ];
  const event = { timestamp: 0, sessionId: 's', source: 'claude-code', seq: 1, type: 'message.assistant' };
  expect(summarize({ ...event, data: { text: '', blocks } })).toBe('thinking, → Bash');
  expect(summarize({ ...event, data: { text: 'Done.', blocks: [] } })).toBe('Done.');
});
