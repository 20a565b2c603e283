// What the whole page knows: the connection, the sessions and agents as they are now, and the newest events.
import { sessionName } from '../design/names.js';
import { baseName, line } from '../design/text.js';
import { getEvents } from './api.js';
import { entryOf, noteEntry } from './entry.js';
import { Ring } from './ring.js';
import { Stream } from './stream.js';
import { compilePatterns } from './topics.ts';

/** Events kept for the feed. */
export const KEPT = 100_000;
/** How long after something moved the state is asked for again, in milliseconds: seen at once, or in the background. */
const ASK_MS = { seen: 250, hidden: 1500 };
const NOTHING = { events: [] };
/** Names kept of sessions and agents that are over. */
const NAMES = 2000;
/** Events that change what the board shows. */
const MOVES = compilePatterns(
  'session.* agent.* tool.* prompt.* turn.* permission.* elicitation.* model.* cwd.* usage.* task.*',
);

/**
 * Dispatches `phase`, `position`, `state` (sessions and agents), `rows` (the ring), `names`, `renumbered`, and `events`, whose
 * `detail` is the list of events that came.
 */
export class Live extends EventTarget {
  phase = { phase: 'connecting' };
  /** `{ epoch, seq }` of the last event received; undefined before the first. */
  position = undefined;
  oldestSeq = 1;
  sessions = [];
  agents = [];
  /** The keys of the tool calls that run. */
  running = new Set();
  server = undefined;
  /** Whether the state was told at least once. */
  known = false;
  /** The gaps told so far. */
  gaps = [];
  /** Sessions whose last turn failed: session id → the event. */
  failures = new Map();
  #recalled = false;
  ring = new Ring(KEPT);
  #names = new Map();
  /** Of whom only a folder is known, which may be one below its own. */
  #guessed = new Set();
  #stream;
  #asking;

  constructor(url, options) {
    super();
    this.#stream = new Stream(
      url,
      {
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
      },
      options,
    );
  }

  /** What to call a session. */
  nameOf(sessionId) {
    if (sessionId === '') return 'hookline';
    return this.#names.get(sessionId) ?? line(sessionId, 8);
  }

  /** What to call an agent of a session. */
  agentName(agentId) {
    return this.#names.get(`agent ${agentId}`) ?? line(agentId, 8);
  }

  session(sessionId) {
    return this.sessions.find(session => session.sessionId === sessionId);
  }

  /** Takes over names from events that did not come live. */
  learn(events) {
    for (const event of events) this.#learn(event);
    this.#tell('names');
  }

  /** Takes over what sessions are called: `{ sessionId, name?, project? }`. */
  learnSessions(sessions) {
    for (const one of sessions) if (this.#isOpen(one.sessionId)) this.#name(one.sessionId, sessionName(one));
    this.#tell('names');
  }

  hurry() {
    this.#stream.hurry();
  }

  close() {
    clearTimeout(this.#asking);
    this.#stream.close();
  }

  #snapshot({ sessions, agents, oldestSeq, server, epoch, seq }) {
    this.known = true;
    this.oldestSeq = oldestSeq;
    this.server = server;
    this.position ??= { epoch, seq };
    this.sessions = sessions;
    this.agents = agents;
    this.running = new Set(
      [...sessions, ...agents].flatMap(({ sessionId, currentTools }) =>
        currentTools.map(({ toolUseId }) => `${sessionId} ${toolUseId}`),
      ),
    );
    const ids = new Set(sessions.map(({ sessionId }) => sessionId));
    for (const id of this.failures.keys()) if (!ids.has(id)) this.failures.delete(id);
    for (const session of sessions) this.#name(session.sessionId, sessionName(session));
    for (const { agentId, agentType, description } of agents)
      this.#name(`agent ${agentId}`, line(description ?? agentType, 60));
    this.#tell('state');
    if (!this.#recalled) this.#recallFailures();
  }

  /** Turns that failed before the page was opened; which of them still matter, the sessions tell. */
  async #recallFailures() {
    this.#recalled = true;
    const { events } = await getEvents({ topics: 'turn.failed', from: 'newest', limit: 50 }).catch(() => {
      this.#recalled = false; // With the next snapshot, then.
      return NOTHING;
    });
    for (const event of events)
      if (event.agentId === undefined && !this.failures.has(event.sessionId))
        this.failures.set(event.sessionId, event);
    if (events.length > 0) this.#tell('state');
  }

  #events(events) {
    let moved = false;
    for (const event of events) {
      this.#learn(event);
      this.#judge(event);
      moved ||= MOVES(event.type);
    }
    this.ring.add(events.map(entryOf));
    this.dispatchEvent(new CustomEvent('events', { detail: events }));
    this.#tell('rows');
    if (moved) this.#askSoon();
  }

  #note(note) {
    if (note.kind === 'gap') this.gaps.push(note);
    this.ring.add([noteEntry(note, Date.now())]);
    this.#tell('rows');
  }

  #renumbered() {
    this.ring.clear();
    this.failures.clear();
    this.#recalled = false;
    this.gaps = [];
    this.#tell('renumbered');
  }

  #learn({ type, sessionId, agentId, data }) {
    if (type === 'agent.updated' && typeof data.description === 'string')
      this.#name(`agent ${agentId}`, line(data.description, 60));
    else if (type === 'agent.started' && !this.#names.has(`agent ${agentId}`))
      this.#name(`agent ${agentId}`, line(data.agentType, 60));
    else if (type.startsWith('session.') && typeof data.name === 'string')
      this.#name(sessionId, line(data.name, 60));
    else if (typeof data.cwd === 'string' && this.#isOpen(sessionId)) {
      const name = line(baseName(data.cwd), 60);
      if (type === 'session.discovered') this.#name(sessionId, name);
      else if (!this.#guessed.has(sessionId)) this.#guess(sessionId, name);
    }
  }

  /** Whether a better name would be welcome. */
  #isOpen(sessionId) {
    return sessionId !== '' && (!this.#names.has(sessionId) || this.#guessed.has(sessionId));
  }

  #guess(key, name) {
    this.#name(key, name);
    if (name !== '') this.#guessed.add(key);
  }

  #judge(event) {
    if (event.agentId !== undefined) return;
    if (event.type === 'turn.failed') this.failures.set(event.sessionId, event);
    else if (['turn.completed', 'prompt.submitted', 'session.removed'].includes(event.type))
      this.failures.delete(event.sessionId);
  }

  #name(key, name) {
    if (name === '') return;
    this.#names.delete(key);
    this.#guessed.delete(key);
    this.#names.set(key, name);
    if (this.#names.size <= NAMES) return;
    const [oldest] = this.#names.keys();
    this.#names.delete(oldest);
    this.#guessed.delete(oldest);
  }

  // The daemon's own projection is the only one: the page never guesses what an event does to a session.
  #askSoon() {
    this.#asking ??= setTimeout(
      () => {
        this.#asking = undefined;
        this.#stream.askSnapshot();
      },
      globalThis.document?.hidden ? ASK_MS.hidden : ASK_MS.seen,
    );
  }

  #tell(what) {
    this.dispatchEvent(new Event(what));
  }
}
