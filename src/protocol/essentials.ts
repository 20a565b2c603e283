// What somebody reads who wants the essentials: each call once, each sentence once, and nothing that only follows from the rest.
import type { EventEnvelope } from './envelope.ts';

/** How an event takes part in what is told; what belongs together has the same `key`. */
export interface Part {
  /**
   * `line` stands for itself, `detail` is told by others already. `call` begins a tool call, `result` ends it. `said` are words from a
   * transcript, `ended` the last words of a turn or an agent, as a hook tells them.
   */
  readonly kind: 'line' | 'detail' | 'call' | 'result' | 'said' | 'ended';
  readonly key: string;
}

/** What becomes of an event: whether it has a line, and what told all of it, or a part of it, before. */
export interface Standing<T> {
  readonly shown: boolean;
  readonly of?: T | undefined;
}

/** What follows from other events, says how far something is, or is said again by what comes after it. */
const DETAILS: ReadonlySet<string> = new Set([
  'agent.state_changed',
  'agent.updated',
  'alert.closed',
  'alert.delivered',
  'message.displayed',
  'message.user',
  'model.switching',
  'tool.batch',
  'usage.updated',
]);

const ENDS: ReadonlySet<string> = new Set(['turn.completed', 'turn.failed', 'agent.stopped']);

const LINE: Part = { kind: 'line', key: '' };
const DETAIL: Part = { kind: 'detail', key: '' };

/** Characters by which a sentence is known again, with its length. */
const KNOWN_BY = 100;

export function partOf(event: Pick<EventEnvelope, 'type' | 'sessionId' | 'agentId' | 'data'>): Part {
  const { type, sessionId, agentId = '', data } = event;
  const of = (kind: Part['kind'], ...key: string[]): Part => ({ kind, key: [sessionId, ...key].join(' ') });
  const words = (field: string): string => {
    const value = data[field];
    return typeof value === 'string' ? value.trim() : '';
  };
  const spoken = (kind: Part['kind'], said: string): Part =>
    of(kind, agentId, String(said.length), said.slice(0, KNOWN_BY));
  if (DETAILS.has(type)) return DETAIL;
  // A dialog that no hook tells of needs somebody; that there is one for a permission, a hook says.
  if (type === 'session.updated')
    return data['status'] === 'waiting' && data['waitingFor'] !== 'permission prompt' ? LINE : DETAIL;
  if (type === 'tool.use' && words('toolUseId') !== '') return of('call', words('toolUseId'));
  if (type === 'tool.result' && words('toolUseId') !== '') return of('result', words('toolUseId'));
  if (type === 'message.assistant') return words('text') === '' ? DETAIL : spoken('said', words('text'));
  // The agent that compacts a conversation: the compaction itself is told.
  if (type === 'agent.stopped' && data['agentType'] === '') return DETAIL;
  if (ENDS.has(type) && words('lastMessage') !== '') return spoken('ended', words('lastMessage'));
  return LINE;
}

/** The calls that an event tells of and of nothing else, as keys; none for one that says more, or nothing about calls. */
export function callsOf({ sessionId, data }: Pick<EventEnvelope, 'sessionId' | 'data'>): string[] {
  const { toolUseId, tool_use_id: hookId, toolUseIds, text, blocks } = data;
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
  const ids = [toolUseId, hookId, ...list(toolUseIds)];
  // A message without words makes calls, or answers them.
  if (typeof text !== 'string' || text === '') ids.push(...list(blocks).map(idIn));
  return ids.filter(id => typeof id === 'string' && id !== '').map(id => `${sessionId} ${id}`);
}

function idIn(block: unknown): unknown {
  const { id, tool_use_id: answered } = (block ?? {}) as { id?: unknown; tool_use_id?: unknown };
  return id ?? answered;
}

/** Calls and sentences remembered, of each at most so many. */
const REMEMBERED = 2000;

/** Follows the log and says of each event whether it has a line of its own. `T` is what is known of an event that has one. */
export class Essentials<T> {
  readonly #calls = new Map<string, T>();
  readonly #said = new Map<string, T>();
  readonly #ended = new Map<string, T>();

  /** Takes in an event, in the order of the log; `mine` comes back with whatever belongs to it. */
  take({ kind, key }: Part, mine: T): Standing<T> {
    switch (kind) {
      case 'line':
        return { shown: true };
      case 'detail':
        return { shown: false };
      case 'call':
        remember(this.#calls, key, mine);
        return { shown: true };
      case 'result':
        return alone(takeFrom(this.#calls, key));
      case 'said':
        return this.#speak(alone(takeFrom(this.#ended, key)), this.#said, key, mine);
      case 'ended':
        // That it ended is told in any case; when the transcript was ahead, its words were.
        return this.#speak({ shown: true, of: takeFrom(this.#said, key) }, this.#ended, key, mine);
    }
  }

  /** Hook and transcript tell the same words once each, in whatever order. */
  #speak(standing: Standing<T>, known: Map<string, T>, key: string, mine: T): Standing<T> {
    if (standing.of === undefined) remember(known, key, mine);
    return standing;
  }
}

/** What stands alone unless something told it before. */
function alone<T>(of: T | undefined): Standing<T> {
  return { shown: of === undefined, of };
}

function takeFrom<T>(known: Map<string, T>, key: string): T | undefined {
  const found = known.get(key);
  known.delete(key);
  return found;
}

function remember<T>(known: Map<string, T>, key: string, value: T): void {
  known.delete(key);
  known.set(key, value);
  const [oldest] = known.size > REMEMBERED ? known.keys() : [];
  if (oldest !== undefined) known.delete(oldest);
}
