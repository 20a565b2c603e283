// The state is a function of the log: replayed, or saved and loaded anywhere in between, it is the same.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EventDraft } from '../../src/protocol/index.ts';
import { Projection } from '../../src/state/index.ts';
import { NOON } from './story.ts';

const pick = (...values: readonly unknown[]): fc.Arbitrary<unknown> => fc.constantFrom(...values);
const name = (...values: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...values);
const call = pick('t1', 't2', 't3', 't4');
const model = name('opus', 'haiku');
const tokens = fc.nat(5000);
const usage = fc.record({ input: tokens, output: tokens, cacheRead: tokens, cacheCreation: tokens });

/** Data of every type that changes the state, some of it odd. */
const DATA: Readonly<Record<string, fc.Arbitrary<Record<string, unknown>>>> = {
  'session.discovered': fc.record({
    startedBy: pick('startup', 'resume', 'compact', 'hook', 7),
    cwd: pick('/a', '/b'),
  }),
  'session.updated': fc.record(
    {
      status: pick('busy', 'idle', 'waiting', 'shell', 'new'),
      statusAt: fc.integer({ min: NOON, max: NOON + 5000 }),
      waitingFor: pick('permission prompt', 'input needed'),
      name: pick('x', 'y'),
      pid: fc.nat(),
    },
    { requiredKeys: [] },
  ),
  'session.removed': fc.record({ reason: pick('other', 'process_exited') }),
  'session.notification': fc.record({
    notificationType: pick('permission_prompt', 'elicitation_dialog', 'idle_prompt'),
  }),
  'prompt.submitted': fc.record({ prompt: fc.string(), promptId: pick('p1', 'p2', 'p3') }),
  'turn.completed': fc.record({
    promptId: pick('p1', 'p2'),
    backgroundTasks: pick([], [{ id: 'a1' }], [null], undefined),
  }),
  'turn.failed': fc.record({ error: fc.string() }),
  'tool.use': fc.record({
    toolUseId: call,
    toolName: pick('Bash', 'Agent'),
    input: pick({ command: 'ls' }, { command: 'x' }, 3),
  }),
  'tool.result': fc.record({ toolUseId: call, success: fc.boolean(), durationMs: pick(3, 2.5, 'long') }),
  'permission.requested': fc.record({
    toolName: pick('Bash', 'AskUserQuestion'),
    input: pick({ command: 'ls' }, {}),
  }),
  'permission.denied': fc.record({ toolUseId: call }),
  'elicitation.requested': fc.record({ message: fc.string(), elicitationId: pick('e1', 'e2') }),
  'elicitation.answered': fc.record({ elicitationId: pick('e1', 'e2', undefined) }),
  'agent.started': fc.record({ agentType: pick('Explore', '') }),
  'agent.updated': fc.record({ toolUseId: call, description: fc.string() }),
  'agent.stopped': fc.record({ lastMessage: fc.string() }),
  'message.user': fc.record({ text: fc.string(), end: fc.nat(9999) }),
  'message.assistant': fc.record({
    text: fc.string(),
    model,
    messageId: pick('m1', 'm2', 'm3', 'm4'),
    usage,
    end: fc.nat(9999),
  }),
  'usage.updated': fc
    .record({ byModel: fc.dictionary(model, usage), costUsd: fc.double({ min: 0, max: 9, noNaN: true }) })
    .map(({ byModel, costUsd }) => ({
      input: 9,
      output: 9,
      cacheRead: 9,
      cacheCreation: 9,
      costUsd,
      byModel,
    })),
};

const event: fc.Arbitrary<EventDraft> = name(...Object.keys(DATA)).chain(type =>
  fc
    .record({
      sessionId: name('s1', 's1', 's1', 's2'),
      agentId: fc.option(name('a1', 'a2'), { nil: undefined }),
      at: fc.integer({ min: NOON, max: NOON + 5000 }),
      data: DATA[type] ?? fc.constant({}),
    })
    .map(({ sessionId, agentId, at, data }) => ({
      type,
      timestamp: at,
      sessionId,
      ...(agentId === undefined ||
      (type.startsWith('session.') && type !== 'session.notification') ||
      type.startsWith('prompt.')
        ? {}
        : { agentId }),
      source: 'claude-code',
      // As the log gives it back.
      data: JSON.parse(JSON.stringify(data)) as Record<string, unknown>,
    })),
);

const begin: EventDraft = {
  type: 'session.discovered',
  timestamp: NOON,
  sessionId: 's1',
  source: 'claude-code',
  data: { startedBy: 'startup', cwd: '/a' },
};

const story = fc.array(event, { maxLength: 80 }).map(events => [begin, ...events]);

/** Appends as the daemon does: what follows from an event is appended after it. */
function append(projection: Projection, event: EventDraft, log: EventDraft[]): void {
  log.push(event);
  for (const derived of projection.apply(event)) append(projection, derived, log);
}

test('replaying the log gives the same state', () => {
  fc.assert(
    fc.property(story, events => {
      const projection = new Projection();
      const log: EventDraft[] = [];
      for (const one of events) append(projection, one, log);
      const replayed = new Projection();
      for (const one of log) replayed.apply(one);
      expect(JSON.parse(replayed.save())).toEqual(JSON.parse(projection.save()));
    }),
    { numRuns: 500 },
  );
});

test('saved and loaded at any point it goes on as if nothing had happened', () => {
  fc.assert(
    fc.property(story, fc.array(fc.nat(80), { maxLength: 4 }), (events, cuts) => {
      const whole = new Projection();
      const wholeLog: EventDraft[] = [];
      let cut = new Projection();
      const cutLog: EventDraft[] = [];
      for (const [index, one] of events.entries()) {
        if (cuts.includes(index)) {
          const saved = cut.save();
          cut = new Projection();
          expect(cut.load(saved)).toBe(true);
        }
        append(whole, one, wholeLog);
        append(cut, one, cutLog);
      }
      expect(cutLog).toEqual(wholeLog);
      expect([cut.sessions(), cut.agents(), cut.usage.of()]).toEqual([
        whole.sessions(),
        whole.agents(),
        whole.usage.of(),
      ]);
      expect(cut.save()).toBe(whole.save());
    }),
    { numRuns: 500 },
  );
});

test('the text of a snapshot, which is kept from one to the next, is what it would be if it were made anew', () => {
  fc.assert(
    fc.property(story, fc.nat(3), (events, every) => {
      const projection = new Projection();
      for (const [index, one] of events.entries()) {
        append(projection, one, []);
        if (index % (every + 1) !== 0) continue;
        const { sessions, agents } = JSON.parse(`{${Buffer.concat(projection.snapshotJson())}}`) as Record<
          string,
          unknown
        >;
        expect(sessions).toEqual(projection.sessions());
        expect(agents).toEqual(projection.agents());
      }
    }),
    { numRuns: 500 },
  );
});

test('each change of state is told, and nothing else: what was told last is what the snapshot shows', () => {
  fc.assert(
    fc.property(story, events => {
      const projection = new Projection();
      const told = new Map<string, string>();
      const who = (one: { sessionId: string; agentId?: string | undefined }): string =>
        `${one.sessionId} ${one.agentId ?? ''}`;
      for (const one of events) {
        const log: EventDraft[] = [];
        append(projection, one, log);
        for (const derived of log) {
          // One that is discovered is idle, as everybody knows.
          if (derived.type === 'session.discovered' && told.get(who(derived)) === 'offline ')
            told.delete(who(derived));
          if (derived.type !== 'agent.state_changed') continue;
          const { state, currentTool } = derived.data;
          const words = `${state} ${currentTool ?? ''}`;
          expect(words, 'told twice').not.toBe(told.get(who(derived)));
          told.set(who(derived), words);
        }
        for (const shown of [...projection.sessions(), ...projection.agents()])
          expect(told.get(who(shown)) ?? 'idle ').toBe(`${shown.state} ${shown.currentTool ?? ''}`);
        const alive = new Set([...projection.sessions(), ...projection.agents()].map(who));
        for (const [one, words] of told) if (!alive.has(one)) expect(words).toBe('offline ');
      }
    }),
    { numRuns: 500 },
  );
});

test('a state saved in another shape is not taken over', () => {
  const projection = new Projection();
  expect(projection.load(JSON.stringify({ shape: 1, sessions: [{}] }))).toBe(false);
  expect(projection.sessions()).toEqual([]);
});
