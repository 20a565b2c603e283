// `hookline nodes`, and what `status` and `sessions` say of machines: at a hub, and where there is none.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HubWorld } from '../hub/hub-world.ts';
import { makePlace } from '../support/cli.ts';
import type { TestDaemon } from '../support/daemon.ts';
import { hookline, startDaemon } from '../support/hookline.ts';
import { hasNatsServer } from '../support/nats-server.ts';
import { until } from '../support/until.ts';

it('hookline nodes, where there is no hub, says what one is', async () => {
  const place = makePlace();
  const daemon = await startDaemon(place);
  const { code, stdout, stderr } = await hookline(place, 'nodes');
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr).toMatch(/no hub.*hub/);
  expect(JSON.parse((await hookline(place, 'nodes', '--json')).stdout)).toEqual({ nodes: [] });
  expect((await hookline(place, 'status')).stdout).not.toMatch(/machines/);
  await daemon.stop();
});

describe.skipIf(!hasNatsServer())('at a hub', () => {
  const world = new HubWorld();
  let hub: TestDaemon;
  const run = (...args: string[]): ReturnType<typeof hookline> =>
    hookline({ ...makePlace(), hooklineHome: hub.home }, ...args);

  beforeAll(async () => {
    await world.server.start();
    hub = await world.hub();
  });
  afterAll(() => world.close());

  it('tells which machines there are, what each has, and which is away', async () => {
    const laptop = await world.node('laptop');
    const desk = await world.node('desk');
    await laptop.hook('SessionStart', { session_id: 's-laptop', cwd: '/home/ada/shop', source: 'startup' });
    await desk.hook('SessionStart', { session_id: 's-desk', cwd: '/home/bob/shop', source: 'startup' });
    const both = await until('both are there', async () => {
      const output = await run('nodes');
      return output.stdout.match(/online +1 session +all is here/g)?.length === 2 ? output : undefined;
    });
    expect(both.code).toBe(0);
    expect(both.stdout).toMatch(/^desk +online.*\nlaptop +online/);
    const { stdout: table } = await run('sessions');
    expect(table).toMatch(/^SESSION +MACHINE/);
    expect(table).toMatch(/^shop.* laptop /m);
    expect(table).toMatch(/^shop.* desk /m);
    expect((await run('status')).stdout).toMatch(/^machines +2 online, 0 away$/m);

    await desk.stop();
    const one = await until('one is away', async () => {
      const output = await run('nodes');
      return output.stdout.includes('away') ? output : undefined;
    });
    expect(one.code).toBe(1);
    expect(one.stdout).toMatch(/^desk +away +1 session +.*heard .* ago/m);
    const json = await run('nodes', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      nodes: [
        { node: 'desk', state: 'away' },
        { node: 'laptop', state: 'online', sessions: 1 },
      ],
    });
    expect(JSON.parse((await run('status', '--json')).stdout)).toMatchObject({
      nodes: { online: 1, away: 1 },
    });
  });
});
