// What sessions want of their user, each once: whatever they ask that can be answered, and whatever else they wait for.
import type { AgentSnapshot, RequestOfApproval, SessionState } from '../../src/protocol/index.ts';
import { askWords } from '../design/asks.ts';
import { line } from '../design/text.ts';
import { gist, stateWords } from '../design/words.ts';

export interface Want {
  /** The same in every tab, as long as it is the same that is asked. */
  readonly key: string;
  readonly sessionId: string;
  /** What follows the name of the session. */
  readonly title: string;
  /** The title names the session itself. Default false. */
  readonly isWhole?: true;
  /** What it is about; may be empty. */
  readonly body: string;
}

/** Whether a session waits for its user. */
const waits = ({ state }: SessionState): boolean => state.startsWith('waiting');

/** What is known: the state, which comes a moment later and has one request a session or subagent, and the requests, which are gone once they cannot be answered. */
export interface Known {
  readonly sessions: readonly SessionState[];
  readonly agents: readonly AgentSnapshot[];
  readonly requests: readonly RequestOfApproval[];
}

export function wantsOf({ sessions, agents, requests }: Known): Want[] {
  const waiting = sessions.filter(waits);
  const asked = requests.map(({ sessionId, agentId, toolName, input, requestedAt }) =>
    want(sessionId, agentId, requestedAt, askWords(toolName), gist(input)),
  );
  const told = [...waiting, ...agents].flatMap(({ sessionId, pendingPermission: pending }) =>
    pending === undefined
      ? []
      : [want(sessionId, pending.agentId, pending.since, askWords(pending.toolName), line(pending.what))],
  );
  const others = waiting
    .filter(({ pendingPermission }) => pendingPermission === undefined)
    .map(({ sessionId, atTerminal, state, stateSince, waitingFor, cwd }) =>
      want(
        sessionId,
        undefined,
        stateSince,
        atTerminal ? 'needs you at its terminal' : stateWords(state).toLowerCase(),
        line(waitingFor) || line(cwd),
      ),
    );
  return [...new Map([...others, ...told, ...asked].map(one => [one.key, one])).values()];
}

const want = (
  sessionId: string,
  agentId: string | undefined,
  since: number,
  title: string,
  body: string,
): Want => ({ key: [sessionId, agentId ?? '', since].join(' '), sessionId, title, body });
