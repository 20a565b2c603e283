// What sessions of many machines ask, answered at a hub: where the owner of a machine lets it, and nowhere else.
import { connect as connectNats } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answers, asks, BASH, type Listed, listed, theOne } from '../support/approvals.ts';
import { BadNetwork } from '../support/bad-network.ts';
import type { TestDaemon } from '../support/daemon.ts';
import type { Frame } from '../support/frames.ts';
import { hasNatsServer } from '../support/nats-server.ts';
import { chance } from '../support/random.ts';
import { until } from '../support/until.ts';
import { type Client, connect } from '../support/ws.ts';
import { ask, HubWorld } from './hub-world.ts';

/** Longer than any test: what ends by it was not answered. */
const WAIT_MS = 120_000;
const SECRET = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';

/** A clock that can be stopped, and put on. */
class Clock {
  #stoppedAt: number | undefined;
  #ahead = 0;

  readonly uptime = (): number => this.#stoppedAt ?? performance.now() + this.#ahead;

  stop(): void {
    this.#stoppedAt = this.uptime();
  }

  goOn(): void {
    if (this.#stoppedAt !== undefined) this.#ahead = this.#stoppedAt - performance.now();
    this.#stoppedAt = undefined;
  }

  putOn(ms: number): void {
    this.#ahead += ms;
  }
}

describe.skipIf(!hasNatsServer())('what sessions ask, at a hub', () => {
  const world = new HubWorld();
  const clock = new Clock();
  const hubClock = new Clock();
  /** Between the laptop and the broker. */
  const line = new BadNetwork(chance(1));
  let laptop: TestDaemon;
  let vault: TestDaemon;
  let hub: TestDaemon;
  let client: Client;
  const startLaptop = async (): Promise<void> => {
    const config = { approvals: { waitMs: WAIT_MS, rules: [] } };
    line.target = Number(new URL(world.server.url).port);
    const broker = { approvals: true, url: `nats://127.0.0.1:${line.port}` };
    laptop = await world.node('laptop', broker, { config, uptime: clock.uptime });
  };
  const startHub = async (): Promise<void> => {
    hub = await world.hub('hub', {}, { uptime: hubClock.uptime });
    client = await connect(hub);
    await client.ask({ type: 'subscribe', topics: ['permission.*'] });
  };
  beforeAll(async () => {
    await world.server.start();
    line.slicing = 0;
    await line.start();
    await startLaptop();
    vault = await world.node('vault');
    await startHub();
  });
  afterAll(async () => {
    await world.close();
    await line.stop();
  });

  let probes = 0;
  /** The machine knows that somebody is at the hub: it holds what it is asked. */
  beforeEach(async () => {
    await until('a hook is held', async () => {
      const session_id = `probe-${++probes}`;
      const probe = asks(laptop, { session_id });
      let isOver = false;
      void probe.decision.then(() => {
        isOver = true;
      });
      await until('it is shown or let go', async () => {
        const held = (await listed(hub)).find(({ sessionId }) => sessionId === session_id);
        if (held) await answers(hub, held.requestId, { behavior: 'deny' });
        return isOver;
      });
      return probe.decision;
    });
    await until('none waits', async () => (await listed(hub)).length === 0);
  });

  const resolved = (requestId: string): Promise<Frame> =>
    client.waitFor(
      frame =>
        frame.type === 'permission.resolved' &&
        (frame['data'] as Listed | undefined)?.requestId === requestId,
    );

  it('a request is held on its machine, shown here when it is told, and answered once', async () => {
    const from = client.frames.length;
    const asking = asks(laptop);
    const told = await client.waitFor('permission.requested', from);
    const [request] = await listed(hub);
    expect(request).toMatchObject({ sessionId: 's1', input: BASH.tool_input, whole: true });
    expect(told['data']).toMatchObject({ requestId: request?.requestId, node: { name: 'laptop' } });

    const requestId = request?.requestId ?? '';
    const both = await Promise.all([
      answers(hub, requestId, { behavior: 'allow' }),
      answers(hub, requestId, { behavior: 'allow' }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(both.find(({ status }) => status === 409)?.body.error?.code).toBe('already_answered');
    expect(await asking.decision).toEqual({ behavior: 'allow' });
    expect((await resolved(requestId))['data']).toMatchObject({
      ...{ outcome: 'allowed', by: 'main token at hub hub' },
    });
    expect(await listed(hub)).toEqual([]);
    const late = await answers(hub, requestId, { behavior: 'deny' });
    expect(late).toMatchObject({ status: 409, body: { error: { code: 'already_answered' } } });
  });

  it('what is answered on the machine itself leaves the list, and whoever is late here is told', async () => {
    const asking = asks(laptop);
    const { requestId } = await theOne(hub);
    expect((await answers(laptop, requestId, { behavior: 'deny', message: 'no' })).status).toBe(200);
    expect(await asking.decision).toMatchObject({ behavior: 'deny' });
    expect((await resolved(requestId))['data']).toMatchObject({ outcome: 'denied', by: 'main token' });
    const late = await answers(hub, requestId, { behavior: 'allow' });
    expect(late).toMatchObject({ status: 409, body: { error: { message: /denied by main token/ } } });
  });

  it('an answer that does not fit is refused, and the request waits on', async () => {
    const asking = asks(laptop);
    const { requestId } = await theOne(hub);
    const refused = await answers(hub, requestId, { behavior: 'allow', mode: 'acceptEdits' });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'invalid_message' } } });
    const tooLong = { behavior: 'allow', updatedInput: { command: 'x'.repeat(2_000_000) } };
    expect(await answers(hub, requestId, tooLong)).toMatchObject({ status: 400 });
    await answers(hub, requestId, { behavior: 'allow', updatedInput: { command: 'ls' } });
    expect(await asking.decision).toMatchObject({ behavior: 'allow', updatedInput: { command: 'ls' } });
  });

  it('however long it is, it is shown whole to who may answer, and to others without secrets', async () => {
    const command = `curl -H "Authorization: Bearer ${SECRET}" x # ${'y'.repeat(3_000_000)}`;
    const asking = asks(laptop, { tool_input: { command } });
    const request = await theOne(hub);
    expect(request.input).toEqual({ command });
    const wall = await ask<{ token: string }>(hub, 'POST', '/api/tokens', { name: 'wall', scopes: ['read'] });
    const [shown] = await listed(hub, wall.token);
    expect(shown).toMatchObject({ requestId: request.requestId, whole: false });
    expect(shown?.input['command']).toMatch(/^curl .*\[redacted:/);
    expect(JSON.stringify(shown)).not.toContain(SECRET);
    const headers = { authorization: `Bearer ${wall.token}` };
    expect(await answers(hub, request.requestId, { behavior: 'allow' }, headers)).toMatchObject({
      status: 403,
    });
    await ask(hub, 'DELETE', '/api/tokens/wall');
    await answers(hub, request.requestId, { behavior: 'deny' });
    expect(await asking.decision).toMatchObject({ behavior: 'deny' });
  });

  it('a machine whose owner did not say so holds nothing for a hub, and cannot be asked or answered', async () => {
    const asking = asks(vault);
    expect(await asking.decision).toBeUndefined();
    // Held for somebody who is there themselves.
    const there = await connect(vault);
    await there.ask({ type: 'subscribe', topics: ['permission.*'] });
    const from = client.frames.length;
    const held = asks(vault);
    const { requestId } = await theOne(vault);
    const told = await client.waitFor(
      frame => (frame['data'] as Listed | undefined)?.requestId === requestId,
      from,
    );
    expect(told).toMatchObject({ type: 'permission.requested', data: { node: { name: 'vault' } } });
    expect(await listed(hub)).toEqual([]);
    expect(await answers(hub, requestId, { behavior: 'allow' })).toMatchObject({ status: 404 });

    const forger = await connectNats({ servers: world.server.url });
    const forged = { ask: 'answer', hub: 'hub', requestId, answer: { behavior: 'allow' }, by: 'me' };
    await expect(forger.request('hookline.ask.vault', JSON.stringify(forged))).rejects.toThrow(
      /no responders/,
    );
    await forger.close();
    expect((await answers(vault, requestId, { behavior: 'deny' })).status).toBe(200);
    expect(await held.decision).toMatchObject({ behavior: 'deny' });
    there.close();
  });

  it('whoever is at no hub any more is not waited for', async () => {
    client.close();
    await until('it is told', () =>
      asks(laptop, { session_id: 'probe' }).decision.then(said => said === undefined),
    );
    client = await connect(hub);
    await client.ask({ type: 'subscribe', topics: ['permission.*'] });
  });

  it('the hub is started anew while a request waits: it is shown again, as much as before', async () => {
    const asking = asks(laptop, { tool_input: { command: `echo ${SECRET}` } });
    const { requestId } = await theOne(hub);
    clock.stop();
    await hub.stop();
    await startHub();
    expect(await theOne(hub)).toMatchObject({ requestId, input: { command: `echo ${SECRET}` } });
    const wall = await ask<{ token: string }>(hub, 'POST', '/api/tokens', { name: 'wall', scopes: ['read'] });
    const [shown] = await listed(hub, wall.token);
    expect(shown?.input['command']).toMatch(/^echo \[redacted:/);
    await answers(hub, requestId, { behavior: 'allow' });
    expect(await asking.decision).toEqual({ behavior: 'allow' });
    clock.goOn();
  });

  it('the broker is away in between: nothing is answered meanwhile, and after it what waited still can be', async () => {
    const asking = asks(laptop);
    const { requestId } = await theOne(hub);
    clock.stop();
    await world.server.kill();
    const refused = await answers(hub, requestId, { behavior: 'allow' });
    expect(refused).toMatchObject({ status: 404, body: { error: { message: /laptop/ } } });
    // Asked while nobody else can hear of it.
    const second = asks(laptop, { session_id: 's2' });
    await until('both are held', async () => (await listed(laptop)).length === 2);
    await world.server.start();
    const both = await until('both are here', async () => {
      const all = await listed(hub);
      return all.length === 2 ? all : undefined;
    });
    expect(both.map(({ sessionId }) => sessionId)).toEqual(['s1', 's2']);
    for (const one of both)
      await until('it is answered', async () => {
        const { status } = await answers(hub, one.requestId, { behavior: 'allow' });
        return status === 200;
      });
    expect(await asking.decision).toEqual({ behavior: 'allow' });
    expect(await second.decision).toEqual({ behavior: 'allow' });
    expect((await resolved(requestId))['data']).toMatchObject({ by: 'main token at hub hub' });
    clock.goOn();
  });

  it('the machine is away: its requests leave the list, and come back with it', async () => {
    const asking = asks(laptop);
    const { requestId } = await theOne(hub);
    clock.stop();
    line.bytesPerSecond = 0;
    hubClock.putOn(60_000);
    await until('it is away', async () => (await listed(hub)).length === 0);
    expect(await answers(hub, requestId, { behavior: 'allow' })).toMatchObject({ status: 404 });
    line.bytesPerSecond = Number.POSITIVE_INFINITY;
    clock.goOn();
    // Whatever happens there says that it is back.
    await laptop.hook('SessionStart', { session_id: 'other', source: 'startup' });
    expect(await theOne(hub)).toMatchObject({ requestId });
    await answers(hub, requestId, { behavior: 'allow' });
    expect(await asking.decision).toEqual({ behavior: 'allow' });
  });

  it('the hookline of the machine is stopped: what it held leaves the list at once', async () => {
    const asking = asks(laptop);
    const { requestId } = await theOne(hub);
    await laptop.stop();
    expect(await asking.decision).toBeUndefined();
    await until('none is left', async () => (await listed(hub)).length === 0);
    expect((await answers(hub, requestId, { behavior: 'allow' })).status).toBeGreaterThanOrEqual(404);
  });
});
