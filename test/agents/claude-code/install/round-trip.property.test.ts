// Any settings file, however it is laid out: install then uninstall gives back its bytes.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { hookCommand, type Kept } from '../../../../src/agents/claude-code/install/command.ts';
import {
  readSettings,
  withHooks,
  withoutHooks,
} from '../../../../src/agents/claude-code/install/settings-text.ts';
import type { Version } from '../../../../src/agents/claude-code/install/version.ts';
import { install, machineIn, NEWEST, parseLoose, putSettings, uninstall } from './support.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'hookline-property-'));
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

interface Ink {
  eol: string;
  indent: string;
  colon: string;
  trailing: boolean;
  comments: string[];
  breaks: boolean[];
}

const ink: fc.Arbitrary<Ink> = fc.record({
  eol: fc.constantFrom('\n', '\r\n', '\r'),
  indent: fc.constantFrom('', ' ', '  ', '    ', '\t', ' \t '),
  colon: fc.constantFrom(':', ': ', ' : ', ':\t'),
  trailing: fc.boolean(),
  comments: fc.array(
    fc.constantFrom(
      '',
      '',
      '',
      ' ',
      '/* c, } */',
      '/* hookline-hook */',
      '// "x": [',
      '// ] , hookline-hook',
      '/*\n*/',
    ),
    { minLength: 1, maxLength: 7 },
  ),
  breaks: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
});

/** Writes a value the way a careless human with an inconsistent editor would. */
function scrawl(value: unknown, { eol, indent, colon, trailing, comments, breaks }: Ink): string {
  let turn = 0;
  const space = (depth: number): string => {
    turn++;
    const comment = comments[turn % comments.length] ?? '';
    const newline = breaks[turn % breaks.length] || comment.startsWith('//');
    return ` ${comment}`.trimStart() + (newline ? eol + indent.repeat(depth) : '');
  };
  const write = (node: unknown, depth: number): string => {
    if (typeof node !== 'object' || node === null) return JSON.stringify(node);
    const isList = Array.isArray(node);
    const items = isList
      ? node.map(item => write(item, depth + 1))
      : Object.entries(node).map(([key, item]) => JSON.stringify(key) + colon + write(item, depth + 1));
    const body = items.map((item, i) => {
      const comma = i < items.length - 1 || trailing ? `${space(depth)},` : '';
      return space(depth + 1) + item + comma;
    });
    return (isList ? '[' : '{') + body.join('') + space(depth) + (isList ? ']' : '}');
  };
  return space(0) + write(value, 0) + space(0);
}

const otherHook = fc.constantFrom(
  { type: 'command', command: 'echo hookline-hook' },
  { type: 'command', command: "true # '/x/hookline-hook'" },
  { type: 'command', command: 'cat ~/.hookline/hooks/hookline-hook; lint' },
  { type: 'http', url: 'http://127.0.0.1:1/hookline-hook' },
  'nonsense',
);
const group = fc.record(
  { matcher: fc.constantFrom('Bash', '*', ''), hooks: fc.array(otherHook, { maxLength: 2 }) },
  { requiredKeys: ['hooks'] },
);
const events = fc.dictionary(
  fc.constantFrom('PreToolUse', 'PostToolUse', 'Stop', 'SessionEnd', 'SomethingElse', 'WorktreeCreate'),
  fc.array(group, { maxLength: 2 }),
  { maxKeys: 4 },
);
const anything = fc.jsonValue({ maxDepth: 3 });
const settings = fc
  .tuple(
    fc.dictionary(fc.constantFrom('model', 'env', 'permissions', 'a b', 'http://x//y'), anything, {
      maxKeys: 4,
    }),
    fc.option(events, { nil: undefined }),
    fc.boolean(),
  )
  .map(([rest, hooks, first]) =>
    hooks === undefined ? rest : first ? { hooks, ...rest } : { ...rest, hooks },
  );
const ugly = fc
  .tuple(settings, ink, fc.constantFrom('', '\ufeff'))
  .map(([value, pen, bom]) => ({ value: JSON.parse(JSON.stringify(value)), text: bom + scrawl(value, pen) }));
/** What somebody else writes around the settings while our hooks are in them. */
const edits = fc.record({
  head: fc.constantFrom('', '\n', '// mine\n', '/* mine */ '),
  tail: fc.constantFrom('', '\n', ' ', '\r\n', '// mine'),
});

/** One whose sessions are woken by a hook has two entries for some events. */
const version = fc.constantFrom<Version>(NEWEST, [2, 1, 197]);

const runs = Number(process.env['FC_RUNS'] ?? 150);

test('on disk, install then uninstall gives back the same bytes', async () => {
  const at = machineIn(root, 'home');
  await fc.assert(
    fc.asyncProperty(ugly, version, async ({ text }, found) => {
      putSettings(at, text);
      await install(at, { version: found });
      expect(fs.readFileSync(at.settings, 'utf8')).not.toBe(text);
      await uninstall(at);
      expect(fs.readFileSync(at.settings, 'utf8')).toBe(text);
    }),
    { numRuns: runs },
  );
});

test('edited by the user in between, it gives back the same bytes but for the edit', async () => {
  const at = machineIn(root, 'edited');
  await fc.assert(
    fc.asyncProperty(ugly, version, edits, async ({ text }, found, { head, tail }) => {
      const bom = text.startsWith('\ufeff') ? '\ufeff' : '';
      const edited = (bare: string): string => bom + head + bare.slice(bom.length) + tail;
      putSettings(at, text);
      await install(at, { version: found });
      putSettings(at, edited(fs.readFileSync(at.settings, 'utf8')));
      await install(at, { version: found, also: ['PreCompact'] });
      await uninstall(at);
      expect(fs.readFileSync(at.settings, 'utf8')).toBe(edited(text));
    }),
    { numRuns: runs },
  );
});

test('with everything we remembered lost, it still gives back the same bytes', async () => {
  const at = machineIn(root, 'lost');
  await fc.assert(
    fc.asyncProperty(ugly, version, async ({ text }, found) => {
      putSettings(at, text);
      await install(at, { version: found });
      fs.rmSync(at.home, { recursive: true });
      await uninstall(at);
      expect(fs.readFileSync(at.settings, 'utf8')).toBe(text);
    }),
    { numRuns: runs },
  );
});

const entry = (kept: Kept | undefined) => ({
  hooks: [{ type: 'command', command: hookCommand('/h/hooks/hookline-hook', { kept }) }],
});
const additions = ['PreToolUse', 'Stop', 'Setup'].map(event => ({ event, group: entry }));

test('the texts alone: only our entries are added, and nothing else moves', () => {
  fc.assert(
    fc.property(ugly, ({ value, text }) => {
      const after = withHooks(readSettings(text, 'x'), additions);
      const found = parseLoose(after) as { hooks: Record<string, unknown[]> };
      for (const { event } of additions) {
        const ours = found.hooks[event]?.pop();
        expect(JSON.stringify(ours)).toContain('/h/hooks/hookline-hook');
        if (!Object.hasOwn(Object(value.hooks), event)) delete found.hooks[event];
      }
      expect({ ...found, ...(value.hooks ? {} : { hooks: undefined }) }).toEqual(value);
      // Every character of the author is still there, in order.
      let at = 0;
      for (const char of after) if (char === text[at]) at++;
      expect(at).toBe(text.length);
      expect(withoutHooks(readSettings(after, 'x'), () => true)).toBe(text);
    }),
    { numRuns: runs * 5 },
  );
});
