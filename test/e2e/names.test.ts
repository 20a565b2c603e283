// Names of real sessions: told by the environment or given by hand, they stay when a session is cleared, and when it is resumed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { type Daemon, hookline, hooklineOk, startDaemon } from '../support/hookline.ts';
import { openStream, type Stream } from '../support/stream.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();
const scenarios = { greet: [{ text: 'Good morning to you too.' }] };

describe.skipIf(!claude.found || !hasTmux())('the name of a session', () => {
  let world: World;
  let daemon: Daemon;
  let stream: Stream;
  let terminal: Terminal | undefined;

  beforeAll(async () => {
    if (!claude.found) return;
    world = await createWorld({ bin: claude.bin, scenarios });
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    stream = await openStream(daemon);
    stream.send({ type: 'subscribe', topics: ['**'] });
  });
  afterAll(async () => {
    stream?.close();
    await terminal?.close();
    await daemon?.stop();
    await world?.close();
  });

  interface Named {
    readonly sessionId?: string;
    readonly live: boolean;
    readonly by?: string;
    readonly ways: readonly { readonly whyNot?: string }[];
  }

  /** Whoever has a name, once a message can go there. */
  const holder = (name: string, isMeant: (named: Named) => boolean = () => true): Promise<Named> =>
    until(
      `${name} is somebody's`,
      async () => {
        const { stdout } = await hooklineOk(world, 'names', '--json');
        const { names } = JSON.parse(stdout) as { names: (Named & { name: string })[] };
        const named = names.find(one => one.name === name);
        return named?.live === true && named.ways[0]?.whyNot === undefined && isMeant(named)
          ? named
          : undefined;
      },
      60_000,
    );

  const isDelivered = async (to: string): Promise<unknown> => {
    const send = ['send', '--to', to, '-m', 'RUN:greet', '--wait', 'delivered', '--timeout', '60s', '--json'];
    const { stdout } = await hooklineOk(world, ...send);
    return (JSON.parse(stdout) as { recipients: { sessionId?: string }[] }).recipients[0]?.sessionId;
  };

  it('is what HOOKLINE_NAME says, and what it was given; both stay when it is cleared', async () => {
    terminal = await openTerminal({
      world,
      args: ['--permission-mode', 'acceptEdits'],
      env: { HOOKLINE_NAME: 'api' },
    });
    await terminal.waitFor(/❯/);
    const { sessionId: first = '' } = await holder('api');
    expect(await isDelivered('api')).toBe(first);
    await hooklineOk(world, 'name', first, 'backend');
    await terminal.submit('/clear');
    const { sessionId: second = '' } = await holder('backend', ({ sessionId }) => sessionId !== first);
    expect(second).not.toBe('');
    expect([await isDelivered('backend'), await isDelivered('api')]).toEqual([second, second]);
    expect(await holder('backend')).toMatchObject({ by: 'given' });
    expect(await holder('api')).toMatchObject({ by: 'environment' });
  });

  it('stays when its session is resumed elsewhere; what was sent meanwhile is delivered then', async () => {
    const { sessionId = '' } = await holder('backend');
    await terminal?.close();
    await until('it is away', async () => {
      const { stdout } = await hooklineOk(world, 'names', '--json');
      return (JSON.parse(stdout) as { names: { name: string; live: boolean }[] }).names.some(
        one => one.name === 'backend' && !one.live,
      );
    });
    const { code, stdout } = await hookline(
      world,
      ...['send', '--to', 'backend', '-m', 'RUN:greet', '--wait', 'delivered', '--timeout', '1s'],
    );
    expect(code).toBe(1);
    terminal = await openTerminal({
      world,
      args: ['--resume', sessionId, '--permission-mode', 'acceptEdits'],
    });
    const id = stdout.trim();
    await stream.waitFor(
      'the delivery',
      ({ type, data, sessionId: of }) =>
        type === 'inbox.delivered' && data?.['messageId'] === id && of === sessionId,
    );
  });
});
