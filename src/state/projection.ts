// The projection of the log that snapshots show: which sessions and agents there are and what they do.
import type { AgentSnapshot, EventDraft, SessionState, Usage } from '../protocol/index.ts';
import { Bookmarks, type SavedBookmarks } from './bookmarks.ts';
import {
  type Actor,
  type Agent,
  currentTool,
  describe,
  newAgent,
  newSession,
  nextState,
  type Session,
} from './sessions.ts';
import { type SavedUsage, UsageLedger } from './usage.ts';

/** Changes whenever a saved state would be read wrongly by this code. */
const SHAPE = 2;

type Plain<T extends Actor> = Omit<T, 'running'> & {
  readonly running: readonly (readonly [string, string])[];
};

interface Saved {
  readonly shape: number;
  readonly sessions: readonly Plain<Session>[];
  readonly agents: readonly Plain<Agent>[];
  readonly usage: SavedUsage;
  readonly bookmarks: SavedBookmarks;
}

/** A pure function of the events applied: the same events in the same order give the same state. */
export class Projection {
  readonly #sessions = new Map<string, Session>();
  /** By session, then agent id. */
  readonly #agents = new Map<string, Map<string, Agent>>();

  readonly #usage = new UsageLedger();
  readonly #bookmarks = new Bookmarks();

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** What one session, or all of them together, have used. */
  usage(sessionId?: string): Usage {
    return this.#usage.total(sessionId);
  }

  /** The transcripts of the sessions that live. */
  transcripts(): { readonly sessionId: string; readonly path: string }[] {
    return [...this.#sessions.values()].flatMap(({ shown: { sessionId, transcriptPath } }) =>
      transcriptPath === undefined ? [] : [{ sessionId, path: transcriptPath }],
    );
  }

  /** The byte offset up to which a transcript has been told. */
  readUpTo(sessionId: string, agentId?: string): number {
    return this.#bookmarks.of(sessionId, agentId);
  }

  transcriptPath(sessionId: string): string | undefined {
    return this.#sessions.get(sessionId)?.shown.transcriptPath;
  }

  has(sessionId: string): boolean {
    return this.#sessions.has(sessionId);
  }

  sessions(): SessionState[] {
    return [...this.#sessions.values()].map(session => ({
      ...session.shown,
      counts: { ...session.shown.counts },
      ...shownState(session),
    }));
  }

  agents(): AgentSnapshot[] {
    return [...this.#agents.values()].flatMap(agents =>
      [...agents.values()].map(agent => ({ ...agent.shown, ...shownState(agent) })),
    );
  }

  /** The whole state as text, for `load`. */
  save(): string {
    const actors = <T extends Actor>(all: Iterable<T>) =>
      [...all].map(actor => ({ ...actor, running: [...actor.running] }));
    return JSON.stringify({
      shape: SHAPE,
      sessions: actors(this.#sessions.values()),
      agents: actors([...this.#agents.values()].flatMap(agents => [...agents.values()])),
      usage: this.#usage.save(),
      bookmarks: this.#bookmarks.save(),
    });
  }

  /** Takes over a saved state; false when it was saved by a hookline that kept other things. */
  load(text: string): boolean {
    const saved = JSON.parse(text) as Saved;
    if (saved.shape !== SHAPE) return false;
    for (const session of saved.sessions) {
      this.#sessions.set(session.shown.sessionId, { ...session, running: new Map(session.running) });
    }
    for (const agent of saved.agents) {
      const { agentId, sessionId } = agent.shown;
      const agents = this.#agents.get(sessionId) ?? new Map<string, Agent>();
      this.#agents.set(sessionId, agents.set(agentId, { ...agent, running: new Map(agent.running) }));
    }
    this.#usage.load(saved.usage);
    this.#bookmarks.load(saved.bookmarks);
    return true;
  }

  /** Applies one event and returns the events that follow from it
   * (`agent.state_changed`, `usage.updated`). When a log is replayed they are in it already. */
  apply(event: EventDraft): EventDraft[] {
    if (event.sessionId === '' || event.type === 'agent.state_changed') return [];
    this.#bookmarks.apply(event);
    const spent = this.#usage.apply(event);
    if (event.type === 'usage.updated') return [];
    return [...spent, ...this.#applyToActors(event)];
  }

  #applyToActors(event: EventDraft): EventDraft[] {
    if (event.type === 'session.discovered' && !this.#sessions.has(event.sessionId)) {
      this.#sessions.set(event.sessionId, newSession(event));
    }
    const session = this.#sessions.get(event.sessionId);
    if (!session) return [];
    describe(session, event);
    const changed =
      event.agentId === undefined ? move(session, event) : this.#applyToAgent(event, event.agentId);
    return event.type === 'session.removed' ? [...this.#forget(event), ...changed] : changed;
  }

  #applyToAgent(event: EventDraft, agentId: string): EventDraft[] {
    const agents = this.#agents.get(event.sessionId) ?? new Map<string, Agent>();
    this.#agents.set(event.sessionId, agents);
    if (event.type === 'agent.started' && !agents.has(agentId)) {
      const agent = newAgent(event, agentId);
      agents.set(agentId, agent);
      return [stateChanged(agent, event)];
    }
    const agent = agents.get(agentId);
    if (!agent) return [];
    agent.shown.lastActivityAt = Math.max(agent.shown.lastActivityAt, event.timestamp);
    const changed = move(agent, event);
    if (event.type === 'agent.stopped') agents.delete(agentId);
    return changed;
  }

  /** Ends a session and whoever still works in it. */
  #forget(end: EventDraft): EventDraft[] {
    const agents = this.#agents.get(end.sessionId) ?? new Map<string, Agent>();
    this.#sessions.delete(end.sessionId);
    this.#agents.delete(end.sessionId);
    return [...agents].flatMap(([agentId, agent]) => move(agent, { ...end, agentId }));
  }
}

function move(actor: Actor, event: EventDraft): EventDraft[] {
  const before = actor.state;
  const toolBefore = currentTool(actor);
  actor.state = nextState(actor, event);
  return actor.state === before && currentTool(actor) === toolBefore ? [] : [stateChanged(actor, event)];
}

function stateChanged(actor: Actor, event: EventDraft): EventDraft {
  return {
    type: 'agent.state_changed',
    timestamp: event.timestamp,
    sessionId: event.sessionId,
    ...(event.agentId === undefined ? {} : { agentId: event.agentId }),
    source: 'hookline',
    data: shownState(actor),
  };
}

function shownState(actor: Actor): { state: Actor['state']; currentTool?: string } {
  const tool = currentTool(actor);
  return tool === undefined ? { state: actor.state } : { state: actor.state, currentTool: tool };
}
