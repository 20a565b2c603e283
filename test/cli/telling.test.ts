// What a tail tells a person: a call once, its end when that is news, and words once.
import { describe, expect, it } from 'vitest';
import { LONG_MS, Telling } from '../../src/cli/tail/telling.ts';
import { summarize } from '../../src/cli/text/summary.ts';
import { EVENT_TYPES, type EventEnvelope, exampleEvent } from '../../src/protocol/index.ts';

const event = (type: string, data: object, at = 0): EventEnvelope => ({
  ...{ type, timestamp: at, sessionId: 's1', source: 'claude-code', seq: 1 },
  data: { ...data },
});
const use = event('tool.use', {
  toolName: 'Bash',
  toolUseId: 't1',
  input: { command: `npm test ${'x'.repeat(80)}` },
});
const result = (data: object, at: number): EventEnvelope =>
  event('tool.result', { toolName: 'Bash', toolUseId: 't1', success: true, durationMs: at, ...data }, at);
const words = (...events: EventEnvelope[]): (string | undefined)[] => {
  const telling = new Telling();
  return events.map(one => telling.wordsOf(one));
};

describe('a tool call', () => {
  it('is told as it begins, and not again when it went well', () => {
    expect(words(use, result({}, LONG_MS - 1))).toEqual([summarize(use), undefined]);
  });

  it('is told again when it failed or took long, with what was called', () => {
    const [, failed] = words(use, result({ success: false, error: 'Exit code 1' }, 40));
    expect(failed).toMatch(/^Bash npm test x+… failed 40ms – Exit code 1$/);
    const [, long] = words(use, result({}, LONG_MS));
    expect(long).toMatch(/^Bash npm test x+… ok 5\.0s$/);
  });

  it('is told by its result when its beginning was not seen', () => {
    expect(words(result({}, 40))).toEqual(['Bash ok 40ms']);
  });
});

it('the end of a turn does not say again what the transcript said before it', () => {
  const said = event('message.assistant', { text: 'All 214 pass.' });
  const ended = event('turn.completed', { lastMessage: 'All 214 pass.' });
  expect(words(said, ended)).toEqual(['All 214 pass.', 'said above']);
  expect(words(ended, said)).toEqual(['All 214 pass.', undefined]);
});

it('everything else that it tells, it tells in the words of everything', () => {
  for (const type of EVENT_TYPES) {
    const [said] = words(exampleEvent(type));
    if (said !== undefined) expect(said).toBe(summarize(exampleEvent(type)));
  }
});

it('how a session ended is said in words', () => {
  const reasons = ['other', 'clear', 'process_exited', 'prompt_input_exit', 'brand_new', undefined];
  expect(reasons.map(reason => summarize(event('session.removed', { reason })))).toEqual([
    'ended (other reason)',
    'cleared',
    'its process was gone',
    'left at the prompt',
    'ended (brand_new)',
    'ended',
  ]);
});

it('one is one, and many are many', () => {
  const batch = (...toolUseIds: string[]): string => summarize(event('tool.batch', { toolUseIds }));
  expect([batch(), batch('a'), batch('a', 'b')]).toEqual(['0 calls done', '1 call done', '2 calls done']);
});
