// Takes what all hooklines at a broker tell into the hub's own log: every event once, those of a node in its order.
import { setTimeout as delay } from 'node:timers/promises';
import type { HubSide, StreamedEvent, StreamPlace } from '../bridge/index.ts';
import { jsonIn } from '../json.ts';
import type { LogReader } from '../log/index.ts';
import {
  type EventDraft,
  EventEnvelope,
  isHubAmongNodes,
  type NodeOrigin,
  type NodePositions,
} from '../protocol/index.ts';
import { KnownPositions } from './known-positions.ts';
import type { PlaceFile } from './place-file.ts';

export interface EventsInOptions {
  readonly log: LogReader;
  readonly file: PlaceFile;
  /** Resolves once they are in the log; `onCommit` is called the moment they are. */
  readonly takeOver: (arrived: readonly Arrived[], onCommit: () => void) => Promise<void>;
  /** A node was heard of. */
  readonly heard: (node: string) => void;
  /** The broker threw so many events away before they could be read. */
  readonly lost: (count: number) => void;
  /** Something was no event, in words. */
  readonly refused: (words: string) => void;
}

/** An event on its way in. */
export interface Arrived {
  readonly origin: NodeOrigin;
  readonly draft: EventDraft;
}

/** How long it is waited for what somebody knows already, and how often it is looked, in milliseconds. */
const CATCH_UP_MS = 10_000;
const LOOK_MS = 20;

export class EventsIn {
  readonly #options: EventsInOptions;
  readonly #known: KnownPositions;
  #place: StreamPlace | undefined;
  /** Up to here the log has what is known, and maybe more. */
  #logSeq: number;
  #taking: Promise<void> = Promise.resolve();

  constructor(options: EventsInOptions) {
    const { log, file } = options;
    this.#options = options;
    // A log that is another one knows nothing of what was read before.
    const saved = file.saved?.log.epoch === log.epoch ? file.saved : undefined;
    this.#known = new KnownPositions(saved?.nodes);
    this.#known.readOn(log, saved?.log.seq ?? 0);
    this.#place = saved?.place;
    this.#logSeq = log.head;
  }

  /** How far each node is known. */
  get nodes(): NodePositions {
    return this.#known.all;
  }

  positionOf(node: string): { readonly epoch: string; readonly seq: number } | undefined {
    return this.#known.of(node);
  }

  /** Reads on, with a new connection. */
  read(side: HubSide): Promise<void> {
    return side.read(this.#place, {
      take: events => this.#inTurn(events),
      lost: count => this.#options.lost(count),
    });
  }

  /**
   * Resolves once nothing of this is news here, because all that the broker holds by now is read; or when that takes too long.
   *
   * @param has how far somebody knows each node
   * @param side undefined while the broker is away
   */
  async catchUp(has: NodePositions, side: () => HubSide | undefined): Promise<void> {
    const isBehind = (): boolean =>
      Object.entries(has).some(
        ([name, place]) => !isHubAmongNodes(name) && this.#known.isNew({ name, ...place }),
      );
    const until = performance.now() + CATCH_UP_MS;
    let end: StreamPlace | undefined;
    while (isBehind() && !this.#isAt(end) && performance.now() < until) {
      end ??= await side()
        ?.end()
        .catch(() => undefined);
      await delay(LOOK_MS);
    }
  }

  #isAt(end: StreamPlace | undefined): boolean {
    if (end === undefined) return false;
    return end.seq === 0 || (this.#place?.stream === end.stream && this.#place.seq >= end.seq);
  }

  /** What an earlier connection still brings, and what a new one brings again, is taken one after the other. */
  #inTurn(events: readonly StreamedEvent[]): Promise<void> {
    const turn = this.#taking.then(() => this.#take(events));
    this.#taking = turn.catch(() => {});
    return turn;
  }

  async #take(events: readonly StreamedEvent[]): Promise<void> {
    const { takeOver, heard } = this.#options;
    const last = events.at(-1)?.place;
    if (last === undefined) return;
    // One lot may hold the same event twice.
    const inThis = new KnownPositions();
    const arrived: Arrived[] = [];
    for (const event of events) {
      heard(event.node);
      const one = this.#arrived(event);
      if (one === undefined || !this.#known.isNew(one.origin) || !inThis.isNew(one.origin)) continue;
      inThis.note(one.origin);
      arrived.push(one);
    }
    if (arrived.length === 0) return this.#reach(last);
    await takeOver(arrived, () => {
      for (const { origin } of arrived) this.#known.note(origin);
      this.#reach(last);
    });
  }

  #reach(place: StreamPlace): void {
    const { log, file } = this.#options;
    const isBack = this.#place?.stream === place.stream && this.#place.seq > place.seq;
    if (!isBack) this.#place = place;
    this.#logSeq = log.head;
    file.save(() => ({
      place: this.#place ?? place,
      log: { epoch: log.epoch, seq: this.#logSeq },
      nodes: this.#known.all,
    }));
  }

  #arrived({ node, id, body }: StreamedEvent): Arrived | undefined {
    const origin = originIn(id);
    const told = EventEnvelope.safeParse(jsonIn(body)).data;
    if (origin === undefined || told === undefined || origin.name !== node) {
      this.#options.refused(
        `something of ${node} is no event of a hookline (id ${JSON.stringify(id.slice(0, 100))})`,
      );
      return undefined;
    }
    const { seq: _, data, agentId, ...rest } = told;
    const draft = {
      ...rest,
      ...(agentId === undefined ? {} : { agentId }),
      data: { ...data, node: origin },
    };
    return { origin, draft: rest.type === 'gap' ? gapOf(draft, origin) : draft };
  }
}

/** What a node could not send any more, for its log does not hold it. */
function gapOf(draft: EventDraft, node: NodeOrigin): EventDraft {
  const { from, to, reason } = draft.data;
  const count = typeof from === 'number' && typeof to === 'number' ? { count: to - from + 1 } : {};
  return { ...draft, type: 'system.gap', data: { reason: String(reason), ...count, node } };
}

/** `NODE:EPOCH:SEQ`. */
function originIn(id: string): NodeOrigin | undefined {
  const [, name, epoch, seq] = /^([^:]+):([^:]+):(\d{1,15})$/.exec(id) ?? [];
  return name === undefined || epoch === undefined ? undefined : { name, epoch, seq: Number(seq) };
}
