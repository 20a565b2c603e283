// Who needs the user first: the order of the board.
import { stateWords } from '../design/words.ts';

/** The groups of the board, most urgent first. */
export const NEEDS = [
  { need: 'waiting', title: 'Needs you' },
  { need: 'failed', title: 'Failed' },
  { need: 'working', title: 'Working' },
  { need: 'idle', title: 'Idle' },
];

const BY_STATE = {
  waiting_permission: 'waiting',
  waiting_input: 'waiting',
  working: 'working',
  tool_running: 'working',
};

/**
 * The group a session belongs to.
 *
 * @param failure its last `turn.failed`, if there was one: it counts until something else happens.
 * @param agents its subagents; while one works, so does the session.
 */
export function needOf(session, failure, agents = []) {
  const need = Object.hasOwn(BY_STATE, session.state) ? BY_STATE[session.state] : 'idle';
  if (need !== 'idle') return need;
  if (agents.some(({ state }) => BY_STATE[state] === 'working')) return 'working';
  return failure !== undefined && stillFailed(session, failure) ? 'failed' : need;
}

function stillFailed({ stateSince, currentPrompt, lastActivityAt }, { timestamp }) {
  const since = Math.max(stateSince ?? 0, currentPrompt?.at ?? 0);
  return since > 0 ? timestamp >= since : timestamp >= lastActivityAt;
}

/** What a session does, all in all: in words, and as the state of a dot. */
export function stateNow({ state, atTerminal }, need) {
  if (need === 'failed') return { words: 'Turn failed', dot: 'failed' };
  // No hook tells what it waits for, so that nothing but its terminal does.
  if (atTerminal) return { words: 'Needs you at its terminal', dot: state };
  return need === 'working' && state === 'idle'
    ? { words: 'Subagents at work', dot: 'working' }
    : { words: stateWords(state), dot: state };
}

/** Since when a session is as it is, as well as that is known. */
export const since = session => session.stateSince ?? session.lastActivityAt;

const ORDER = {
  // Whoever has waited longest comes first; what works keeps its place.
  waiting: (left, right) => since(left) - since(right),
  failed: (left, right) => since(right) - since(left),
  working: (left, right) => left.startedAt - right.startedAt,
  idle: (left, right) => right.lastActivityAt - left.lastActivityAt,
};

/**
 * Sessions by need: need → sessions in their order.
 *
 * @param agents session id → its subagents
 */
export function byNeed(sessions, failures, agents = new Map()) {
  const groups = new Map(NEEDS.map(({ need }) => [need, []]));
  for (const session of sessions) {
    const { sessionId: id } = session;
    groups.get(needOf(session, failures.get(id), agents.get(id))).push(session);
  }
  for (const [need, list] of groups) list.sort(ORDER[need]);
  return groups;
}
