// The event table itself: every type is described, every example is valid, and a client's types narrow.
import { describe, expect, test } from 'vitest';
import {
  EVENT_DATA,
  EVENT_EXAMPLES,
  EVENT_TYPES,
  EventEnvelope,
  exampleEvent,
  type HooklineEvent,
} from '../../src/protocol/index.ts';

describe.each(EVENT_TYPES)('%s', type => {
  test('says what it means, down to each field', () => {
    expect(EVENT_DATA[type].description).toMatch(/\.$/);
    for (const [name, field] of Object.entries(EVENT_DATA[type].shape)) {
      if (['state', 'input', 'output', 'cacheRead', 'cacheCreation'].includes(name)) continue;
      expect(field.description, name).toBeTruthy();
    }
  });

  test('has an example that is valid and uses no undeclared field', () => {
    expect(EVENT_DATA[type].strict().safeParse(EVENT_EXAMPLES[type]).error).toBeUndefined();
    expect(EventEnvelope.strict().safeParse(exampleEvent(type)).error).toBeUndefined();
  });

  test('tolerates fields of a later release', () => {
    expect(EVENT_DATA[type].safeParse({ ...EVENT_EXAMPLES[type], fromTheFuture: 1 }).success).toBe(true);
  });
});

test('a client that switches on the type gets the data of that type', () => {
  const told = (event: HooklineEvent): string | undefined => {
    if (event.type === 'tool.use') return event.data.toolName;
    if (event.type === 'tool.result') return event.data.success ? 'ok' : event.data.error;
    return undefined;
  };
  expect(told(exampleEvent('tool.use'))).toBe('Bash');
  expect(told(exampleEvent('tool.result'))).toBe('ok');
});
