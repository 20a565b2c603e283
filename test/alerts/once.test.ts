// Each alert fires once: whoever is restarted, whoever acknowledges it, and whatever happened while nobody looked.
import { describe, expect, it } from 'vitest';
import { NoAlertError } from '../../src/alerts/index.ts';
import { AlertWorld, HOUR, MINUTE } from './world.ts';

const to = ['browser'];
const waiting = { when: 'waiting', for: '1m', to };
const FIRED = 'alert.fired: shop waits for a permission';

describe.each(['checkpoint', 'log'] as const)('over a restart, with the state from the %s', from => {
  it('what was told is not told again, and what was acknowledged stays so', async () => {
    const world = new AlertWorld([waiting, { when: 'failed', to }]);
    world.works();
    world.asks('npm publish');
    expect(await world.passes(MINUTE)).toEqual([FIRED]);
    world.restart({ from });
    expect(await world.passes(HOUR)).toEqual([]);
    expect(world.open).toEqual(['shop waits for a permission']);
    await world.alerts.acknowledge(world.idOf('shop waits for a permission'), 'page');
    expect(world.open).toEqual([]);
    world.restart({ from });
    expect(await world.passes(HOUR)).toEqual([]);
    expect(world.open).toEqual([]);
    world.tell('tool.result', { toolName: 'Bash', toolUseId: 't1', success: true });
    expect(await world.look()).toEqual(['alert.closed']);
    world.asks('npm publish');
    expect(await world.passes(MINUTE)).toEqual([FIRED]);
  });

  it('who waits since the daemon was away is told once, what failed or was done long ago is not', async () => {
    const rules = [waiting, { when: 'failed', to }, { when: 'idle', for: '1m', to }];
    const world = new AlertWorld(rules);
    for (const name of ['waits', 'fails', 'rests', 'late']) world.works(name, `/a/${name}`);
    world.asks('ls', { sessionId: 'waits' });
    world.tell('turn.failed', { error: 'server_error' }, { sessionId: 'fails' });
    world.tell('turn.completed', {}, { sessionId: 'rests' });
    world.clock += 8 * HOUR;
    world.tell('turn.failed', { error: 'server_error' }, { sessionId: 'late', ago: MINUTE });
    world.restart({ from });
    expect(await world.look()).toEqual([
      'alert.fired: waits waits for a permission',
      'alert.fired: late has failed',
    ]);
    expect(await world.passes(HOUR)).toEqual([]);
  });

  it('is over when its cause ended meanwhile, or its rule is gone', async () => {
    const world = new AlertWorld([waiting]);
    world.works('s1', '/a/one');
    world.works('s2', '/a/two');
    for (const sessionId of ['s1', 's2']) world.asks('ls', { sessionId });
    expect(await world.passes(MINUTE)).toHaveLength(2);
    world.tell('turn.completed', {}, { sessionId: 's1' });
    world.restart({ from });
    expect(await world.look()).toEqual(['alert.closed']);
    expect(world.open).toEqual(['two waits for a permission']);
    world.restart({ from, rules: [] });
    expect(await world.look()).toEqual(['alert.closed']);
  });
});

it('nothing is looked at before hooks and transcripts have told what happened meanwhile', async () => {
  const world = new AlertWorld([{ when: 'stuck', for: '10m', to }]);
  world.works();
  world.restart({ from: 'log' });
  world.caughtUp = false;
  expect(await world.passes(30 * MINUTE)).toEqual([]);
  world.tell('turn.completed', { recovered: true });
  world.caughtUp = true;
  expect(await world.look()).toEqual([]);
});

describe('an alert that is acknowledged', () => {
  it('is so for all rules about the same, also for those whose time has not come', async () => {
    const world = new AlertWorld([waiting, { ...waiting, for: '2m' }, { ...waiting, for: '30m' }]);
    world.works();
    world.asks('ls');
    expect(await world.passes(2 * MINUTE)).toEqual([FIRED, FIRED]);
    await world.alerts.acknowledge(world.idOf('shop waits for a permission'), 'page');
    expect(world.open).toEqual([]);
    expect(await world.passes(HOUR)).toEqual([]);
  });

  it('by two at once has been seen by the first; one that is over, or never was, is not known', async () => {
    const world = new AlertWorld([waiting]);
    world.works();
    world.asks('ls');
    await world.passes(MINUTE);
    const id = world.idOf('shop waits for a permission');
    const [first, second] = await Promise.all([
      world.alerts.acknowledge(id, 'page'),
      world.alerts.acknowledge(id, 'phone'),
    ]);
    expect([first.by, second.by]).toEqual(['page', 'page']);
    expect(world.log.filter(({ type }) => type === 'alert.acknowledged')).toHaveLength(1);
    await expect(world.alerts.acknowledge('nobody', 'page')).rejects.toThrow(NoAlertError);
  });
});

it('what alerts tell is no sign of life of a session, and in no state but their own', async () => {
  const world = new AlertWorld([{ when: 'stuck', for: '10m', to }]);
  world.works();
  const before = JSON.stringify(world.projection.sessions());
  expect(await world.passes(10 * MINUTE)).toHaveLength(1);
  expect(JSON.stringify(world.projection.sessions())).toBe(before);
  expect(await world.passes(10 * MINUTE)).toEqual([]);
});

it('of what another machine tells, a hub has nothing to acknowledge', () => {
  const world = new AlertWorld([]);
  const node = { name: 'laptop', epoch: 'e', seq: 1 };
  world.tell('alert.fired', { alertId: 'a', to, title: 'x', rule: 'r', cause: 'c', node });
  expect(world.open).toEqual([]);
});
