// What the whole page knows: the connection, the sessions and agents as they are now, and the newest events.
import type { Snapshot } from '../../src/client/index.ts';
import type {
  AgentSnapshot,
  EventEnvelope,
  NodeState,
  OpenAlert,
  Position,
  SessionState,
} from '../../src/protocol/index.ts';
import { type Named, nodeOf, placed, sessionName } from '../design/names.ts';
import { baseName, line } from '../design/text.ts';
import { getNodes } from './api.ts';
import { type Entry, entryOf, noteEntry } from './entry.ts';
import { Ring } from './ring.ts';
import { type Gap, type Handlers, type Note, type Phase, Stream } from './stream.ts';
import { compilePatterns } from './topics.ts';

/** Events kept for the feed. */
export const KEPT = 100_000;
/** How long after something moved the state is asked for again, in milliseconds: seen at once, or in the background. */
const ASK_MS = { seen: 250, hidden: 1500 };
/** Names kept of sessions and agents that are over. */
const NAMES = 2000;
/** Events that change what the board shows. */
const MOVES = compilePatterns(
  'session.* agent.* tool.* prompt.* turn.* permission.* elicitation.* model.* cwd.* usage.* task.* alert.*',
);

/** What `events` brings: the events that came. */
export type EventsEvent = CustomEvent<readonly EventEnvelope[]>;

interface LiveEvents {
  phase: Event;
  position: Event;
  state: Event;
  rows: Event;
  names: Event;
  renumbered: Event;
  events: EventsEvent;
}

/**
 * Dispatches `phase`, `position`, `state` (sessions and agents), `rows` (the ring), `names`, `renumbered`, and `events`, whose
 * `detail` is the list of events that came.
 */
export class Live extends EventTarget {
  phase: Phase = { phase: 'connecting' };
  /** That of the last event received; undefined before the first. */
  position: Position | undefined;
  oldestSeq = 1;
  sessions: readonly SessionState[] = [];
  agents: readonly AgentSnapshot[] = [];
  /** Alerts that are open. */
  alerts: readonly OpenAlert[] = [];
  /** The machines that a hub shows, by name; none where this is no hub. */
  nodes: ReadonlyMap<string, NodeState> = new Map();
  /** Whether they were asked for. */
  #nodesAsked = false;
  /** The keys of the tool calls that run. */
  running: ReadonlySet<string> = new Set();
  /** Whether the state was told at least once. */
  known = false;
  /** The gaps told so far. */
  gaps: Gap[] = [];
  readonly ring = new Ring<Entry>(KEPT);
  readonly #names = new Map<string, string>();
  /** Of whom only a folder is known, which may be one below its own. */
  readonly #guessed = new Set<string>();
  readonly #stream: Stream;
  #asking: ReturnType<typeof setTimeout> | undefined;

  /** @param topics default all */
  constructor(url: string, topics?: readonly string[]) {
    super();
    const handlers: Handlers = {
      phase: phase => {
        this.phase = phase;
        this.#tell('phase');
      },
      position: position => {
        this.position = position;
        this.#tell('position');
      },
      snapshot: snapshot => this.#snapshot(snapshot),
      events: events => this.#events(events),
      renumbered: () => this.#renumbered(),
      note: note => this.#note(note),
    };
    this.#stream = new Stream(url, handlers, topics === undefined ? {} : { topics });
  }

  /** Listens for what this class says it dispatches, and for nothing else. */
  on<Name extends keyof LiveEvents>(
    name: Name,
    hear: (event: LiveEvents[Name]) => void,
    options: AddEventListenerOptions = {},
  ): void {
    this.addEventListener(name, event => hear(event as LiveEvents[Name]), options);
  }

  /** What to call a session. */
  nameOf(sessionId: string): string {
    if (sessionId === '') return 'hookline';
    return this.#names.get(sessionId) ?? line(sessionId, 8);
  }

  /** What to call an agent of a session. */
  agentName(agentId: string): string {
    return this.#names.get(`agent ${agentId}`) ?? line(agentId, 8);
  }

  /** Whether the machine of a session is not heard of: whatever is known of it may have changed. */
  isAway({ node }: Pick<SessionState, 'node'>): boolean {
    return node !== undefined && this.nodes.get(node)?.state === 'away';
  }

  session(sessionId: string): SessionState | undefined {
    return this.sessions.find(session => session.sessionId === sessionId);
  }

  /** Takes over names from events that did not come live. */
  learn(events: readonly EventEnvelope[]): void {
    for (const event of events) this.#learn(event);
    this.#tell('names');
  }

  /** Takes over what sessions are called. */
  learnSessions(sessions: readonly (Named & { readonly sessionId: string })[]): void {
    for (const one of sessions) if (this.#isOpen(one.sessionId)) this.#name(one.sessionId, sessionName(one));
    this.#tell('names');
  }

  hurry(): void {
    this.#stream.hurry();
  }

  close(): void {
    clearTimeout(this.#asking);
    this.#stream.close();
  }

  #snapshot({ sessions, agents, alerts = [], nodes, oldestSeq, epoch, seq }: Snapshot): void {
    this.known = true;
    this.oldestSeq = oldestSeq;
    this.position ??= { epoch, seq };
    this.sessions = sessions;
    this.agents = agents;
    this.alerts = alerts;
    this.running = new Set(
      [...sessions, ...agents].flatMap(({ sessionId, currentTools }) =>
        currentTools.map(({ toolUseId }) => `${sessionId} ${toolUseId}`),
      ),
    );
    for (const session of sessions) this.#name(session.sessionId, placed(sessionName(session), session.node));
    for (const { agentId, agentType, description } of agents)
      this.#name(`agent ${agentId}`, line(description ?? agentType, 60));
    this.#tell('state');
    if (nodes !== undefined && !this.#nodesAsked) void this.#askNodes();
  }

  async #askNodes(): Promise<void> {
    this.#nodesAsked = true;
    const told = await getNodes().catch(() => undefined);
    // With the next snapshot, then.
    if (told === undefined) this.#nodesAsked = false;
    else this.nodes = new Map(told.nodes.map(one => [one.node, one]));
    this.#tell('state');
  }

  #events(events: readonly EventEnvelope[]): void {
    let moved = false;
    for (const event of events) {
      this.#learn(event);
      moved ||= MOVES(event.type);
    }
    if (events.some(({ type }) => type === 'system.node')) void this.#askNodes();
    this.ring.add(events.map(entryOf));
    this.dispatchEvent(new CustomEvent('events', { detail: events }));
    this.#tell('rows');
    if (moved) this.#askSoon();
  }

  #note(note: Note): void {
    if (note.kind === 'gap') this.gaps.push(note);
    this.ring.add([noteEntry(note, Date.now())]);
    this.#tell('rows');
  }

  #renumbered(): void {
    this.ring.clear();
    this.gaps = [];
    this.#tell('renumbered');
  }

  #learn({ type, sessionId, agentId, data }: EventEnvelope): void {
    if (type === 'agent.updated' && typeof data.description === 'string')
      this.#name(`agent ${agentId}`, line(data.description, 60));
    else if (type === 'agent.started' && !this.#names.has(`agent ${agentId}`))
      this.#name(`agent ${agentId}`, line(data.agentType, 60));
    else if (type.startsWith('session.') && typeof data.name === 'string')
      this.#name(sessionId, placed(line(data.name, 60), nodeOf(data)));
    else if (typeof data.cwd === 'string' && this.#isOpen(sessionId)) {
      const name = placed(line(baseName(data.cwd), 60), nodeOf(data));
      if (type === 'session.discovered') this.#name(sessionId, name);
      else if (!this.#guessed.has(sessionId)) this.#guess(sessionId, name);
    }
  }

  /** Whether a better name would be welcome. */
  #isOpen(sessionId: string): boolean {
    return sessionId !== '' && (!this.#names.has(sessionId) || this.#guessed.has(sessionId));
  }

  #guess(key: string, name: string): void {
    this.#name(key, name);
    if (name !== '') this.#guessed.add(key);
  }

  #name(key: string, name: string): void {
    if (name === '') return;
    this.#names.delete(key);
    this.#guessed.delete(key);
    this.#names.set(key, name);
    if (this.#names.size <= NAMES) return;
    const [oldest] = this.#names.keys();
    if (oldest === undefined) return;
    this.#names.delete(oldest);
    this.#guessed.delete(oldest);
  }

  // The daemon's own projection is the only one: the page never guesses what an event does to a session.
  #askSoon(): void {
    this.#asking ??= setTimeout(
      () => {
        this.#asking = undefined;
        this.#stream.askSnapshot();
      },
      globalThis.document?.hidden ? ASK_MS.hidden : ASK_MS.seen,
    );
  }

  #tell(what: keyof LiveEvents): void {
    this.dispatchEvent(new Event(what));
  }
}
