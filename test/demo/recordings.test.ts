// The files of the recorded sessions: what their lines say fits together, and what does not is refused by its line.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Entry, parseRecording, type Recording, readRecordings } from '../../src/cli/demo/recording.ts';
import { tell } from '../../src/cli/demo/round.ts';

const recordings = readRecordings();

const HEAD =
  '{"about": "A test.", "cwd": "/home/dev/test", "gitBranch": "main", "permission_mode": "default", "texts": {"known": "words"}}';
const START =
  '{"at": 0, "hook": {"hook_event_name": "SessionStart", "source": "startup", "model": "claude-opus-5-5"}}';
const recorded = (...lines: string[]): Recording =>
  parseRecording('test.jsonl', [HEAD, START, ...lines].join('\n'));
const told = (...lines: string[]) =>
  tell([recorded(...lines)], { projects: path.join('/home/dev', 'projects'), speed: 1, past: true });

describe.each(recordings.map(recording => [recording.name, recording] as const))('%s', (_, { entries }) => {
  const having = <K extends 'usage' | 'result' | 'hears' | 'starts'>(kind: K): Entry<K>[] =>
    entries.filter((entry): entry is Entry<K> => kind in entry);
  const calls = having('usage').flatMap(({ at, calls = {} }) =>
    Object.keys(calls).map(name => ({ at, name })),
  );

  it('gives every call a name of its own, and one result at most, which comes later', () => {
    const names = calls.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const results = having('result');
    expect(new Set(results.map(({ result }) => result)).size).toBe(results.length);
    for (const { at, result } of results)
      expect(at, result).toBeGreaterThan(calls.find(({ name }) => name === result)?.at ?? Infinity);
  });

  it('says where a file was edited', () => {
    const edits = having('usage').flatMap(({ calls = {} }) =>
      Object.entries(calls).flatMap(([name, { tool }]) => (tool === 'Edit' ? [name] : [])),
    );
    const results = having('result').filter(({ result }) => edits.includes(result));
    expect(results.filter(({ from }) => from === undefined)).toEqual([]);
  });

  it('hears of a subagent after its last words, and of each one', () => {
    const heard = having('hears').map(({ hears }) => hears);
    for (const { agent } of having('starts')) {
      expect(heard).toContain(agent);
      const [last] = entries.filter(entry => entry.agent === agent).slice(-1);
      expect(last && 'usage' in last && last.calls === undefined, `the last of ${agent} are words`).toBe(
        true,
      );
      const hearing = having('hears').find(({ hears }) => hears === agent);
      expect(hearing?.at).toBeGreaterThan(last?.at ?? Infinity);
    }
  });
});

describe('times', () => {
  it('count from the line before, of the same conversation, or are said', () => {
    const { entries } = recorded(
      '{"after": 1, "prompt": "Look around."}',
      '{"after": 2.5, "calls": {"look": {"tool": "Agent", "prompt": "Look."}}, "usage": [1, 1, 1, 1]}',
      '{"after": 0.1, "agent": "look", "starts": "claude-opus-5-5"}',
      '{"after": 10, "agent": "look", "says": "Seen.", "usage": [1, 1, 1, 1]}',
      '',
      '{"after": 0.2, "result": "look"}',
      '{"at": 20, "hears": "look"}',
    );
    expect(entries.map(({ at }) => at)).toEqual([0, 1, 3.5, 3.6, 3.7, 13.6, 20]);
  });
});

describe('what is refused, with the place where it stands', () => {
  it.each([
    ['no JSON', '{"after": 1, "prompt": "Go on.}', 'test.jsonl:3 is not JSON'],
    ['no object', '5', 'test.jsonl:3 is no line of a recording'],
    ['a field nobody knows', '{"after": 1, "prompt": "Go on.", "wait": 3}', /test\.jsonl:3 .*\n.*"wait"/],
    ['a line that says nothing', '{"after": 1, "words": "Go on."}', 'test.jsonl:3 says none of hook, line,'],
    ['a message without its tokens', '{"says": "Done."}', 'test.jsonl:3 says none of'],
  ])('%s', (_, line, problem) => {
    expect(() => recorded(line)).toThrow(problem);
  });

  it.each([
    ['the result of no call', '{"result": "nothing"}', 'the call "nothing" was never made'],
    [
      'words of a subagent that never started',
      '{"agent": "nobody", "says": "Hello.", "usage": [1, 1, 1, 1]}',
      'subagent "nobody"',
    ],
    ['news of what never ran', '{"hears": "nothing"}', 'nothing runs in the background of "nothing"'],
    [
      'a value nobody knows',
      `{"hook": {"hook_event_name": "Notification", "message": "\${what}"}}`,
      `\${what}`,
    ],
    ['a hook nobody knows', '{"hook": {"hook_event_name": "Nothing"}}', 'no shape "hook Nothing"'],
  ])('%s', (_, line, problem) => {
    expect(() => told(line)).toThrow(problem);
  });

  it('but not a text of the head, which is put where it is named', () => {
    const { steps } = told(
      `{"after": 1, "hook": {"hook_event_name": "Notification", "message": "\${known}!"}}`,
    );
    expect(steps.at(-1)).toMatchObject({ hook: { hook_event_name: 'Notification', message: 'words!' } });
  });
});
