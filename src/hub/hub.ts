// Many hooklines as one: what all of them tell at a broker is in one log here, and what is said to their sessions goes there.
import type { ApprovalQueue, Listening } from '../approvals/index.ts';
import type { HubSide, Route } from '../bridge/index.ts';
import { Consumer, type Pump } from '../fanout/index.ts';
import { elsewhere } from '../inbox/index.ts';
import type { LogReader } from '../log/index.ts';
import {
  type EventDraft,
  hubAmongNodes,
  type NodePositions,
  type NodeState,
  type Position,
  type ResumeReason,
  type SessionState,
} from '../protocol/index.ts';
import type { Chore, Service } from '../service.ts';
import { EventsIn } from './events-in.ts';
import { NodeApprovals } from './node-approvals.ts';
import { Nodes } from './nodes.ts';
import { PlaceFile } from './place-file.ts';
import { type Resume, resumeAt } from './resume.ts';

/** A session that lives, as far as a hub has to know it. */
type Living = Readonly<Pick<SessionState, 'sessionId' | 'name' | 'node'>>;

export interface HubOptions {
  /** What this hub is called at the broker. */
  readonly name: string;
  /** The state directory; undefined: nothing is kept. */
  readonly home: string | undefined;
  readonly log: LogReader;
  readonly pump: Pump;
  /** Resolves once they are in the log; `onCommit` is called the moment they are. */
  readonly takeOver: (events: readonly EventDraft[], onCommit: () => void) => Promise<void>;
  readonly tell: (type: 'system.gap' | 'system.node', data: Record<string, unknown>) => Promise<unknown>;
  readonly living: () => readonly Living[];
  /** The session that has a name here. */
  readonly sessionOf: (name: string) => string | undefined;
  /** Who is connected here that may answer what a session asks. */
  readonly listening: () => Listening | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
  readonly warn: (words: string) => void;
  readonly failed: (what: string, error: unknown) => void;
}

/** How often it is said that somebody is here who may answer, in milliseconds. */
const ANNOUNCE_MS = 2000;

export class Hub implements Service {
  readonly name = 'hub';
  readonly chores: readonly Chore[];
  readonly #options: HubOptions;
  /** What it is among the positions. */
  readonly #self: string;
  readonly #file: PlaceFile;
  readonly #events: EventsIn;
  readonly #nodes: Nodes;
  readonly #approvals: NodeApprovals;
  readonly #ends: Consumer;
  readonly #complained = new Set<string>();
  #side: HubSide | undefined;
  #wasListening = false;

  /** @throws Error when the file with its place is not one of ours */
  constructor(options: HubOptions) {
    const { name, home, log, pump, takeOver, failed } = options;
    this.#options = options;
    this.#self = hubAmongNodes(name);
    this.#file = new PlaceFile(home, error => failed('hub: how far it got could not be written', error));
    this.#events = new EventsIn({
      log,
      file: this.#file,
      takeOver: async (arrived, onCommit) => {
        await this.#approvals.prepare(arrived);
        await takeOver(
          arrived.map(({ draft }) => draft),
          onCommit,
        );
      },
      heard: node => this.#nodes.heard(node),
      lost: count => this.#tell('system.gap', { reason: 'evicted', count }),
      refused: words => this.#complain(words),
    });
    this.#nodes = new Nodes(Object.keys(this.#events.nodes), {
      positionOf: node => this.#events.positionOf(node),
      sessionsOf: node => options.living().filter(session => session.node === node).length,
      said: node => void this.#approvals.heard(node),
      changed: (node, state, version) => this.#changed(node, state, version),
      now: options.now,
      uptime: options.uptime,
    });
    this.#approvals = new NodeApprovals({ hub: name, side: () => this.#side });
    this.#ends = new Consumer({
      ...{ name: 'hub: how requests end', log, pump, topics: ['permission.resolved'] },
      deliver: deliveries => {
        for (const { record } of deliveries) this.#approvals.resolved(record);
      },
    });
    this.chores = [
      ...this.#nodes.chores,
      { what: 'hub: saying who is here', everyMs: ANNOUNCE_MS, run: () => this.#announce() },
    ];
  }

  get approvals(): ApprovalQueue {
    return this.#approvals;
  }

  /** How far each node is known, and this hub itself: exact as of the head of the log. */
  get positions(): NodePositions {
    const { epoch, head } = this.#options.log;
    return { ...this.#events.nodes, [this.#self]: { epoch, seq: head } };
  }

  /** Where a client goes on that was at another hub, or is here again after that. */
  readonly resume = async ({ epoch, seq, nodes = {} }: Position): Promise<Resume | ResumeReason> => {
    const { log } = this.#options;
    await this.#events.catchUp(nodes, () => this.#side);
    const from = epoch === log.epoch ? { from: seq } : {};
    return resumeAt({ hub: this.#self, log, known: this.#events.nodes, has: nodes, ...from });
  };

  get nodes(): NodeState[] {
    return this.#nodes.list();
  }

  /** How many there are. */
  get count(): { readonly online: number; readonly away: number } {
    const online = this.#nodes.online.length;
    return { online, away: this.nodes.length - online };
  }

  start(): void {
    this.#ends.start();
  }

  async stop(): Promise<void> {
    this.#side = undefined;
    await this.#ends.stop();
    await this.#file.flush();
  }

  /** The broker is there: everything is asked for anew. */
  async meet(side: HubSide): Promise<void> {
    this.#side = side;
    this.#approvals.doubt(this.#nodes.online);
    await this.#events.read(side);
    await this.#nodes.watch(side);
    this.#announce();
  }

  /** Which node has somebody, and what they are called there; undefined for who is at none. */
  readonly route: Route = address => {
    const { living, sessionOf } = this.#options;
    const place = elsewhere(address);
    if (place !== undefined)
      return this.#nodes.has(place.carrier) ? { node: place.carrier, to: place.there } : undefined;
    const sessionId = sessionOf(address);
    const session = living().find(one => one.sessionId === sessionId);
    if (session?.node === undefined) return undefined;
    // By its own name it is found there though it goes on under another id by then.
    return { node: session.node, to: session.name === address ? address : session.sessionId };
  };

  /** Whether an address is one of somebody at a node. */
  knows(address: string): boolean {
    const place = elsewhere(address);
    return place !== undefined && this.#nodes.has(place.carrier);
  }

  #announce(): void {
    const { name, listening } = this.#options;
    const now = listening();
    if (now === undefined && !this.#wasListening) return;
    this.#wasListening = now !== undefined;
    this.#side?.announce({ hub: name, listening: now });
  }

  #changed(node: string, state: NodeState['state'], version: string | undefined): void {
    if (state === 'online') void this.#approvals.learn(node);
    else this.#approvals.left(node);
    this.#tell('system.node', { name: node, state, ...(version === undefined ? {} : { version }) });
  }

  #tell(type: 'system.gap' | 'system.node', data: Record<string, unknown>): void {
    const { tell, failed } = this.#options;
    tell(type, data).catch(error => failed(`hub: ${type} could not be told`, error));
  }

  /** Once for each thing: whoever floods a broker need not flood this log too. */
  #complain(words: string): void {
    if (this.#complained.has(words) || this.#complained.size >= 100) return;
    this.#complained.add(words);
    this.#options.warn(`hub: ${words}`);
  }
}
