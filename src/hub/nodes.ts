// Which machines there are, and which of them are away: one that is not heard of for a while is.
import type { HubSide, NodeStatus } from '../bridge/index.ts';
import type { NodeState } from '../protocol/index.ts';
import type { Chore } from '../service.ts';

export interface NodesOptions {
  /** What is known of a node's log. */
  readonly positionOf: (node: string) => { readonly epoch: string; readonly seq: number } | undefined;
  /** How many of its sessions live. */
  readonly sessionsOf: (node: string) => number;
  /** One says that it is there. */
  readonly said: (node: string) => void;
  /** One has come, or is away. */
  readonly changed: (node: string, state: NodeState['state'], version: string | undefined) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
}

interface Known {
  status: NodeStatus | undefined;
  isOnline: boolean;
  /** By `uptime`. */
  heard: number;
  /** In milliseconds since 1970; undefined when only its events are known. */
  heardAt: number | undefined;
}

/** A node says every 8 s that it is there; one that missed it twice is away, in milliseconds. */
const AWAY_MS = 20_000;
const LOOK_MS = 1000;

export class Nodes {
  readonly chores: readonly Chore[] = [
    { what: 'hub: looking who is away', everyMs: LOOK_MS, run: () => this.#look() },
  ];
  readonly #options: NodesOptions;
  readonly #all = new Map<string, Known>();

  /** @param before nodes that were known before, and of which nothing was heard yet */
  constructor(before: Iterable<string>, options: NodesOptions) {
    this.#options = options;
    for (const node of before) this.#know(node);
  }

  watch(side: HubSide): Promise<void> {
    return side.watch((node, status) => this.#told(node, status));
  }

  has(node: string): boolean {
    return this.#all.has(node);
  }

  isOnline(node: string): boolean {
    return this.#all.get(node)?.isOnline ?? false;
  }

  get online(): readonly string[] {
    return [...this.#all].filter(([, { isOnline }]) => isOnline).map(([node]) => node);
  }

  /** By name. */
  list(): NodeState[] {
    return [...this.#all.keys()].sort().map(node => this.#stateOf(node));
  }

  /** It is in the stream: that it is there it says by itself. */
  heard(node: string): void {
    this.#know(node);
  }

  #stateOf(node: string): NodeState {
    const { positionOf, sessionsOf } = this.#options;
    const { status, isOnline, heardAt } = this.#know(node);
    const position = positionOf(node);
    const epoch = status?.epoch ?? position?.epoch;
    const lastSeq = position !== undefined && position.epoch === epoch ? position.seq : 0;
    return {
      node,
      state: isOnline ? 'online' : 'away',
      ...(status === undefined ? {} : { version: status.version }),
      ...(epoch === undefined ? {} : { epoch }),
      lastSeq,
      behind: status === undefined ? 0 : Math.max(0, status.seq - lastSeq),
      sessions: sessionsOf(node),
      ...(heardAt === undefined ? {} : { heardAt }),
    };
  }

  #told(node: string, status: NodeStatus | undefined): void {
    const known = this.#know(node);
    if (status !== undefined) {
      known.status = status;
      known.heard = this.#options.uptime();
      known.heardAt = this.#options.now();
    }
    this.#turn(node, known, status !== undefined);
    if (status !== undefined) this.#options.said(node);
  }

  #look(): void {
    const now = this.#options.uptime();
    for (const [node, known] of this.#all)
      if (known.isOnline && now - known.heard > AWAY_MS) this.#turn(node, known, false);
  }

  #turn(node: string, known: Known, isOnline: boolean): void {
    if (known.isOnline === isOnline) return;
    known.isOnline = isOnline;
    this.#options.changed(node, isOnline ? 'online' : 'away', known.status?.version);
  }

  #know(node: string): Known {
    const known = this.#all.get(node) ?? {
      ...{ status: undefined, isOnline: false, heard: 0, heardAt: undefined },
    };
    this.#all.set(node, known);
    return known;
  }
}
