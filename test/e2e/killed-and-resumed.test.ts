// A session of the real client is killed, and goes on later: what it used before it was killed stays counted.
import { afterEach, describe, expect, it } from 'vitest';
import { findClaude } from '../support/claude/client.ts';
import { type Registered, registered } from '../support/claude/registered.ts';
import { hasTmux, openTerminal, type Terminal } from '../support/claude/terminal.ts';
import { createWorld, type World } from '../support/claude/world.ts';
import { type Daemon, hooklineOk, startDaemon } from '../support/hookline.ts';
import { openStream, type Stream } from '../support/stream.ts';
import { until } from '../support/until.ts';

const claude = await findClaude();

interface Totals {
  input: number;
  output: number;
  cacheRead: number;
  cacheCreation: number;
}

/** All rows together. */
function sum(rows: readonly Totals[]): Totals {
  const of = (kind: keyof Totals): number => rows.reduce((total, row) => total + row[kind], 0);
  return {
    input: of('input'),
    output: of('output'),
    cacheRead: of('cacheRead'),
    cacheCreation: of('cacheCreation'),
  };
}

describe.skipIf(!claude.found || !hasTmux())('a session of the real client', () => {
  let world: World;
  let daemon: Daemon;
  let stream: Stream;
  const terminals: Terminal[] = [];
  afterEach(async () => {
    stream?.close();
    for (const terminal of terminals.splice(0)) await terminal.close();
    await daemon?.stop();
    await world?.close();
  });

  async function open(...args: string[]): Promise<Terminal> {
    const terminal = await openTerminal({ world, args: ['--permission-mode', 'default', ...args] });
    terminals.push(terminal);
    await terminal.waitFor(/❯/);
    return terminal;
  }
  /** The process that has a session open, and the session. */
  const onlyOne = (): Promise<Registered> =>
    until('it is in the register', () => registered(world.configDir)[0]);
  async function api<T>(resource: string): Promise<T> {
    const answer = await fetch(`${daemon.url}${resource}`, {
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    return (await answer.json()) as T;
  }

  it('that is killed, resumed and left has used all that the model said it did', async () => {
    world = await createWorld({ bin: claude.found ? claude.bin : '' });
    await hooklineOk(world, 'install');
    daemon = await startDaemon(world);
    stream = await openStream(daemon);
    stream.send({ type: 'subscribe', topics: ['session.*', 'usage.updated', 'turn.*'] });

    const first = await open();
    const { pid, sessionId } = await onlyOne();
    for (const scenario of ['RUN:hello', 'RUN:simple']) await first.submit(scenario);
    await first.waitFor(/All done/);
    // What the client has not written when it is killed is nowhere.
    await stream.waitFor(
      'all of it',
      ({ type, data }) => type === 'usage.updated' && data?.['output'] === 60,
    );
    process.kill(pid, 'SIGKILL');
    const gone = await stream.waitFor('its end', ({ type }) => type === 'session.removed');
    expect(gone.data).toMatchObject({ reason: 'process_exited' });

    const second = await open('--resume', sessionId);
    await second.submit('RUN:hello');
    await stream.waitFor(
      'the answer',
      frame => frame.type === 'turn.completed' && Number(frame.seq) > Number(gone.seq),
    );
    await second.submit('/exit');
    await second.waitForExit();
    const account = await stream.waitFor(
      "the client's own account",
      frame => frame.type === 'usage.updated' && frame['source'] === 'claude-code',
    );
    expect(account.data).toMatchObject({ output: 20 });

    const spent = sum(
      world.api.spent.map(one => ({
        input: one.input_tokens,
        output: one.output_tokens,
        cacheRead: one.cache_read_input_tokens,
        cacheCreation: one.cache_creation_input_tokens,
      })),
    );
    expect(spent.output).toBe(80);
    const { totals } = await api<{ totals: Totals }>(`/api/usage?sessionId=${sessionId}`);
    const { rows } = await api<{ rows: Totals[] }>('/api/usage?by=day');
    expect(totals).toMatchObject(spent);
    expect(sum(rows)).toEqual(spent);
    await daemon.stop();
    daemon = await startDaemon(world);
    expect((await api<{ totals: Totals }>('/api/usage')).totals).toEqual(totals);
  });
});
