// What a search shows as one hit.
import { expect, it } from 'vitest';
import { type EventEnvelope, Hits } from '../../src/protocol/index.ts';

it('whatever tells of a call is one hit, by the line that says what was looked for, or what was called', () => {
  const event = (seq: number, type: string, data: EventEnvelope['data']): EventEnvelope => ({
    seq,
    type,
    timestamp: 0,
    sessionId: 's1',
    source: 'test',
    data,
  });
  const use = event(1, 'tool.use', { toolUseId: 't1', toolName: 'Bash', input: { command: 'ls' } });
  const failed = event(2, 'tool.result', {
    toolUseId: 't1',
    toolName: 'Bash',
    success: false,
    error: 'ENOENT',
  });
  const message = event(3, 'message.assistant', { text: '', blocks: [{ id: 't1', name: 'Bash' }] });
  const other = event(4, 'message.assistant', { text: 'Bash it is.', blocks: [{ id: 't1' }] });
  const hits = (words: string[]): string[] => {
    const found = new Hits(words, ({ data }) => JSON.stringify(data));
    for (const one of [other, message, failed, use]) found.add(one);
    return found.all.map(hit => `${hit.event.seq}×${hit.places}`);
  };
  expect(hits(['bash'])).toEqual(['4×1', '1×3']);
  expect(hits(['enoent'])).toEqual(['4×1', '2×3']);
});
