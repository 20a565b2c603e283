// Makes a consistent story of hooks that come late, twice, out of order or not at all.
import { DAEMON_EVENT_TYPES, type EventDraft } from '../protocol/index.ts';
import { boundedMemory, type Memory, type SessionFact, type Telling } from './memory.ts';
import { agentIn, payloadOf, sessionIn, toolUseIn } from './sources/claude-code.ts';

/** What the reconciler needs of an event in the log. */
export type LoggedEvent = Pick<EventDraft, 'type' | 'sessionId' | 'agentId' | 'data'>;

/**
 * Decides what a draft adds to the log. It learns only from `observe`, which MUST be called for every event appended,
 * in order, and with the log's tail on start: so its memory is the log's, whatever crashed in between.
 *
 * - A session, and a subagent, is announced before its first event.
 * - A tool call has exactly one `tool.use` and one `tool.result`, use first.
 * - What tells nothing new yields nothing.
 */
export class Reconciler {
  readonly #memory: Memory;

  constructor(memory: Memory = boundedMemory()) {
    this.#memory = memory;
  }

  /**
   * What to append for a draft, in order; empty when it tells nothing new. Changes nothing:
   * the caller MUST `observe` all of it before it reconciles the next draft.
   */
  reconcile(draft: EventDraft): readonly EventDraft[] {
    if (isAside(draft)) return [draft];
    if (this.#isOldNews(draft) || this.#isOfNobody(draft)) return [];
    return [...this.#session(draft), ...this.#agent(draft), ...this.#call(draft), draft];
  }

  /** Learns from an event of the log. */
  observe(event: LoggedEvent): void {
    if (isAside(event)) return;
    this.#observeSession(event);
    this.#observeCall(event);
    this.#observeAgent(event);
    this.#observeTurn(event);
  }

  #isOldNews(draft: EventDraft): boolean {
    const session = this.#memory.sessions.get(draft.sessionId);
    switch (draft.type) {
      case 'session.discovered':
        return session?.justStartedBy !== undefined && session.justStartedBy === draft.data['startedBy'];
      case 'session.removed':
        return session !== undefined && !session.live;
      case 'tool.use':
        return this.#callOf(draft) !== undefined;
      case 'tool.result':
        return this.#callOf(draft) === 'ended';
      case 'agent.started':
        return this.#agentOf(draft) !== undefined;
      case 'agent.stopped':
        return this.#agentOf(draft)?.restsAfter === lastWords(draft);
      case 'prompt.submitted':
        return alreadyTold(draft, this.#turnOf(draft)?.begun);
      case 'turn.completed':
      case 'turn.failed':
        return alreadyTold(draft, this.#turnOf(draft)?.ended);
      default:
        return false;
    }
  }

  /** What becomes known about somebody neither announces nor revives them. */
  #isOfNobody(draft: EventDraft): boolean {
    const live = this.#memory.sessions.get(draft.sessionId)?.live === true;
    if (draft.type === 'session.updated') return !live;
    return draft.type === 'agent.updated' && !(live && this.#agentOf(draft));
  }

  /** The announcement of a session whose start was missed. */
  #session(draft: EventDraft): EventDraft[] {
    if (draft.type === 'session.discovered') return [];
    const session = this.#memory.sessions.get(draft.sessionId);
    if (session && (session.live || !revives(draft, session))) return [];
    const payload = payloadOf(draft);
    const data = payload ? sessionIn(payload) : { startedBy: 'hook', ...commonOf(draft) };
    const { agentId: _, ...main } = derived(draft, 'session.discovered', data);
    return [main];
  }

  /** The announcement of a subagent whose start was missed or is still under way. */
  #agent(draft: EventDraft): EventDraft[] {
    if (draft.agentId === undefined || draft.type === 'agent.started' || this.#agentOf(draft)) return [];
    // Compaction ends with the stop of a nameless subagent that never started.
    if (draft.type === 'agent.stopped' && !draft.data['agentType']) return [];
    const payload = payloadOf(draft);
    return [derived(draft, 'agent.started', payload ? agentIn(payload) : commonOf(draft))];
  }

  /** The use of a call whose result came first. */
  #call(draft: EventDraft): EventDraft[] {
    const unmatched =
      draft.type === 'tool.result' && callKey(draft) !== undefined && this.#callOf(draft) === undefined;
    if (!unmatched) return [];
    const payload = payloadOf(draft);
    const { toolName, toolUseId } = draft.data;
    const data = payload
      ? toolUseIn(payload)
      : { ...definedOnly({ toolName, toolUseId }), ...commonOf(draft) };
    return [derived(draft, 'tool.use', data)];
  }

  #observeSession({ type, sessionId, data }: LoggedEvent): void {
    const before = this.#memory.sessions.get(sessionId);
    const begins = type === 'session.discovered';
    const ends = type === 'session.removed';
    // That something became known is not a thing that happened.
    if (before && type === 'session.updated') return;
    const startedBy = data['startedBy'];
    const exited = ends ? data['reason'] === 'process_exited' : !begins && before?.exited === true;
    this.#memory.sessions.set(sessionId, {
      live: begins || (!ends && before?.live !== false),
      // SessionEnd may carry a prompt of its own that nothing belongs to.
      promptIds: ends ? (before?.promptIds ?? []) : withPrompt(before?.promptIds ?? [], data['promptId']),
      ...(begins && typeof startedBy === 'string' ? { justStartedBy: startedBy } : {}),
      ...(exited ? { exited } : {}),
    });
  }

  #observeCall(event: LoggedEvent): void {
    const key = callKey(event);
    if (key === undefined) return;
    if (event.type === 'tool.result') this.#memory.calls.set(key, 'ended');
    else if (event.type === 'tool.use' && this.#memory.calls.get(key) === undefined)
      this.#memory.calls.set(key, 'begun');
  }

  #observeAgent(event: LoggedEvent): void {
    const key = agentKey(event);
    if (key === undefined) return;
    if (event.type === 'agent.stopped') this.#memory.agents.set(key, { restsAfter: lastWords(event) });
    else if (event.type === 'tool.use' || this.#memory.agents.get(key) === undefined)
      this.#memory.agents.set(key, {});
  }

  #observeTurn(event: LoggedEvent): void {
    const key = turnKey(event);
    if (key === undefined) return;
    const turn = this.#memory.turns.get(key) ?? {};
    if (event.type === 'prompt.submitted') this.#memory.turns.set(key, { ...turn, begun: telling(event) });
    else if (event.type === 'turn.completed' || event.type === 'turn.failed')
      this.#memory.turns.set(key, { ...turn, ended: telling(event) });
  }

  #turnOf(event: LoggedEvent): ReturnType<Memory['turns']['get']> {
    const key = turnKey(event);
    return key === undefined ? undefined : this.#memory.turns.get(key);
  }

  #callOf(event: LoggedEvent): ReturnType<Memory['calls']['get']> {
    const key = callKey(event);
    return key === undefined ? undefined : this.#memory.calls.get(key);
  }

  #agentOf(event: LoggedEvent): ReturnType<Memory['agents']['get']> {
    const key = agentKey(event);
    return key === undefined ? undefined : this.#memory.agents.get(key);
  }
}

const telling = ({ data }: LoggedEvent): Telling => (data['recovered'] === true ? 'recovered' : 'live');

/** What is told after the fact adds nothing to what was told, nor does the hook that comes after it. A hook may repeat itself in earnest. */
function alreadyTold(draft: EventDraft, before: Telling | undefined): boolean {
  return before !== undefined && (before === 'recovered' || telling(draft) === 'recovered');
}

const DERIVED: ReadonlySet<string> = new Set(DAEMON_EVENT_TYPES);

/** The daemon's own events tell nothing about what the agent did. */
function isAside({ sessionId, type }: LoggedEvent): boolean {
  return sessionId === '' || DERIVED.has(type);
}

/** How many prompts back a late hook is still known to be late. */
const PROMPTS = 4;

function withPrompt(promptIds: readonly string[], promptId: unknown): readonly string[] {
  if (typeof promptId !== 'string' || promptIds.includes(promptId)) return promptIds;
  return [...promptIds, promptId].slice(-PROMPTS);
}

/**
 * Asynchronous hooks may still arrive after SessionEnd, and after the process was killed; only something newly begun
 * brings a session back, and one whose process is gone begins with a prompt.
 */
function revives({ type, data }: EventDraft, { promptIds, exited }: SessionFact): boolean {
  const begins = type === 'prompt.submitted' || (type === 'tool.use' && exited !== true);
  if (!begins || data['recovered'] === true) return false;
  const promptId = data['promptId'];
  return typeof promptId !== 'string' || !promptIds.includes(promptId);
}

/** An event made from another's payload: at the same time, by the same source, without the payload itself. */
function derived(draft: EventDraft, type: string, data: EventDraft['data']): EventDraft {
  const { hook: _, ...rest } = draft;
  const { recovered } = draft.data;
  return { ...rest, type, data: recovered === true ? { ...data, recovered } : data };
}

function commonOf({ data }: EventDraft): Record<string, unknown> {
  const { cwd, permissionMode, promptId } = data;
  return definedOnly({ cwd, permissionMode, promptId });
}

function definedOnly(data: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
}

function lastWords({ data }: LoggedEvent): string {
  return typeof data['lastMessage'] === 'string' ? data['lastMessage'] : '';
}

/** Session ids hold no NUL in practice; one that does can only confuse itself. */
function callKey({ sessionId, data }: LoggedEvent): string | undefined {
  const id = data['toolUseId'];
  return typeof id === 'string' && id !== '' ? `${sessionId}\0${id}` : undefined;
}

function turnKey({ sessionId, data }: LoggedEvent): string | undefined {
  const id = data['promptId'];
  return typeof id === 'string' ? `${sessionId}\0${id}` : undefined;
}

function agentKey({ sessionId, agentId }: LoggedEvent): string | undefined {
  return agentId === undefined ? undefined : `${sessionId}\0${agentId}`;
}
