// What a hub takes in: every event once, whatever it reads again, and however connections follow each other.
import { describe, expect, it } from 'vitest';
import type { HubSide, StreamedEvent, StreamReader } from '../../src/bridge/index.ts';
import { type Arrived, EventsIn } from '../../src/hub/events-in.ts';
import { PlaceFile } from '../../src/hub/place-file.ts';
import { EventLog, MemoryStore } from '../../src/log/index.ts';

const RING = { events: 1000, bytes: 1e9 };

/** A log, and what takes events into it; `hold` keeps them from it for a while. */
function world() {
  const log = new EventLog(new MemoryStore('log', RING), { ring: RING });
  let held: Promise<unknown> = Promise.resolve();
  const takeOver = async (arrived: readonly Arrived[], onCommit: () => void): Promise<void> => {
    await held;
    log.append(arrived.map(({ draft }) => draft));
    onCommit();
  };
  return {
    log,
    hold: (until: Promise<unknown>) => {
      held = until;
    },
    /** As one that has just started. */
    eventsIn: () =>
      new EventsIn({
        ...{ log, takeOver, file: new PlaceFile(undefined, () => {}) },
        ...{ heard: () => {}, lost: () => {}, refused: () => {} },
      }),
    ids: () =>
      log
        .read(0, { events: 1e9, bytes: 1e9 })
        .map(({ data }) => JSON.parse(data).node)
        .map(({ name, epoch, seq }) => `${name}:${epoch}:${seq}`),
  };
}

const streamed = (ids: readonly string[], stream = 's'): StreamedEvent[] =>
  ids.map((id, index) => ({
    ...{ id, node: id.split(':')[0] ?? '', place: { stream, seq: index + 1 } },
    body: JSON.stringify({
      ...{ type: 'test.tick', timestamp: 1, sessionId: '', source: 'test' },
      ...{ seq: Number(id.split(':')[2]), data: {} },
    }),
  }));

/** A connection that hands out its reader. */
async function readerOf(eventsIn: EventsIn): Promise<StreamReader> {
  let reader: StreamReader | undefined;
  await eventsIn.read({
    read: async (_after, given) => {
      reader = given;
    },
  } as Partial<HubSide> as HubSide);
  if (reader === undefined) throw new Error('nothing is read');
  return reader;
}

describe('what a hub takes in', () => {
  it('is taken once, though a node numbers anew and all of it is read again', async () => {
    const { eventsIn, ids } = world();
    const all = ['n:e1:1', 'n:e1:2', 'm:x:1', 'n:e2:1', 'n:e2:2'];
    await (await readerOf(eventsIn())).take(streamed(all));
    // It was killed before it could say how far it was.
    await (await readerOf(eventsIn())).take(streamed([...all, 'n:e2:3']));
    expect(ids()).toEqual([...all, 'n:e2:3']);
  });

  it('is taken once, though a connection is made anew while some of it is on its way', async () => {
    const { eventsIn, ids, hold } = world();
    const one = eventsIn();
    let release = (): void => {};
    hold(
      new Promise<void>(resolve => {
        release = resolve;
      }),
    );
    const all = streamed(['n:e1:1', 'n:e1:2', 'n:e1:3', 'n:e1:4']);
    const taking = [(await readerOf(one)).take(all.slice(0, 2))];
    taking.push((await readerOf(one)).take(all));
    release();
    await Promise.all(taking);
    expect(ids()).toEqual(['n:e1:1', 'n:e1:2', 'n:e1:3', 'n:e1:4']);
    expect(one.nodes).toEqual({ n: { epoch: 'e1', seq: 4 } });
  });

  it('is waited for where somebody knows more already, up to the end of what there is', async () => {
    const { eventsIn } = world();
    const one = eventsIn();
    const reader = await readerOf(one);
    const all = streamed(['n:e1:1', 'n:e2:1']);
    await reader.take(all.slice(0, 1));
    let isDone = false;
    const side = { end: async () => ({ stream: 's', seq: 2 }) } as Partial<HubSide> as HubSide;
    const waiting = one
      .catchUp({ n: { epoch: 'e2', seq: 1 }, 'hub:other': { epoch: 'x', seq: 9 } }, () => side)
      .then(() => {
        isDone = true;
      });
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(isDone).toBe(false);
    await reader.take(all);
    await waiting;
    // What nobody has is not waited for once all is read.
    await one.catchUp({ n: { epoch: 'e3', seq: 1 } }, () => side);
  });
});
