// What is read out of the events of a session: tasks, plans, outputs, and what of a text is not there.
import { describe, expect, it } from 'vitest';
import { asDiff, changeOf, linesChanged, patchOf } from '../../src/story/change.ts';
import { missingWords } from '../../src/story/missing.ts';
import { outputOf } from '../../src/story/output.ts';
import { Plan } from '../../src/story/plan.ts';
import { progressWords, Tasks } from '../../src/story/tasks.ts';

type Told = Parameters<Tasks['learn']>[0] & Parameters<Plan['learn']>[0];

const event = (type: string, timestamp: number, data: object, agentId?: string): Told => ({
  ...{ type, timestamp, seq: timestamp, data: { ...data } },
  ...(agentId === undefined ? {} : { agentId }),
});
const orders = <T>(all: readonly T[]): T[][] => [[...all], all.toReversed()];

describe('tasks', () => {
  it('of a list that is written anew: the newest holds, in whichever order it is told; a subagent’s is its own', () => {
    const write = (at: number, status: string, agentId?: string): Told => {
      const todos = [
        { content: 'Look', status: 'completed' },
        { content: `Mend ${at}`, status },
        { content: 5 },
      ];
      return event('tool.use', at, { toolName: 'TodoWrite', input: { todos } }, agentId);
    };
    for (const events of orders([write(1, 'pending'), write(2, 'in_progress'), write(3, 'pending', 'a1')])) {
      const tasks = new Tasks();
      for (const one of events) tasks.learn(one);
      expect(tasks.all).toEqual([
        { subject: 'Look', state: 'done' },
        { subject: 'Mend 2', state: 'now' },
      ]);
      expect(progressWords(tasks.all)).toBe('1 of 2 done');
    }
  });

  it('with ids: made, begun, renamed, done and deleted, in whichever order it is told', () => {
    const made = (at: number, id: string, subject: string): Told =>
      event('tool.result', at, {
        toolName: 'TaskCreate',
        success: true,
        response: { task: { id, subject } },
      });
    const update = (at: number, input: object): Told =>
      event('tool.use', at, { toolName: 'TaskUpdate', input });
    const all = [
      ...[made(1, '1', 'Look'), made(2, '2', 'Mend'), made(3, '10', 'Test'), made(4, '3', 'Nothing')],
      ...[update(5, { taskId: '1', status: 'in_progress' }), update(6, { taskId: '1', status: 'completed' })],
      ...[update(7, { taskId: '2', subject: 'Mend it', status: 'in_progress' })],
      ...[update(8, { taskId: '3', status: 'deleted' }), update(9, { taskId: '99', status: 'completed' })],
      event('task.completed', 10, { taskId: '10' }),
    ];
    for (const events of orders(all)) {
      const tasks = new Tasks();
      for (const one of events) tasks.learn(one);
      expect(tasks.all).toEqual([
        { subject: 'Look', state: 'done' },
        { subject: 'Mend it', state: 'now' },
        { subject: 'Test', state: 'done' },
      ]);
    }
  });

  it('are none where nothing that is told makes sense', () => {
    const tasks = new Tasks();
    for (const input of [null, 'x', { todos: 'x' }, { todos: [null, 1] }, { taskId: {} }])
      for (const toolName of ['TodoWrite', 'TaskUpdate'])
        tasks.learn(event('tool.use', 1, { toolName, input }));
    for (const response of [null, 'x', { task: 1 }, { tasks: [null] }])
      for (const toolName of ['TaskCreate', 'TaskList'])
        tasks.learn(event('tool.result', 1, { toolName, response }));
    expect(tasks.all).toEqual([]);
  });
});

describe('a plan', () => {
  const asked = event('tool.use', 1, { toolName: 'ExitPlanMode', input: { plan: 'A' } });
  const said = (at: number, success: boolean): Told =>
    event('tool.result', at, {
      toolName: 'ExitPlanMode',
      success,
      response: success ? { plan: 'A' } : undefined,
    });

  it('is open until it is answered, and again when another one is laid before', () => {
    for (const events of orders([asked, said(2, false)])) {
      const plan = new Plan();
      for (const one of events) plan.learn(one);
      expect([plan.text, plan.state, plan.seq]).toEqual(['A', 'refused', 1]);
      plan.learn(event('permission.requested', 3, { toolName: 'ExitPlanMode', input: { plan: 'B' } }));
      expect([plan.text, plan.state]).toEqual(['B', 'asked']);
    }
  });

  it('is approved by its result, which tells it where the call did not', () => {
    for (const events of orders([
      event('tool.use', 1, { toolName: 'ExitPlanMode', input: {} }),
      said(2, true),
    ])) {
      const plan = new Plan();
      for (const one of events) plan.learn(one);
      expect([plan.text, plan.state]).toEqual(['A', 'approved']);
    }
  });
});

describe('a change, as its result tells it', () => {
  const hunk = (newStart: number, lines: readonly unknown[]) => ({ newStart, lines });

  it('has its lines with signs, and where they are', () => {
    const response = { structuredPatch: [hunk(1, [' a', '-b', '+c']), hunk(40, ['+d', '', 5])] };
    expect(patchOf(response)).toBe('  a\n- b\n+ c\n⋯ line 40\n+ d\n  ');
    expect(linesChanged(response)).toEqual({ put: 2, taken: 1 });
    expect(asDiff(patchOf(response) ?? '')).toBe(' a\n-b\n+c\n@@ line 40 @@\n+d\n ');
    expect(asDiff(changeOf('Write', { content: '- x\n⋯' }) ?? '')).toBe('+- x\n+⋯');
  });

  it.each([undefined, null, 'x', [], {}, { structuredPatch: [] }, { structuredPatch: [null, { lines: 1 }] }])(
    '%j tells none',
    response => {
      expect([patchOf(response), linesChanged(response)]).toEqual([undefined, undefined]);
    },
  );
});

describe('what a tool put out', () => {
  it.each([
    ['text', [{ name: '', text: 'text' }]],
    [
      { stdout: 'a', stderr: 'b' },
      [
        { name: '', text: 'a' },
        { name: 'stderr', text: 'b' },
      ],
    ],
    [{ stdout: '', stderr: '', interrupted: false }, []],
    [{ type: 'text', file: { content: 'x' } }, [{ name: '', text: 'x' }]],
    [{ filenames: ['a', 'b'] }, [{ name: '', text: 'a\nb' }]],
    [
      [{ type: 'text', text: 'a' }, { type: 'image' }],
      [
        { name: '', text: 'a' },
        { name: '', text: '(image)' },
      ],
    ],
    [{ content: [{ type: 'text', text: 'a' }] }, [{ name: '', text: 'a' }]],
    [{ odd: 1 }, [{ name: '', text: '{\n  "odd": 1\n}' }]],
    [undefined, []],
    [{}, []],
  ])('%j', (response, outputs) => {
    expect(outputOf(response)).toEqual(outputs);
  });
});

it('what of a text is not there is said in words', () => {
  expect(missingWords('all of it')).toBe('');
  expect(missingWords('a[trimmed 70000 bytes]b [redacted:aws:0123abcd] [redacted:aws:0123abcd]')).toBe(
    'Not kept: 70,000 bytes, 2 secrets',
  );
  expect(missingWords('["[dropped 7 items]","[dropped 12 bytes]"]')).toBe('Not kept: 7 items, 12 bytes');
});
