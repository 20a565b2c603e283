// What was told, as the events of the log say: learns from them, and is asked whether something is news.
import { createHash } from 'node:crypto';
import { DAEMON_EVENT_TYPES, type EventDraft } from '../protocol/index.ts';
import type { AgentFact, CallFact, DedupState, SessionFact, Telling, TurnFact } from './dedup-state.ts';
import { goesOn, utteranceOf } from './repeat-key.ts';

/** What is needed of an event in the log. */
export type LoggedEvent = Pick<
  EventDraft,
  'type' | 'sessionId' | 'agentId' | 'data' | 'timestamp' | 'hook' | 'againUntil'
>;

/** How many prompts back a late hook is still known to be late. */
const PROMPTS = 4;
/** How many times a subagent stopped are remembered. */
const STOPS = 8;
/** Characters of a prompt, or of last words, that tell it from others. */
const GIST = 48;

export class SeenIndex {
  readonly #memory: DedupState;

  constructor(memory: DedupState) {
    this.#memory = memory;
  }

  /** Learns from an event of the log. MUST be called for all of them, in order. */
  observe(event: LoggedEvent): void {
    if (isAside(event)) return;
    this.#observeSession(event);
    this.#observeCall(event);
    this.#observeAgent(event);
    this.#observeTurn(event);
    if (isSpooled(event)) this.#memory.spooled.set(spooledKey(event), true);
  }

  /**
   * Whether this very payload was taken out of the spool before. A daemon that is killed after it was committed and
   * before it was removed finds it there again; hooks that say the same at another time say something new.
   */
  isSpooledAgain(event: LoggedEvent): boolean {
    return isSpooled(event) && this.#memory.spooled.get(spooledKey(event)) === true;
  }

  /** Whether this very thing was said last. */
  isSaidAgain(event: LoggedEvent): boolean {
    const said = this.#memory.sessions.get(event.sessionId)?.justSaid;
    return said !== undefined && utteranceOf(event)?.digest === said.digest;
  }

  session(sessionId: string): SessionFact | undefined {
    return this.#memory.sessions.get(sessionId);
  }

  turn(event: LoggedEvent): TurnFact | undefined {
    const key = turnKey(event);
    return key === undefined ? undefined : this.#memory.turns.get(key);
  }

  /** A subagent's call may have begun in the session it comes from. */
  call(event: LoggedEvent): CallFact | undefined {
    const key = callKey(event);
    if (key === undefined) return undefined;
    const fact = this.#memory.calls.get(key);
    const from = fact === undefined ? this.cameFrom(event) : undefined;
    return from === undefined ? fact : this.#memory.calls.get(callKey({ ...event, sessionId: from }) ?? '');
  }

  /** The session that a subagent comes from: that was cleared while it was at work. */
  cameFrom(event: LoggedEvent): string | undefined {
    const { sessionId, agentId } = event;
    const known = this.agent(event);
    if (known || agentId === undefined) return known?.from;
    const last = this.#memory.whereabouts.get(agentId);
    const gone =
      last !== undefined && last !== sessionId && this.#memory.sessions.get(last)?.cleared === true;
    return gone ? last : undefined;
  }

  agent(event: LoggedEvent): AgentFact | undefined {
    const key = agentKey(event);
    return key === undefined ? undefined : this.#memory.agents.get(key);
  }

  /** How the same words were told, as a prompt or as the end of a turn, at about the same time and not in another turn. */
  words(event: LoggedEvent): Telling | undefined {
    const said = this.#memory.words.get(wordsKey(event));
    if (!said || !isNear(said.at, event.timestamp)) return undefined;
    const promptId = promptOf(event);
    const elsewhere = promptId !== undefined && said.promptId !== undefined && said.promptId !== promptId;
    return elsewhere ? undefined : said.told;
  }

  #observeSession(event: LoggedEvent): void {
    const { type, sessionId, data, timestamp } = event;
    const before = this.#memory.sessions.get(sessionId);
    // That something became known is not a thing that happened.
    if (before && type === 'session.updated') return;
    const begins = type === 'session.discovered';
    const ends = type === 'session.removed';
    const startedBy = data['startedBy'];
    const exited = ends ? data['reason'] === 'process_exited' : !begins && before?.exited === true;
    const said = before?.justSaid;
    const justSaid = utteranceOf(event) ?? (said && !goesOn(said, event) ? said : undefined);
    const cleared = ends ? data['reason'] === 'clear' : !begins && before?.cleared === true;
    const compactedAt = type === 'context.compacted' ? timestamp : before?.compactedAt;
    this.#memory.sessions.set(sessionId, {
      live: begins || (!ends && before?.live !== false),
      // SessionEnd may carry a prompt of its own that nothing belongs to.
      promptIds: ends ? (before?.promptIds ?? []) : withPrompt(before?.promptIds ?? [], data['promptId']),
      ...(begins && typeof startedBy === 'string' ? { justStartedBy: startedBy } : {}),
      ...(justSaid && { justSaid }),
      ...(exited ? { exited } : {}),
      ...(cleared ? { cleared } : {}),
      ...(compactedAt === undefined ? {} : { compactedAt }),
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
    const before = this.#memory.agents.get(key);
    const from = before?.from ?? (event.type === 'agent.started' ? event.data['continuedFrom'] : undefined);
    const came = typeof from === 'string' ? { from } : {};
    this.#memory.whereabouts.set(event.agentId ?? '', event.sessionId);
    if (event.type === 'agent.stopped') {
      const words = lastWords(event);
      const stops = [...(before?.stops ?? []), { words, at: event.timestamp }].slice(-STOPS);
      this.#memory.agents.set(key, { ...came, restsAfter: words, stops });
    } else if (event.type === 'tool.use' || before === undefined) {
      this.#memory.agents.set(key, { ...came, ...(before?.stops ? { stops: before.stops } : {}) });
    }
  }

  #observeTurn(event: LoggedEvent): void {
    if (!TURN.has(event.type)) return;
    const told = telling(event);
    const promptId = promptOf(event);
    const turned = promptId === undefined ? {} : { promptId };
    this.#memory.words.set(wordsKey(event), { told, at: event.timestamp, ...turned });
    const key = turnKey(event);
    if (key === undefined) return;
    const turn = this.#memory.turns.get(key) ?? {};
    this.#memory.turns.set(key, { ...turn, [event.type === 'prompt.submitted' ? 'begun' : 'ended']: told });
  }
}

/** What a turn begins and ends with, and where its words are found. */
const TURN: ReadonlyMap<string, string> = new Map([
  ['prompt.submitted', 'prompt'],
  ['turn.completed', 'lastMessage'],
  ['turn.failed', 'lastMessage'],
]);
const DERIVED: ReadonlySet<string> = new Set(DAEMON_EVENT_TYPES);

/** The daemon's own events tell nothing about what the agent did. */
export function isAside({ sessionId, type }: Pick<LoggedEvent, 'sessionId' | 'type'>): boolean {
  return sessionId === '' || DERIVED.has(type);
}

export const telling = ({ data }: Pick<LoggedEvent, 'data'>): Telling =>
  data['recovered'] === true ? 'recovered' : 'live';

/** How far apart a hook and the transcript may see the same thing, in milliseconds. */
const SAME_MS = 60_000;

export function isNear(told: number | undefined, time: number, within = SAME_MS): boolean {
  return told !== undefined && Math.abs(time - told) < within;
}

/** What somebody said last, or what stands for it: it may be a long report, and is only asked whether it is the same. */
export function lastWords({ data }: Pick<LoggedEvent, 'data'>): string {
  const words = typeof data['lastMessage'] === 'string' ? data['lastMessage'] : '';
  return words.length <= GIST ? words : createHash('sha256').update(words).digest('base64');
}

/** Session ids hold no NUL in practice; one that does can only confuse itself. */
export const keyOf = (...parts: readonly string[]): string => parts.join('\0');

/** The session that a key is about. */
export function sessionOfKey(key: string): string {
  return key.slice(0, key.indexOf('\0'));
}

export function callKey({ sessionId, data }: LoggedEvent): string | undefined {
  const id = data['toolUseId'];
  return typeof id === 'string' && id !== '' ? keyOf(sessionId, id) : undefined;
}

function promptOf({ data: { promptId } }: LoggedEvent): string | undefined {
  return typeof promptId === 'string' ? promptId : undefined;
}

function turnKey(event: LoggedEvent): string | undefined {
  const id = promptOf(event);
  return id === undefined ? undefined : keyOf(event.sessionId, id);
}

function agentKey({ sessionId, agentId }: LoggedEvent): string | undefined {
  return agentId === undefined ? undefined : keyOf(sessionId, agentId);
}

function wordsKey({ type, sessionId, data }: LoggedEvent): string {
  const words = String(data[TURN.get(type) ?? ''] ?? '');
  const gist = `${words.length}:${words.slice(0, GIST)}`;
  return keyOf(sessionId, type === 'prompt.submitted' ? 'begin' : 'end', gist);
}

/** Whether it is what a hook itself told; one without a normal form is told as it is. */
export function isHook({ type, hook }: Pick<LoggedEvent, 'type' | 'hook'>): boolean {
  return hook !== undefined || type.startsWith('hook.');
}

/** A hook's payload that is told after the fact can only have been kept in the spool. */
function isSpooled(event: LoggedEvent): boolean {
  return isHook(event) && telling(event) === 'recovered';
}

function spooledKey({ type, sessionId, timestamp, data }: LoggedEvent): string {
  return keyOf(sessionId, type, String(timestamp), digestOf(data));
}

export function digestOf(data: LoggedEvent['data']): string {
  return createHash('sha256').update(JSON.stringify(data)).digest('base64');
}

function withPrompt(promptIds: readonly string[], promptId: unknown): readonly string[] {
  if (typeof promptId !== 'string' || promptIds.includes(promptId)) return promptIds;
  return [...promptIds, promptId].slice(-PROMPTS);
}
