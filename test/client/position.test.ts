// Positions kept by the program: at-least-once and at-most-once mean what they say, whenever the program dies.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Delivery, EventsOptions, Position } from '../../src/client/index.ts';
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts';
import { until } from '../support/until.ts';
import { clientOf, foreign } from './support.ts';

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon({ limits: { positionEveryMs: 100 } });
});

class Shelf {
  saved: Position | undefined;
  readonly history: number[] = [];
  load(): Position | undefined {
    return this.saved;
  }
  async save(position: Position): Promise<void> {
    await Promise.resolve();
    this.saved = position;
    this.history.push(position.seq);
  }
}

/** Handles events until it "dies" in the middle of the one with this number; then another run goes on from the shelf. */
async function dieAt(n: number, topic: string, delivery: Delivery): Promise<number[]> {
  const shelf = new Shelf();
  const options = { position: shelf, delivery } satisfies EventsOptions;
  const handled: number[] = [];
  const first = clientOf(daemon);
  const events = first.events(topic, options);
  await events.ready;
  await daemon.emit(5, { topic });
  for await (const event of events) {
    const number = Number((event.data as { n: number }).n);
    if (number === n) break; // As a crash: nothing of this program runs any more for this event.
    handled.push(number);
  }
  first.close();
  const second = clientOf(daemon);
  for await (const event of second.events(topic, options)) {
    const number = Number((event.data as { n: number }).n);
    handled.push(number);
    if (number === 4) break;
  }
  return handled;
}

describe('a program that dies in the middle of an event', () => {
  it('gets it again, at-least-once', async () => {
    expect(await dieAt(2, 'die.again', 'at-least-once')).toEqual([0, 1, 2, 3, 4]);
  });

  it('does not, at-most-once', async () => {
    expect(await dieAt(2, 'die.never', 'at-most-once')).toEqual([0, 1, 3, 4]);
  });

  it('begins where a store that was never saved to says null', async () => {
    const position = { load: () => JSON.parse('null') as null, save: () => {} };
    const events = clientOf(daemon).events(foreign('none.*'), { position });
    await expect(events.ready).resolves.toHaveProperty('seq');
  });

  it('before its first event goes on from where it began', async () => {
    expect(await dieAt(0, 'die.early', 'at-least-once')).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('a program that closes its client in the middle of an event', () => {
  it('has that event behind it, and the ones that waited still before it', async () => {
    const shelf = new Shelf();
    const first = clientOf(daemon);
    const handled: unknown[] = [];
    const listener = first.on(
      foreign('close.*'),
      async event => {
        handled.push((event.data as { n: number }).n);
        await daemon.emit(1, { topic: 'other.a' }); // By now the others wait, too.
        if (handled.length === 2) first.close();
      },
      { position: shelf },
    );
    await listener.ready;
    await daemon.emit(5, { topic: 'close.a' });
    await listener.done;
    const second = clientOf(daemon);
    for await (const event of second.events(foreign('close.*'), { position: shelf })) {
      handled.push((event.data as { n: number }).n);
      if (handled.length === 5) break;
    }
    expect(handled).toEqual([0, 1, 2, 3, 4]);
  });

  it('before its first event has all of them before it', async () => {
    const client = clientOf(daemon);
    const events = client.events(foreign('idle.*'));
    const begun = await events.ready;
    await daemon.emit(3, { topic: 'idle.a' });
    await client.getSnapshot(); // Comes behind the events.
    expect(events.position?.seq).toBe(begun.seq);
    events.close();
    expect(events.position).toEqual(begun);
  });
});

describe('a position', () => {
  it('is saved after each event, and in quiet stretches', async () => {
    const shelf = new Shelf();
    let now = 0;
    const client = clientOf(daemon, {
      clock: {
        now: () => now,
        setTimeout: (run, ms) => setTimeout(run, ms),
        clearTimeout: t => clearTimeout(t as never),
      },
    });
    const seen: number[] = [];
    await daemon.emit(1, { topic: 'other.a' });
    const listener = client.on(foreign('quiet.*'), event => seen.push(event.seq), { position: shelf });
    const begun = await listener.ready;
    await daemon.emit(2, { topic: 'quiet.a' });
    await until('both are saved', () => shelf.saved?.seq === begun.seq + 2);
    expect(shelf.history).toEqual([begun.seq, begun.seq + 1, begun.seq + 2]);
    const head = await daemon.emit(3, { topic: 'other.a' });
    now += 20_000;
    await until('the quiet stretch is saved', () => shelf.saved?.seq === head);
    expect(seen).toHaveLength(2);
  });

  it('that cannot be saved ends the consumer with what save threw', async () => {
    const client = clientOf(daemon);
    const events = client.events(foreign('save.*'), {
      position: {
        load: () => undefined,
        save: () => {
          throw new Error('disk full');
        },
      },
    });
    await expect(events.next()).rejects.toThrow('disk full');
  });

  it('that cannot be loaded, or is none, ends the consumer too', async () => {
    const client = clientOf(daemon);
    const failing = client.events('**', {
      position: { load: () => Promise.reject(new Error('locked')), save() {} },
    });
    await expect(failing.next()).rejects.toThrow('locked');
    const odd = { load: () => ({ epoch: 7 }) as unknown as Position, save() {} };
    await expect(client.events('**', { position: odd }).ready).rejects.toThrow(
      'position.load() gave {"epoch":7}, which is no { epoch, seq }',
    );
  });
});
