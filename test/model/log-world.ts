// Clients over a log that lives and dies: what each of them is told is checked against what it should be told.
import { expect } from 'vitest';
import { Feed, Pump } from '../../src/fanout/index.ts';
import type { Position } from '../../src/protocol/index.ts';
import type { Fault } from '../support/faulty-database.ts';
import { Consumer, type Happened } from './consumer.ts';
import { type End, ModelledLog } from './modelled-log.ts';

/** A client: what it keeps when its connection is gone, and the connection while there is one. */
interface Party {
  position: Position | undefined;
  connection: Connection | undefined;
}

interface Connection {
  readonly feed: Feed;
  readonly consumer: Consumer;
  readonly epoch: string;
  subscribed: boolean;
}

export class World {
  readonly #parties: Party[] = [0, 1, 2].map(() => ({ position: undefined, connection: undefined }));
  readonly store: ModelledLog = new ModelledLog(() => this.#epochEnded());
  #tasks: (() => void)[] = [];
  #pump: Pump = this.#newPump();

  publish(events: readonly Omit<Happened, 'id'>[]): void {
    this.store.publish(events);
    this.#pump.wakeAll();
  }

  /** The process ends, with all connections, and another one begins. */
  restart(end: End, fault: Fault | undefined): void {
    for (const party of this.#parties) this.#disconnect(party);
    this.#tasks = [];
    this.#pump = this.#newPump();
    this.store.restart(end, fault);
  }

  connect(who: number): void {
    const party = this.#party(who);
    this.#disconnect(party);
    const consumer = new Consumer(this.store.meaning, this.store.log.head);
    const feed = new Feed(this.store.log, consumer, this.store.log.head, 200);
    this.#pump.add(feed);
    party.connection = { feed, consumer, epoch: this.store.epoch, subscribed: false };
  }

  disconnect(who: number): void {
    this.#disconnect(this.#party(who));
  }

  /** @param since `mine`: where this client was, on whichever connection. */
  subscribe(
    who: number,
    topics: readonly string[],
    sessions: ReadonlySet<string> | undefined,
    since: 'mine' | number | undefined,
  ): void {
    const party = this.#party(who);
    const connection = this.#connected(party);
    if (!connection) return;
    const { feed, consumer } = connection;
    const position =
      since === 'mine'
        ? party.position
        : since === undefined
          ? undefined
          : { epoch: this.store.epoch, seq: Math.max(0, this.store.log.head - since) };
    const expected = position && this.store.replyTo(position);
    const resumed = feed.subscribe(topics, sessions, position);
    expect(resumed, JSON.stringify(position)).toEqual(expected);
    consumer.subscribed(topics, sessions, feed.tell(), resumed?.recovered === true);
    connection.subscribed = true;
    this.#pump.wake(feed);
  }

  unsubscribe(who: number, topics: readonly string[]): void {
    const connection = this.#connected(this.#party(who));
    connection?.feed.subscription.remove(topics);
    connection?.consumer.unsubscribed(topics);
  }

  replay(who: number, back: number): void {
    const connection = this.#connected(this.#party(who));
    if (!connection) return;
    const { feed, consumer, subscribed } = connection;
    const from = Math.max(0, this.store.log.head - back);
    feed.replay(from, this.store.epoch, undefined, (start, to) => {
      if (from <= this.store.log.head) expect([start, to]).toEqual([from, this.store.log.head]);
      consumer.replayStarted(start, to, from <= this.store.log.head || !subscribed);
    });
    this.#pump.wake(feed);
  }

  /** The client reads on. */
  read(who: number, credit: number): void {
    const { connection } = this.#party(who);
    if (!connection) return;
    connection.consumer.credit += credit;
    this.#pump.wake(connection.feed);
  }

  /** One turn of the event loop: feeds run, then who belongs to an epoch that ended is sent away. */
  tick(): void {
    for (const task of this.#tasks.splice(0)) task();
    this.store.noticeEpoch();
    for (const party of this.#parties) if (party.connection?.consumer.over) this.#disconnect(party);
  }

  /** Lets everything run out: then nothing may be missing anywhere. */
  finish(): void {
    this.store.disk.heal();
    for (const { connection } of this.#parties) {
      if (!connection) continue;
      connection.consumer.credit = Number.POSITIVE_INFINITY;
      this.#pump.wake(connection.feed);
    }
    while (this.#tasks.length > 0) this.tick();
    for (const { connection } of this.#parties) connection?.consumer.finish();
    this.store.readThrough();
  }

  #newPump(): Pump {
    return new Pump({ schedule: task => this.#tasks.push(task) });
  }

  #epochEnded(): void {
    for (const { connection } of this.#parties) if (connection) connection.consumer.over = true;
  }

  #party(who: number): Party {
    const party = this.#parties[who];
    if (!party) throw new Error(`there is no client ${who}`);
    return party;
  }

  #connected(party: Party): Connection | undefined {
    return party.connection?.epoch === this.store.epoch ? party.connection : undefined;
  }

  /** What a client knows when its connection is gone: where it was told it is. */
  #disconnect(party: Party): void {
    const { connection } = party;
    if (!connection) return;
    expect(connection.consumer.saidTooMuch, 'nothing is said once the epoch is another').toBe(0);
    this.#pump.remove(connection.feed);
    if (connection.subscribed) party.position = { epoch: connection.epoch, seq: connection.consumer.told };
    party.connection = undefined;
  }
}
