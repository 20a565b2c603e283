// Whoever works in a session, the main agent or a subagent: what is known of its turn and its calls, and the state that follows.
import type { AgentState, EventDraft, FinishedTool, RunningTool, SessionState } from '../protocol/index.ts';
import { Calls } from './calls.ts';
import { item, itemText } from './json.ts';
import type { PendingRequests } from './pending.ts';
import { text } from './read.ts';

/** Asynchronous hooks may come this long after the turn they belong to has ended, in milliseconds. */
const LATE_MS = 2000;

/** The turn it is in, or the one that ended last. */
interface Turn {
  readonly over: boolean;
  /** When it began or ended, in milliseconds since 1970; 0 before the first one. */
  readonly since: number;
  /** The prompts of the turns that ended last. */
  readonly ended: readonly string[];
  /** The user stopped it, and whatever the agent did since was to say so. */
  readonly stopped?: boolean;
}

/** After these it can be stopped anew. */
const GOES_ON: ReadonlySet<string> = new Set(['prompt.submitted', 'tool.use', 'turn.completed']);

const isStop = ({ type, data }: EventDraft): boolean =>
  (type === 'tool.result' && data['interrupted'] === true) ||
  (type === 'turn.failed' && data['error'] === 'interrupted');

/** How many turns back a late hook is still known to be late. */
const ENDED = 4;

/** The state as it was last told. */
interface Told {
  readonly state: AgentState;
  readonly since: number;
  readonly tool?: string;
}

/** What sessions and subagents show of what they are doing. */
export interface Doing {
  state: AgentState;
  stateSince: number;
  currentTool?: string;
  currentTools: RunningTool[];
  lastTools: FinishedTool[];
}

export interface SavedActor<About> {
  /** With what is kept elsewhere too. */
  readonly shown: About & Doing & Partial<Besides>;
  readonly turn: Turn;
  readonly overdue: readonly RunningTool[];
}

/** What is shown of somebody but kept elsewhere. */
export type Besides = Pick<
  SessionState,
  'pendingPermission' | 'waitingFor' | 'atTerminal' | 'usage' | 'contextWindow' | 'overBudget'
>;

export class Actor<About extends object = object> {
  /** Undefined for the main agent. */
  readonly agentId: string | undefined;
  /** What is known about it besides what it is doing. Call `touch` after a change. */
  readonly about: About;
  readonly calls: Calls;
  #turn: Turn;
  #told: Told;
  #gone = false;
  #json: Buffer | undefined;

  constructor(agentId: string | undefined, { shown, turn, overdue }: SavedActor<About>) {
    const { pendingPermission: _permission, waitingFor: _question, ...others } = shown;
    const { atTerminal: _where, usage: _usage, contextWindow: _window, overBudget: _over, ...own } = others;
    const { state, stateSince, currentTool, currentTools, lastTools, ...about } = own;
    this.agentId = agentId;
    this.about = about as unknown as About;
    this.calls = new Calls(currentTools, lastTools, overdue);
    this.#turn = turn;
    this.#told = { state, since: stateSince, ...(currentTool === undefined ? {} : { tool: currentTool }) };
  }

  get state(): AgentState {
    return this.#told.state;
  }

  get stateSince(): number {
    return this.#told.since;
  }

  get currentTool(): string | undefined {
    return this.#told.tool;
  }

  /** Whether its turn is over, and was so already at that moment. */
  restsAt(at: number): boolean {
    return this.#turn.over && this.#turn.since <= at;
  }

  /** A turn begins, unless it is known to have ended later than that. */
  begins(at: number): void {
    if (at >= this.#turn.since) this.#turn = { ...this.#turn, over: false, since: at };
  }

  /** The turn ends; returns false, and nothing changes, when one is known to have begun later than that. */
  ends(at: number, promptId?: string): boolean {
    if (at < this.#turn.since) return false;
    const ended = promptId === undefined ? [] : [promptId];
    this.#turn = { over: true, since: at, ended: [...this.#turn.ended, ...ended].slice(-ENDED) };
    this.calls.turnEnds();
    return true;
  }

  /** It is gone, whatever it was doing. */
  quits(): void {
    this.#gone = true;
    this.#turn = { ...this.#turn, over: true };
    this.calls.turnEnds();
  }

  /**
   * A call begins. Right after the end of its turn that is a late hook: the call is shown while it runs, but the turn stays over.
   * Later, or under a new prompt, it shows that the work goes on, as it does after a Stop hook that objected.
   */
  calling(event: EventDraft): void {
    const { over, since, ended } = this.#turn;
    const { timestamp, data } = event;
    this.calls.begin(event);
    if (!over) return;
    const promptId = text(data, 'promptId');
    const newTurn = this.agentId === undefined && promptId !== undefined && !ended.includes(promptId);
    if (timestamp < since) this.calls.turnEnds();
    else if (newTurn || timestamp > since + LATE_MS) this.begins(timestamp);
  }

  /** Whether an event tells once more that the user stopped something: each call that ran says so, and then the turn. */
  stopsAgain(event: EventDraft): boolean {
    const again = this.#turn.stopped === true;
    if (isStop(event)) this.#turn = { ...this.#turn, stopped: true };
    else if (GOES_ON.has(event.type)) this.#turn = { ...this.#turn, stopped: false };
    return again && isStop(event);
  }

  /** Something that is shown of it has changed, or may have. */
  touch(): void {
    this.#json = undefined;
  }

  /** Takes over the state that follows from what is known now; true when it, or the current tool, has changed. */
  settle(at: number, waits: PendingRequests): boolean {
    const state = this.#stateNow(waits);
    const tool = this.calls.running.at(-1)?.toolName;
    const { state: before, since, tool: toolBefore } = this.#told;
    if (state === before && tool === toolBefore) return false;
    this.#told = { state, since: state === before ? since : at, ...(tool === undefined ? {} : { tool }) };
    return true;
  }

  shown(): About & Doing {
    const { state, since, tool } = this.#told;
    return {
      ...this.about,
      state,
      stateSince: since,
      ...(tool === undefined ? {} : { currentTool: tool }),
      currentTools: [...this.calls.running],
      lastTools: [...this.calls.last],
    };
  }

  /** What is shown and what there is besides, as an item of a list in JSON. It is made again only after a `touch`: most of a snapshot is as it was. */
  json(besides: () => object): Buffer {
    this.#json ??= item({ ...this.shown(), ...besides() });
    return this.#json;
  }

  /** The same bytes are kept together with those of others now: there need not be two of them. */
  keptAs(json: Buffer): void {
    this.#json = json;
  }

  saved(): SavedActor<About> {
    return { shown: this.shown(), turn: this.#turn, overdue: this.calls.overdue };
  }

  /** Gives a `SavedActor` of this moment as JSON text, whenever it is called. */
  saving(besides: () => object): () => string {
    const json = this.json(besides);
    const rest = { turn: this.#turn, overdue: this.calls.overdue };
    return () => `{"shown":${itemText(json)},${JSON.stringify(rest).slice(1)}`;
  }

  #stateNow(waits: PendingRequests): AgentState {
    if (this.#gone) return 'offline';
    if (waits.first('permission', this)) return 'waiting_permission';
    if (waits.first('input', this)) return 'waiting_input';
    if (this.calls.running.length > 0) return 'tool_running';
    if (!this.#turn.over) return 'working';
    return this.agentId === undefined ? 'idle' : 'offline';
  }
}

/** One that has done nothing yet. */
export function newActor<About extends object>(
  agentId: string | undefined,
  about: About,
  at: number,
): Actor<About> {
  const state = agentId === undefined ? 'idle' : 'offline';
  return new Actor(agentId, {
    shown: { ...about, state, stateSince: at, currentTools: [], lastTools: [] },
    turn: { over: true, since: 0, ended: [] },
    overdue: [],
  });
}
