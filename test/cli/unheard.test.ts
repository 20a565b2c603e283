// Topics that will probably never come, because no event of hookline's has them.
import { describe, expect, it } from 'vitest';
import { unheardOf } from '../../src/cli/tail/unheard.ts';

describe('a topic', () => {
  it.each(['**', '*', 'tool.*', 'tool.use', '{tool,agent}.*', '*.use', 'hook.*', 'hook.brand_new', '**.any'])(
    '%s may come',
    topic => {
      expect(unheardOf([topic])).toEqual([]);
    },
  );

  it.each([
    ['tool.usage', 'did you mean tool.use?'],
    ['Tool.use', 'did you mean tool.use?'],
    ['PreToolUse', '/docs of the daemon lists them'],
    ['tool', '/docs of the daemon lists them'],
  ])('%s does not', (topic, hint) => {
    expect(unheardOf(['tool.*', topic])).toEqual([
      `no event of hookline's own has the topic "${topic}"; ${hint}`,
    ]);
  });
});
