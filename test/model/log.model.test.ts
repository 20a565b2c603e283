// Any interleaving of publishing, reading, pruning, failing disks, deleted files, kills, power cuts and restarts, with clients that resume.
import fc from 'fast-check';
import { test } from 'vitest';
import { type Happened, PATTERNS } from './consumer.ts';
import { World } from './log-world.ts';
import type { End } from './modelled-log.ts';

const TYPES: readonly Omit<Happened, 'sessionId'>[] = [
  { type: 'tool.use', hookTopic: 'hook.pre_tool_use' },
  { type: 'session.discovered', hookTopic: undefined },
  { type: 'agent.state_changed', hookTopic: undefined },
  { type: 'hook.brand_new', hookTopic: undefined },
];

const event = fc.record({ kind: fc.constantFrom(...TYPES), sessionId: fc.constantFrom('a', 'b') });
const who = fc.nat({ max: 2 });
const topics = fc.uniqueArray(fc.constantFrom(...Object.keys(PATTERNS)), { minLength: 1, maxLength: 3 });
const sessions = fc.option(fc.constantFrom(new Set(['a']), new Set(['b'])), { nil: undefined });
const fault = fc.record({
  at: fc.integer({ min: 1, max: 14 }),
  code: fc.constantFrom('SQLITE_FULL', 'SQLITE_IOERR'),
  done: fc.boolean(),
  lasting: fc.boolean(),
  counts: fc.constantFrom(
    (sql: string) => !/^\s*(SELECT|PRAGMA)/i.test(sql),
    (sql: string) => /^\s*SELECT/i.test(sql),
    (sql: string) => /^COMMIT/.test(sql),
  ),
});
const end: fc.Arbitrary<End> = fc.oneof(
  fc.record({ how: fc.constantFrom('stop' as const, 'kill' as const) }),
  fc.record({
    how: fc.constantFrom('power cut' as const, 'journal cut' as const),
    commits: fc.nat({ max: 4 }),
  }),
);

/** A step that can always be taken; what becomes of it, the world knows. */
function step<T>(
  name: string,
  args: fc.Arbitrary<T>,
  take: (world: World, args: T) => void,
): fc.Arbitrary<fc.Command<object, World>> {
  return args.map(values => ({
    check: () => true,
    run: (_model, world) => take(world, values),
    toString: () => `${name}(${fc.stringify(values)})`,
  }));
}

const often = [
  step('publish', fc.array(event, { minLength: 1, maxLength: 6 }), (world, events) =>
    world.publish(events.map(({ kind, sessionId }) => ({ ...kind, sessionId }))),
  ),
  step('tick', fc.constant(undefined), world => world.tick()),
  step('read', fc.tuple(who, fc.integer({ min: 1, max: 5 })), (world, [one, credit]) =>
    world.read(one, credit),
  ),
  step(
    'resume',
    fc.tuple(who, topics, sessions, fc.constantFrom('mine' as const, 'mine' as const, undefined)),
    (world, [one, ...args]) => {
      world.connect(one);
      world.subscribe(one, ...args);
    },
  ),
];
const seldom = [
  step(
    'subscribe',
    fc.tuple(who, topics, sessions, fc.option(fc.integer({ min: -2, max: 30 }), { nil: undefined })),
    (world, args) => world.subscribe(...args),
  ),
  step('unsubscribe', fc.tuple(who, topics), (world, args) => world.unsubscribe(...args)),
  step('replay', fc.tuple(who, fc.nat({ max: 30 })), (world, args) => world.replay(...args)),
  step('disconnect', who, (world, one) => world.disconnect(one)),
  step('prune', fc.nat({ max: 12 }), (world, keep) => world.store.prune(keep)),
  step(
    'look through',
    fc.tuple(fc.constantFrom('oldest' as const, 'newest' as const), fc.integer({ min: 1, max: 9 })),
    (world, args) => world.store.lookThrough(...args),
  ),
  step('checkpoint', fc.constant(undefined), world => world.store.saveCheckpoint()),
  step('check', fc.constant(undefined), world => world.store.check()),
  step('fail', fault, (world, one) => world.store.disk.failAt(one)),
  step('restart', fc.tuple(end, fc.option(fault, { nil: undefined, freq: 4 })), (world, args) =>
    world.restart(...args),
  ),
];
const hardlyEver = [step('vanish', fc.constant(undefined), world => world.store.vanish())];

const weighted = [
  ...often.map(arbitrary => ({ weight: 8, arbitrary })),
  ...seldom.map(arbitrary => ({ weight: 3, arbitrary })),
  ...hardlyEver.map(arbitrary => ({ weight: 1, arbitrary })),
];

test('whoever follows gets what the log holds, once, in order, or is told what it does not get', {
  timeout: 120_000,
}, () => {
  const commands = fc.commands([fc.oneof(...weighted)], { maxCommands: 60, size: '+1' });
  fc.assert(
    fc.property(commands, steps => {
      const world = new World();
      try {
        fc.modelRun(() => ({ model: {}, real: world }), steps);
        world.finish();
      } finally {
        world.store.dispose();
      }
    }),
    { numRuns: Number(process.env['HOOKLINE_MODEL_RUNS'] ?? 300) },
  );
});
