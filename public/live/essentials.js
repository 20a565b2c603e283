// What somebody reads who wants the essentials: each call once, each sentence once, and nothing that only follows from the rest.
// It is a twin of the daemon's own (`src/protocol/essentials.ts`); a test holds it against that.

/** What follows from other events, says how far something is, or is said again by what comes after it. */
const DETAILS = new Set([
  'agent.state_changed',
  'agent.updated',
  'message.displayed',
  'message.user',
  'model.switching',
  'tool.batch',
  'usage.updated',
]);

const ENDS = new Set(['turn.completed', 'turn.failed', 'agent.stopped']);

const LINE = { kind: 'line', key: '' };
const DETAIL = { kind: 'detail', key: '' };

/** Characters by which a sentence is known again, with its length. */
const KNOWN_BY = 100;

/** How an event takes part in what is told: `{ kind, key }`; what belongs together has the same key. */
export function partOf({ type, sessionId, agentId = '', data }) {
  const of = (kind, ...key) => ({ kind, key: [sessionId, ...key].join(' ') });
  const words = field => {
    const value = data[field];
    return typeof value === 'string' ? value.trim() : '';
  };
  const spoken = (kind, said) => of(kind, agentId, String(said.length), said.slice(0, KNOWN_BY));
  if (DETAILS.has(type)) return DETAIL;
  // A dialog that no hook tells of needs somebody; that there is one for a permission, a hook says.
  if (type === 'session.updated')
    return data.status === 'waiting' && data.waitingFor !== 'permission prompt' ? LINE : DETAIL;
  if (type === 'tool.use' && words('toolUseId') !== '') return of('call', words('toolUseId'));
  if (type === 'tool.result' && words('toolUseId') !== '') return of('result', words('toolUseId'));
  if (type === 'message.assistant') return words('text') === '' ? DETAIL : spoken('said', words('text'));
  // The agent that compacts a conversation: the compaction itself is told.
  if (type === 'agent.stopped' && data.agentType === '') return DETAIL;
  if (ENDS.has(type) && words('lastMessage') !== '') return spoken('ended', words('lastMessage'));
  return LINE;
}

/** The calls that an event tells of and of nothing else, as keys; none for one that says more, or nothing about calls. */
export function callsOf({ sessionId, data }) {
  const { toolUseId, tool_use_id: hookId, toolUseIds, text, blocks } = data;
  const list = value => (Array.isArray(value) ? value : []);
  const ids = [toolUseId, hookId, ...list(toolUseIds)];
  // A message without words makes calls, or answers them.
  if (typeof text !== 'string' || text === '') ids.push(...list(blocks).map(idIn));
  return ids.filter(id => typeof id === 'string' && id !== '').map(id => `${sessionId} ${id}`);
}

function idIn(block) {
  const { id, tool_use_id: answered } = block ?? {};
  return id ?? answered;
}

/** Calls and sentences remembered, of each at most so many. */
const REMEMBERED = 2000;

/** Follows the log and says of each event whether it has a line of its own. */
export class Essentials {
  #calls = new Map();
  #said = new Map();
  #ended = new Map();

  /**
   * Takes in an event by its part, in the order of the log; `mine` comes back with whatever belongs to it.
   *
   * @returns `{ shown, of? }`: whether it has a line, and what told all of it, or a part of it, before
   */
  take({ kind, key }, mine) {
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
  #speak(standing, known, key, mine) {
    if (standing.of === undefined) remember(known, key, mine);
    return standing;
  }
}

/** What stands alone unless something told it before. */
function alone(of) {
  return { shown: of === undefined, of };
}

function takeFrom(known, key) {
  const found = known.get(key);
  known.delete(key);
  return found;
}

function remember(known, key, value) {
  known.delete(key);
  known.set(key, value);
  const [oldest] = known.size > REMEMBERED ? known.keys() : [];
  if (oldest !== undefined) known.delete(oldest);
}
