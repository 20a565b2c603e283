// One session with its subagents: what an event changes in it, and what is shown of it.
import type { AgentSnapshot, EventDraft, SessionState, UsageTotals } from '../protocol/index.ts';
import {
  type AboutAgent,
  type AboutSession,
  describeAgent,
  describeSession,
  newAboutAgent,
  newAboutSession,
} from './about.ts';
import { Actor, newActor, type SavedActor } from './actor.ts';
import { everybody, happen } from './happen.ts';
import { text } from './read.ts';
import { shownWait, type Wait, Waits } from './waits.ts';

/** Subagents at rest that are remembered, should they be resumed. */
const RESTING = 20;
/** The tool that starts subagents, by its names in Claude Code (observed with 2.1.329, and before). */
const SPAWNING: ReadonlySet<unknown> = new Set(['Agent', 'Task']);
/** Subagents' calls of it that are remembered, until it is known whom they started. */
const SPAWNED = 200;

/** Few events change the state of others than who they come from and the main agent. */
const ABOUT_ALL: ReadonlySet<string> = new Set([
  'session.discovered',
  'session.updated',
  'session.removed',
  'turn.completed',
]);

export interface SavedSession {
  readonly main: SavedActor<AboutSession>;
  readonly agents: readonly SavedActor<AboutAgent>[];
  readonly waits: readonly Wait[];
  readonly spawned: readonly (readonly [string, string])[];
}

export class Session {
  readonly main: Actor<AboutSession>;
  /** By id, those at rest too. */
  readonly agents: Map<string, Actor<AboutAgent>>;
  readonly waits: Waits;
  /** Which subagent made a call that starts another one. */
  readonly #spawned: Map<string, string>;

  constructor({ main, agents, waits, spawned }: SavedSession) {
    this.main = new Actor(undefined, main);
    this.agents = new Map(agents.map(one => [one.about.agentId, new Actor(one.about.agentId, one)]));
    this.waits = new Waits(waits);
    this.#spawned = new Map(spawned);
  }

  /** Takes an event into account; returns the changes of state that follow from it, as events. */
  apply(event: EventDraft): EventDraft[] {
    const { agentId } = event;
    describeSession(this.main.about, event);
    const actor = agentId === undefined ? this.main : this.#agent(event, agentId);
    if (!actor) return [];
    happen(this, actor, event);
    const concerned = ABOUT_ALL.has(event.type) ? everybody(this) : new Set([actor, this.main]);
    const changed = [...concerned].filter(one => one.settle(timeOf(event), this.waits));
    if (event.type === 'agent.stopped') this.#forgetOldest();
    return changed.map(one => stateChanged(one, event));
  }

  shown(usage: UsageTotals): SessionState {
    const permission = this.waits.first('permission');
    const question = this.waits.first('input');
    return {
      ...this.main.about,
      ...this.main.doing(),
      ...(permission && { pendingPermission: shownWait(permission) }),
      ...(question?.what !== undefined && { waitingFor: question.what }),
      usage,
    };
  }

  shownAgents(usage: (agentId: string) => UsageTotals): AgentSnapshot[] {
    return [...this.agents]
      .filter(([, agent]) => agent.state !== 'offline')
      .map(([agentId, agent]) => {
        const permission = this.waits.first('permission', agent);
        return {
          ...agent.about,
          ...agent.doing(),
          ...(permission && { pendingPermission: shownWait(permission) }),
          usage: usage(agentId),
        };
      });
  }

  save(): SavedSession {
    return {
      main: this.main.save(),
      agents: [...this.agents.values()].map(agent => agent.save()),
      waits: this.waits.all,
      spawned: [...this.#spawned],
    };
  }

  /** The subagent an event is about, with what the event says about it; undefined for one that never started. */
  #agent(event: EventDraft, agentId: string): Actor<AboutAgent> | undefined {
    const known = this.agents.get(agentId);
    if (!known && event.type !== 'agent.started') return undefined;
    const agent = known ?? newActor(agentId, newAboutAgent(event, agentId), event.timestamp);
    this.agents.set(agentId, agent);
    describeAgent(agent.about, event);
    this.#relate(agent, event);
    return agent;
  }

  /** Whoever made the call that started a subagent is its parent; either may be known first. */
  #relate({ about }: Actor<AboutAgent>, { type, data }: EventDraft): void {
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
    for (const { about: child } of this.agents.values()) {
      if (child.toolUseId === call) child.parent = about.agentId;
    }
  }

  #forgetOldest(): void {
    const resting = [...this.agents].filter(([, agent]) => agent.state === 'offline');
    if (resting.length <= RESTING) return;
    const [oldest] = resting.toSorted(([, a], [, b]) => a.stateSince - b.stateSince);
    if (oldest) this.agents.delete(oldest[0]);
  }
}

/** The session that `session.discovered` tells of. */
export function discovered(event: EventDraft): Session {
  const main = newActor(undefined, newAboutSession(event), event.timestamp).save();
  return new Session({ main, agents: [], waits: [], spawned: [] });
}

/** When it happened: what the agent says of itself it may have said a while ago. */
function timeOf({ type, timestamp, data }: EventDraft): number {
  const statusAt = data['statusAt'];
  return type === 'session.updated' && typeof statusAt === 'number' ? statusAt : timestamp;
}

function stateChanged(actor: Actor, event: EventDraft): EventDraft {
  const { state, currentTool } = actor.doing();
  return {
    type: 'agent.state_changed',
    timestamp: timeOf(event),
    sessionId: event.sessionId,
    ...(actor.agentId === undefined ? {} : { agentId: actor.agentId }),
    source: 'hookline',
    data: currentTool === undefined ? { state } : { state, currentTool },
  };
}
