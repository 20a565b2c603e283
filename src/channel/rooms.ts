// Every room that somebody is in, or was lately.
import { Consumer } from '../fanout/index.ts';
import { roomAt } from '../inbox/index.ts';
import type { Chore, Service } from '../service.ts';
import { INBOX_TOPIC, inboxEvent } from './inbox-event.ts';
import { Member, type MemberOptions, type Surroundings } from './member.ts';
import { Room } from './room.ts';

export interface RoomsOptions extends Surroundings {
  readonly failed: (what: string, error: unknown) => void;
}

/** Where a client wants to be, and whom its messages are for. */
export interface RoomPlace {
  readonly room: string;
  readonly to: string;
}

/** How often it is looked whether something waits, in milliseconds: what was given and did not arrive, above all. */
const LOOK_MS = 500;
/** Rooms that are remembered though nobody is in them. */
const REMEMBERED = 100;

export class Rooms implements Service {
  readonly name = 'rooms';
  readonly chores: readonly Chore[] = [
    { what: 'rooms: giving what waits for them', everyMs: LOOK_MS, run: () => this.#giveAll() },
  ];
  readonly #options: RoomsOptions;
  readonly #consumer: Consumer;
  /** The one that was entered last is last. */
  readonly #rooms = new Map<string, Room>();
  #hasStopped = false;

  constructor(options: RoomsOptions) {
    this.#options = options;
    const { log, pump } = options;
    this.#consumer = new Consumer({
      ...{ name: 'rooms', log, pump, topics: [INBOX_TOPIC] },
      deliver: deliveries => {
        if (this.#rooms.size === 0) return;
        for (const { record } of deliveries) {
          const event = inboxEvent(record);
          if (event === undefined) continue;
          for (const address of new Set([event.from, event.name])) {
            const room = this.#rooms.get(roomAt(address) ?? '');
            room?.note(event);
            if (room && event.state === 'queued') this.#give(room);
          }
        }
      },
    });
  }

  /** Rooms that somebody is in. */
  get size(): number {
    return [...this.#rooms.values()].filter(({ isEmpty }) => !isEmpty).length;
  }

  start(): void {
    this.#consumer.start();
  }

  /** What was given and is not known to have arrived is given again by the next daemon. */
  async stop(): Promise<void> {
    this.#hasStopped = true;
    await this.#consumer.stop();
  }

  /** Lets a client in. Whoever does calls `leave` once it is gone. */
  enter({ room: name, to }: RoomPlace, client: Pick<MemberOptions, 'access' | 'wire'>): Member {
    const room = this.#rooms.get(name) ?? new Room({ name, inbox: this.#options.inbox });
    this.#rooms.delete(name);
    this.#rooms.set(name, room);
    room.enter();
    this.#forget();
    const member = new Member({ room, to, ...client }, this.#options);
    member.start();
    this.#give(room);
    return member;
  }

  leave(member: Member): void {
    member.stop();
    member.room.leave();
    this.#forget();
  }

  /** The client has everything that was sent before a probe. */
  proven(member: Member, probe: number): void {
    if (this.#hasStopped) return;
    member
      .proven(probe)
      .catch(error => this.#options.failed(`rooms: what arrived in ${member.room.name}`, error));
  }

  #giveAll(): void {
    for (const room of this.#rooms.values()) if (!room.isEmpty) this.#give(room);
  }

  #give(room: Room): void {
    if (this.#hasStopped) return;
    room
      .give()
      .catch(error => this.#options.failed(`rooms: what waits for ${room.name} could not be given`, error));
  }

  #forget(): void {
    const empty = [...this.#rooms.values()].filter(({ isEmpty }) => isEmpty);
    for (const { name } of empty.slice(0, -REMEMBERED)) this.#rooms.delete(name);
  }
}
