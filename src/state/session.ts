// One session with its subagents: what an event changes in it, and what is shown of it.
import {
  type AgentSnapshot,
  type EventDraft,
  head,
  type SessionState,
  type TurnFailure,
  type UsageTotals,
} from '../protocol/index.ts';
import { Actor, type Besides, newActor, type SavedActor } from './actor.ts';
import {
  type AgentAttributes,
  describeAgent,
  describeSession,
  newAgentAttributes,
  newSessionAttributes,
  type SessionAttributes,
} from './attributes.ts';
import { runs, together } from './json.ts';
import { PendingRequests, shownWait, type Wait } from './pending.ts';
import { text } from './read.ts';
import type { LeftBehind } from './session-handoff.ts';
import { everybody, transition } from './transitions.ts';

/** Subagents at rest that are remembered, should they be resumed. */
const RESTING = 20;
/** The tool that starts subagents, by its names in Claude Code (observed with 2.1.329, and before). */
const SPAWNING: ReadonlySet<unknown> = new Set(['Agent', 'Task']);
/** Subagents' calls of it that are remembered, until it is known whom they started. */
const SPAWNED = 200;

/** Characters of what is said of an error that are shown. */
const DETAILS = 300;

/** Few events change the state of everybody. */
const ABOUT_ALL: ReadonlySet<string> = new Set([
  'session.discovered',
  'session.updated',
  'session.removed',
  'turn.completed',
]);

/** In how many pieces of memory the JSON of subagents may lie; what has changed is a piece of its own at first. */
const PIECES = 9;

type Somebody = Actor<SessionAttributes | AgentAttributes>;

/** What is known of somebody elsewhere: by its id, and by the model it uses. */
export interface Known {
  readonly usage: (agentId: string | undefined) => UsageTotals;
  readonly contextWindow: (model: string) => number | undefined;
  /** Of the session: the largest budget it has crossed, in US dollars. */
  readonly overBudget: () => number | undefined;
}

export interface SavedSession {
  readonly main: SavedActor<SessionAttributes>;
  readonly agents: readonly SavedActor<AgentAttributes>[];
  readonly waits: readonly Wait[];
  readonly spawned: readonly (readonly [string, string])[];
}

/** A session, and those of its subagents that are at work, as items of lists in JSON; the subagents in one piece or more. */
export interface SessionJson {
  readonly session: Buffer;
  readonly agents: readonly Buffer[];
}

export class Session {
  readonly main: Actor<SessionAttributes>;
  /** By id, those at rest too. */
  readonly agents: Map<string, Actor<AgentAttributes>>;
  readonly waits: PendingRequests;
  /** Which subagent made a call that starts another one. */
  readonly #spawned: Map<string, string>;
  #json: SessionJson | undefined;

  constructor({ main, agents, waits, spawned }: SavedSession) {
    this.main = new Actor(undefined, main);
    this.agents = new Map(agents.map(one => [one.shown.agentId, new Actor(one.shown.agentId, one)]));
    this.waits = new PendingRequests(waits);
    this.#spawned = new Map(spawned);
  }

  get sessionId(): string {
    return this.main.about.sessionId;
  }

  /** Whether a subagent is at work. */
  get hasHelp(): boolean {
    for (const { state } of this.agents.values()) if (state !== 'offline') return true;
    return false;
  }

  /** Takes an event into account; returns the changes of state that follow from it, as events. */
  apply(event: EventDraft): EventDraft[] {
    const { agentId } = event;
    this.#json = undefined;
    this.main.touch();
    const somebody = agentId === undefined ? this.main : this.agents.get(agentId);
    const counts = !somebody?.stopsAgain(event);
    describeSession(this.main.about, event, counts);
    const actor = agentId === undefined ? this.main : this.#agent(event, agentId, counts);
    if (!actor) return [];
    const waiting = this.waits.all;
    transition(this, actor, event);
    const concerned = ABOUT_ALL.has(event.type) ? everybody(this) : this.#concerned(actor, waiting);
    const changed: EventDraft[] = [];
    for (const one of concerned) {
      one.touch();
      if (one.settle(timeOf(event), this.waits)) changed.push(stateChanged(one, event));
    }
    this.#judge(event);
    if (event.type === 'agent.stopped') this.#forgetOldest();
    return changed;
  }

  /** A turn that failed counts until the main agent does something again; one that is told only after that does not count. */
  #judge(event: EventDraft): void {
    const { about, state, stateSince } = this.main;
    if (state !== 'idle') delete about.failure;
    else if (event.agentId !== undefined) return;
    else if (event.type === 'turn.completed') delete about.failure;
    else if (event.type === 'turn.failed' && event.timestamp >= stateSince) {
      const failure = failureOf(event);
      if (failure !== undefined) about.failure = failure;
    }
  }

  /** Whoever is at work, with all that is known of them: they go on when the session does not. */
  leaveBehind(): LeftBehind {
    const { sessionId, pid, procStart } = this.main.about;
    const agents = this.#atWork().map(agent => agent.saved());
    const waits = this.waits.all.filter(({ agentId }) => agentId !== undefined);
    return { sessionId, pid, procStart, agents, waits, spawned: [...this.#spawned] };
  }

  /** Takes in who was left behind by another session; what they do is told anew by the event that follows. */
  takeIn({ agents, waits, spawned }: LeftBehind): void {
    for (const [call, agentId] of spawned) this.#spawned.set(call, agentId);
    for (const { shown, ...rest } of agents) {
      const { agentId } = shown;
      if (this.agents.has(agentId)) continue;
      const { currentTool: _, ...known } = shown;
      const here = { ...known, sessionId: this.sessionId, state: 'offline' as const };
      this.agents.set(agentId, new Actor(agentId, { shown: here, ...rest }));
      this.waits.takeIn(waits);
    }
  }

  shown(known: Known): SessionState {
    return { ...this.main.shown(), ...this.#besides(this.main, known) };
  }

  shownAgents(known: Known): AgentSnapshot[] {
    return this.#atWork().map(agent => ({ ...agent.shown(), ...this.#besides(agent, known) }));
  }

  shownAgent(agentId: string, known: Known): AgentSnapshot | undefined {
    const agent = this.agents.get(agentId);
    return agent && agent.state !== 'offline'
      ? { ...agent.shown(), ...this.#besides(agent, known) }
      : undefined;
  }

  /** The same as JSON, made again only for those who have changed. */
  json(known: Known): SessionJson {
    this.#json ??= this.#makeJson(actor => actor.json(() => this.#besides(actor, known)));
    return this.#json;
  }

  /** Something has been used that no event of the session told. */
  spent(): void {
    this.#json = undefined;
    this.main.touch();
  }

  /** Gives a `SavedSession` of this moment as JSON text, whenever it is called. */
  saving(known: Known): () => string {
    const saving = (actor: Somebody): (() => string) => actor.saving(() => this.#besides(actor, known));
    const main = saving(this.main);
    const agents = [...this.agents.values()].map(saving);
    const rest = { waits: this.waits.all, spawned: [...this.#spawned] };
    return () =>
      `{"main":${main()},"agents":[${agents.map(json => json()).join(',')}],${JSON.stringify(rest).slice(1)}`;
  }

  /** Who an event comes from, the main agent, and whoever waits no more, or waits now. */
  #concerned(actor: Actor, waiting: readonly Wait[]): Set<Actor> {
    const concerned = new Set([actor, this.main]);
    if (this.waits.all === waiting) return concerned;
    for (const { agentId } of [...waiting, ...this.waits.all]) {
      const one = agentId === undefined ? undefined : this.agents.get(agentId);
      if (one) concerned.add(one);
    }
    return concerned;
  }

  #makeJson(json: (actor: Somebody) => Buffer): SessionJson {
    const atWork = this.#atWork();
    const agents = runs(atWork.map(json));
    if (agents.length <= PIECES) return { session: json(this.main), agents };
    const joined = together(atWork.map(json));
    for (const [index, one] of joined.entries()) atWork[index]?.keptAs(one);
    return { session: json(this.main), agents: runs(joined) };
  }

  #atWork(): Actor<AgentAttributes>[] {
    return [...this.agents.values()].filter(agent => agent.state !== 'offline');
  }

  /** What is shown of somebody that is not kept with them. */
  #besides(actor: Somebody, known: Known): Besides {
    const main = actor === this.main;
    const permission = this.waits.first('permission', main ? undefined : actor);
    const overBudget = main ? known.overBudget() : undefined;
    const question = main ? this.waits.first('input') : undefined;
    return {
      ...(permission && { pendingPermission: shownWait(permission) }),
      ...(question?.what !== undefined && { waitingFor: question.what }),
      ...(main && (permission ?? question)?.vague && { atTerminal: true }),
      usage: known.usage(actor.agentId),
      ...(overBudget === undefined ? {} : { overBudget }),
      ...contextOf(actor.about, known),
    };
  }

  /** The subagent an event is about, with what the event says about it; undefined for one that never started. */
  #agent(event: EventDraft, agentId: string, counts: boolean): Actor<AgentAttributes> | undefined {
    const known = this.agents.get(agentId);
    if (!known && event.type !== 'agent.started') return undefined;
    const agent = known ?? newActor(agentId, newAgentAttributes(event, agentId), event.timestamp);
    this.agents.set(agentId, agent);
    describeAgent(agent.about, event, counts);
    agent.touch();
    this.#relate(agent, event);
    return agent;
  }

  /** Whoever made the call that started a subagent is its parent; either may be known first. */
  #relate({ about }: Actor<AgentAttributes>, { type, data }: EventDraft): void {
    if (type === 'agent.updated') {
      const parent = about.toolUseId === undefined ? undefined : this.#spawned.get(about.toolUseId);
      if (parent !== undefined) about.parent = parent;
    }
    const call = type === 'tool.use' && SPAWNING.has(data['toolName']) ? text(data, 'toolUseId') : undefined;
    if (call === undefined) return;
    this.#spawned.set(call, about.agentId);
    for (const oldest of this.#spawned.keys()) {
      if (this.#spawned.size <= SPAWNED) break;
      this.#spawned.delete(oldest);
    }
    for (const child of this.agents.values()) {
      if (child.about.toolUseId !== call) continue;
      child.about.parent = about.agentId;
      child.touch();
    }
  }

  #forgetOldest(): void {
    const resting = [...this.agents].filter(([, agent]) => agent.state === 'offline');
    if (resting.length <= RESTING) return;
    const [oldest] = resting.toSorted(([, a], [, b]) => a.stateSince - b.stateSince);
    if (oldest) this.agents.delete(oldest[0]);
  }
}

/** The session that `session.discovered` tells of. @param counts of it before it ended, where it goes on */
export function discovered(event: EventDraft, counts?: SessionAttributes['counts']): Session {
  const shown = newActor(undefined, newSessionAttributes(event, counts), event.timestamp).shown();
  const main = { shown, turn: { over: true, since: 0, ended: [] }, overdue: [] };
  return new Session({ main, agents: [], waits: [], spawned: [] });
}

/** How much fits: what is in there shows when it is more than is usual for the model. */
function contextOf(
  { model, contextTokens = 0 }: SessionAttributes | AgentAttributes,
  { contextWindow }: Known,
): Pick<SessionState, 'contextWindow'> {
  const usual = model === undefined ? undefined : contextWindow(model);
  return usual === undefined || contextTokens > usual ? {} : { contextWindow: usual };
}

/** Undefined for a turn that the user broke off. */
function failureOf({ timestamp: at, data }: EventDraft): TurnFailure | undefined {
  const [error, details] = [text(data, 'error'), text(data, 'errorDetails')];
  if (error === 'interrupted') return undefined;
  return {
    at,
    ...(error === undefined ? {} : { error }),
    ...(details === undefined ? {} : { errorDetails: head(details, DETAILS) }),
  };
}

/** When it happened: what the agent says of itself it may have said a while ago. */
function timeOf({ type, timestamp, data }: EventDraft): number {
  const statusAt = data['statusAt'];
  return type === 'session.updated' && typeof statusAt === 'number' ? statusAt : timestamp;
}

function stateChanged(actor: Actor, event: EventDraft): EventDraft {
  const { state, currentTool } = actor;
  return {
    type: 'agent.state_changed',
    timestamp: timeOf(event),
    sessionId: event.sessionId,
    ...(actor.agentId === undefined ? {} : { agentId: actor.agentId }),
    source: 'hookline',
    data: currentTool === undefined ? { state } : { state, currentTool },
  };
}
