// What rules mean, over a real state and a clock that stands until it is told.
import { describe, expect, it } from 'vitest';
import { AlertWorld, HOUR, MINUTE } from './world.ts';

const to = ['browser'];

describe('waiting', () => {
  it('is a session that asks for longer than that, and is over once it is answered', async () => {
    const world = new AlertWorld([{ when: 'waiting', for: '2m', to }]);
    world.works();
    world.asks('npm publish');
    expect(await world.passes(MINUTE)).toEqual([]);
    expect(await world.passes(MINUTE)).toEqual(['alert.fired: shop waits for a permission']);
    expect(world.log.at(-1)).toMatchObject({
      sessionId: 's1',
      data: {
        text: 'Bash: npm publish',
        session: 'shop',
        project: '/home/dev/shop',
        since: world.clock - 2 * MINUTE,
      },
    });
    expect(await world.passes(HOUR)).toEqual([]);
    world.tell('tool.result', { toolName: 'Bash', toolUseId: 't1', success: true });
    expect(await world.look()).toEqual(['alert.closed']);
    expect(world.open).toEqual([]);
  });

  it('is one alert at a time, of what has waited longest, also of subagents', async () => {
    const world = new AlertWorld([{ when: 'waiting', for: '1m', to }]);
    world.works();
    world.asks('one');
    world.clock += 1000;
    world.tell('agent.started', { agentType: 'Explore' }, { agentId: 'x1' });
    world.asks('two', { agentId: 'x1' });
    expect(await world.passes(5 * MINUTE)).toHaveLength(1);
    world.tell('prompt.submitted', { prompt: 'no', promptId: 'n' });
    expect(await world.look()).toEqual(['alert.closed', 'alert.fired: shop waits for a permission']);
    expect(world.projection.alerts.open).toMatchObject([{ text: 'Bash: two' }]);
  });

  it('says what is asked: a question, a plan', async () => {
    const world = new AlertWorld([{ when: 'waiting', for: '0s', to }]);
    world.works('s1', '/a/one');
    world.works('s2', '/a/two');
    world.tell(
      'permission.requested',
      { toolName: 'AskUserQuestion', input: { questions: [] } },
      { sessionId: 's1' },
    );
    world.tell(
      'permission.requested',
      { toolName: 'ExitPlanMode', input: { plan: '# A' } },
      { sessionId: 's2' },
    );
    expect(await world.look()).toEqual([
      'alert.fired: one has a question',
      'alert.fired: two has a plan to look at',
    ]);
  });
});

describe('failed', () => {
  it('is a turn that ended with an error, until somebody goes on; not one that its user stopped', async () => {
    const world = new AlertWorld([{ when: 'failed', to }]);
    world.works();
    world.tell('turn.failed', { error: 'interrupted' });
    expect(await world.look()).toEqual([]);
    world.tell('turn.failed', { error: 'rate_limit' });
    expect(await world.look()).toEqual(['alert.fired: shop has failed']);
    world.tell('prompt.submitted', { prompt: 'again', promptId: 'again' });
    expect(await world.look()).toEqual(['alert.closed']);
  });
});

describe('stuck', () => {
  it('is one at work of which nothing is heard; one that waits is another matter', async () => {
    const world = new AlertWorld([{ when: 'stuck', for: '10m', to }]);
    world.works();
    expect(await world.passes(9 * MINUTE)).toEqual([]);
    world.tell('tool.use', { toolName: 'Bash', toolUseId: 't1', input: { command: 'sleep' } });
    expect(await world.passes(9 * MINUTE)).toEqual([]);
    expect(await world.passes(MINUTE)).toEqual(['alert.fired: shop may be stuck']);
    expect(world.log.at(-1)?.data['text']).toBe('running Bash, and nothing was heard of it for 10m');
    world.asks('rm');
    expect(await world.passes(HOUR)).toEqual(['alert.closed']);
  });
});

describe('idle', () => {
  it('is one whose turn is over for so long; not one that has just begun, or has subagents at work', async () => {
    const world = new AlertWorld([{ when: 'idle', for: '5m', to }]);
    world.tell('session.discovered', { cwd: '/a/new', startedBy: 'startup' }, { sessionId: 's0' });
    world.works();
    world.tell('agent.started', { agentType: 'Explore' }, { agentId: 'x1' });
    world.tell('turn.completed', { lastMessage: 'Done.' });
    expect(await world.passes(10 * MINUTE)).toEqual([]);
    world.tell('agent.stopped', { agentType: 'Explore' }, { agentId: 'x1' });
    expect(await world.look()).toEqual(['alert.fired: shop is done']);
    world.tell('prompt.submitted', { prompt: 'on', promptId: 'on' });
    expect(await world.look()).toEqual(['alert.closed']);
  });
});

describe('errors', () => {
  const fails = (world: AlertWorld, n: number, more = {}): void =>
    world.tell('tool.result', { toolName: 'Bash', toolUseId: `t${n}`, success: false, ...more });

  it('are so many failures of calls within a time, and one alert until there are fewer', async () => {
    const world = new AlertWorld([{ when: 'errors', count: 3, within: '5m', to }]);
    world.works();
    fails(world, 0, { interrupted: true });
    for (const n of [1, 2]) fails(world, n);
    expect(await world.look()).toEqual([]);
    world.clock += MINUTE;
    fails(world, 3);
    expect(await world.look()).toEqual(['alert.fired: shop fails again and again']);
    expect(world.log.at(-1)?.data['text']).toBe('3 tool calls failed within 5m: Bash');
    fails(world, 4);
    expect(await world.look()).toEqual([]);
    expect(await world.passes(10 * MINUTE)).toEqual(['alert.closed']);
    for (const n of [5, 6, 7]) fails(world, n);
    expect(await world.look()).toEqual(['alert.fired: shop fails again and again']);
  });
});

describe('budget', () => {
  const crossed = (world: AlertWorld, data: object, sessionId = ''): void =>
    world.tell(
      'usage.budget_crossed',
      { budget: 'day:5', per: 'day', usd: 5, spentUsd: 5.5, estimated: true, ...data },
      { sessionId },
    );

  it('is one that was crossed, until the day is over, or the session', async () => {
    const world = new AlertWorld([{ when: 'budget', to }]);
    world.works();
    crossed(world, { startsAt: world.clock - HOUR, endsAt: world.clock + HOUR });
    crossed(world, { budget: 'session:5', per: 'session' }, 's1');
    expect(await world.look()).toEqual([
      'alert.fired: A budget is spent',
      'alert.fired: shop has spent its budget',
    ]);
    expect(world.projection.alerts.open.map(({ text }) => text)).toEqual([
      '~$5.50 of $5.00 for the day',
      '~$5.50 of $5.00 for the session',
    ]);
    expect(await world.passes(HOUR)).toEqual(['alert.closed']);
    world.tell('session.removed', { reason: 'other' });
    expect(await world.look()).toEqual(['alert.closed']);
  });

  it('of a project is for sessions there, and for days by the same glob', async () => {
    const world = new AlertWorld([{ when: 'budget', project: '**/shop', to }]);
    world.works('s1', '/home/dev/shop');
    world.works('s2', '/home/dev/other');
    crossed(world, { budget: 'session:5', per: 'session' }, 's2');
    crossed(world, { endsAt: world.clock + HOUR });
    expect(await world.look()).toEqual([]);
    crossed(world, { budget: 'session:5', per: 'session' }, 's1');
    crossed(world, { project: '**/shop', budget: 'day:5:**/shop', endsAt: world.clock + HOUR });
    expect(await world.look()).toHaveLength(2);
  });
});

it('a rule for a project leaves the others alone', async () => {
  const world = new AlertWorld([{ when: 'waiting', for: '0s', project: '**/shop', to }]);
  world.works('s1', '/home/dev/shop');
  world.works('s2', '/home/dev/blog');
  for (const sessionId of ['s1', 's2']) world.asks('ls', { sessionId });
  expect(await world.look()).toEqual(['alert.fired: shop waits for a permission']);
});
