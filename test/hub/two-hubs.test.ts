// Two hubs at one NATS server: whoever was at one goes on at the other, and has every event of every machine once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventEnvelope, Loss, Position } from '../../src/client/index.ts';
import { clientOf, foreign } from '../client/support.ts';
import type { TestDaemon } from '../support/daemon.ts';
import { hasNatsServer } from '../support/nats-server.ts';
import { until } from '../support/until.ts';
import { connect } from '../support/ws.ts';
import { HubWorld } from './hub-world.ts';

const NAMES = ['laptop', 'desk', 'server'];

interface Told {
  readonly name: string;
  readonly n: number;
}

const toldBy = ({ data }: EventEnvelope): Told => ({
  name: (data['node'] as { name: string }).name,
  n: data['n'] as number,
});

/** The numbers that each machine counted, in the order they came. */
function countsOf(told: readonly Told[]): Record<string, number[]> {
  return Object.fromEntries(
    NAMES.map(name => [name, told.filter(one => one.name === name).map(({ n }) => n)]),
  );
}

const upTo = (counts: Record<string, number>): Record<string, number[]> =>
  Object.fromEntries(NAMES.map(name => [name, Array.from({ length: counts[name] ?? 0 }, (_, n) => n)]));

describe.skipIf(!hasNatsServer())('two hubs', () => {
  const world = new HubWorld();
  const nodes = new Map<string, TestDaemon>();
  beforeAll(async () => {
    await world.server.start();
    for (const name of NAMES) nodes.set(name, await world.node(name));
  });
  afterAll(() => world.close());

  /** Lets each machine count, in its own time, until it is stopped; a count goes on where the last one of the topic was. */
  const load = (topic: string) => {
    const counts: Record<string, number> = Object.fromEntries(NAMES.map(name => [name, 0]));
    let going = true;
    const run = async (name: string, pause: number): Promise<void> => {
      // It ends by itself at any rate.
      while (going && (counts[name] ?? 0) < 5000) {
        const n = counts[name] ?? 0;
        const answer = await nodes.get(name)?.post({ sessionId: name, type: topic, data: { n } });
        expect(answer?.status).toBe(202);
        counts[name] = n + 1;
        await new Promise(resolve => setTimeout(resolve, pause));
      }
    };
    const running = Promise.all(NAMES.map((name, index) => run(name, 2 + 5 * index)));
    return {
      counts,
      async stop(): Promise<Record<string, number[]>> {
        going = false;
        await running;
        return upTo(counts);
      },
    };
  };

  it('are one to a client that goes from one to the other and back while all machines work', async () => {
    let a = await world.hub('hub-a');
    const b = await world.hub('hub-b');
    let at = a;
    const losses: Loss[] = [];
    const client = clientOf(a, {
      url: () => `ws://127.0.0.1:${at.port}/ws`,
      token: () => at.token,
      onLoss: loss => void losses.push(loss),
    });
    const told: Told[] = [];
    const epochs = new Set<string>();
    const events = client.events(foreign('count.moves'));
    await events.ready;
    const reading = (async () => {
      for await (const event of events) {
        told.push(toldBy(event));
        epochs.add(events.position?.epoch ?? '');
      }
    })();
    const work = load('count.moves');
    const more = async (count: number): Promise<void> => {
      const before = countsOf(told);
      await until('more of each came', () =>
        NAMES.every(name => (countsOf(told)[name]?.length ?? 0) >= (before[name]?.length ?? 0) + count),
      );
    };
    await more(10);
    at = b;
    await a.stop();
    await more(10);
    a = await world.hub('hub-a');
    at = a;
    await b.stop();
    await more(10);
    const all = await work.stop();
    await until('all came', () => told.length >= Object.values(all).flat().length);
    expect(countsOf(told)).toEqual(all);
    expect(losses).toEqual([]);
    expect(epochs.size).toBe(2);
    client.close();
    await reading;
  });

  it('are one to a program that keeps its position, and is started again at the other one', async () => {
    const a = await world.hub('kept-a');
    const b = await world.hub('kept-b');
    let saved: Position | undefined;
    const position = {
      load: () => saved,
      save: (reached: Position) => {
        saved = JSON.parse(JSON.stringify(reached)) as Position;
      },
    };
    const work = load('count.kept');
    const told: Told[] = [];
    const run = async (hub: TestDaemon, isDone: () => boolean): Promise<void> => {
      const client = clientOf(hub, { onLoss: 'throw' });
      for await (const event of client.events(foreign('count.kept'), {
        position,
        delivery: 'at-most-once',
      })) {
        told.push(toldBy(event));
        if (isDone()) break;
      }
      client.close();
    };
    position.save({ ...(await positionOf(a)), seq: 0, nodes: {} });
    for (const [turn, hub] of [a, b, a, b].entries()) await run(hub, () => told.length >= 15 * (turn + 1));
    const all = await work.stop();
    await run(a, () => told.length >= Object.values(all).flat().length);
    expect(countsOf(told)).toEqual(all);
  });

  it('take the position that a client has put together itself', async () => {
    const a = await world.hub('raw-a');
    const b = await world.hub('raw-b');
    const work = load('count.raw');
    const one = await connect(a);
    const nodes = { ...(one.frames[0]?.['nodes'] as NonNullable<Position['nodes']>) };
    expect(Object.keys(nodes)).toContain('hub:raw-a');
    await one.ask({ type: 'subscribe', topics: ['count.raw'] });
    const some = await until('some came', () => one.events().length >= 60 && one.events());
    one.close();
    const events = some as unknown as EventEnvelope[];
    for (const { data } of events) {
      const { name, epoch, seq } = data['node'] as { name: string; epoch: string; seq: number };
      nodes[name] = { epoch, seq };
    }
    const { epoch } = one.frames[0] as unknown as Position;
    const other = await connect(b);
    const since = { epoch, seq: events.at(-1)?.seq, nodes };
    const reply = await other.ask({ type: 'subscribe', topics: ['count.raw'], since });
    expect(reply).toMatchObject({ type: 'subscribed', recovered: true });
    const all = await work.stop();
    const rest = await until('the rest came', () => {
      const news = other.events() as unknown as EventEnvelope[];
      return events.length + news.length >= Object.values(all).flat().length ? news : undefined;
    });
    expect(countsOf([...events, ...rest].map(toldBy))).toEqual(all);
    // A replay is of all there is, whatever it had before.
    await other.ask({ type: 'replay', lastSeq: 0 });
    await other.waitFor('replay_complete');
    expect(other.events().length - rest.length).toBe(Object.values(all).flat().length);
    // Without the machines, another hub's position says nothing.
    const plain = await connect(b);
    const { seq } = since;
    expect(
      await plain.ask({ type: 'subscribe', topics: ['count.raw'], since: { epoch, seq } }),
    ).toMatchObject({ recovered: false, reason: 'epoch_changed' });
    // And one that it never had cannot be gone on from.
    const lost = { ...since, nodes: { laptop: { epoch: 'another', seq: 1 } } };
    expect(await plain.ask({ type: 'subscribe', topics: ['count.raw'], since: lost })).toMatchObject({
      ...{ recovered: false, reason: 'evicted' },
    });
    for (const client of [other, plain]) client.close();
  });
});

async function positionOf(hub: TestDaemon): Promise<Position> {
  const { epoch, seq } = (await (await hub.get('/health')).json()) as Position;
  return { epoch, seq };
}
