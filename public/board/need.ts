// Who needs the user first: the order of the board.
import type { AgentSnapshot, SessionState } from '../../src/protocol/index.ts';
import { own } from '../design/lookup.ts';
import { stateWords } from '../design/words.ts';

export type Need = 'waiting' | 'failed' | 'working' | 'idle';

/** The groups of the board, most urgent first. */
export const NEEDS: readonly { readonly need: Need; readonly title: string }[] = [
  { need: 'waiting', title: 'Needs you' },
  { need: 'failed', title: 'Failed' },
  { need: 'working', title: 'Working' },
  { need: 'idle', title: 'Idle' },
];

const BY_STATE: Readonly<Record<string, Need>> = {
  waiting_permission: 'waiting',
  waiting_input: 'waiting',
  working: 'working',
  tool_running: 'working',
};

/**
 * The group a session belongs to.
 *
 * @param agents its subagents; while one works, so does the session.
 */
export function needOf(session: SessionState, agents: readonly Pick<AgentSnapshot, 'state'>[] = []): Need {
  const need = own(BY_STATE, session.state) ?? 'idle';
  if (need !== 'idle') return need;
  if (agents.some(({ state }) => own(BY_STATE, state) === 'working')) return 'working';
  return session.failure === undefined ? need : 'failed';
}

/** What a session does, all in all: in words, and as the state of a dot. */
export function stateNow(
  { state, atTerminal }: Pick<SessionState, 'state' | 'atTerminal'>,
  need: Need,
): { words: string; dot: string } {
  if (need === 'failed') return { words: 'Turn failed', dot: 'failed' };
  // No hook tells what it waits for, so that nothing but its terminal does.
  if (atTerminal) return { words: 'Needs you at its terminal', dot: state };
  return need === 'working' && state === 'idle'
    ? { words: 'Subagents at work', dot: 'working' }
    : { words: stateWords(state), dot: state };
}

/** Since when a session is as it is, as well as that is known. */
export const since = (session: SessionState): number => session.stateSince ?? session.lastActivityAt;

const ORDER: Readonly<Record<Need, (left: SessionState, right: SessionState) => number>> = {
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
 * @param asking the ids of those that ask something, which their state may tell only a moment later
 */
export function byNeed(
  sessions: readonly SessionState[],
  agents: ReadonlyMap<string, readonly AgentSnapshot[]> = new Map(),
  asking: ReadonlySet<string> = new Set(),
): Map<Need, SessionState[]> {
  const groups = new Map(NEEDS.map(({ need }) => [need, [] as SessionState[]]));
  for (const session of sessions) {
    const { sessionId: id } = session;
    const need = asking.has(id) ? 'waiting' : needOf(session, agents.get(id));
    groups.get(need)?.push(session);
  }
  for (const [need, list] of groups) list.sort(ORDER[need]);
  return groups;
}
