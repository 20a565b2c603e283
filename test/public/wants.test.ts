// What sessions want of their user: each thing once, whichever of state and requests tells it first.
import { expect, it } from 'vitest';
import { crossedIn } from '../../public/shell/crossed.ts';
import { type Known, wantsOf } from '../../public/shell/wants.ts';
import type {
  AgentSnapshot,
  EventEnvelope,
  RequestOfApproval,
  SessionState,
} from '../../src/protocol/index.ts';

const session = (fields: object): SessionState =>
  ({ sessionId: 's1', state: 'waiting_permission', stateSince: 5, cwd: '/w', ...fields }) as SessionState;
const pending = (since: number, fields: object = {}) => ({
  pendingPermission: { toolName: 'Bash', what: 'ls', since, ...fields },
});
const request = (requestedAt: number, fields: Partial<RequestOfApproval> = {}): RequestOfApproval => ({
  ...{ requestId: 'q', sessionId: 's1', kind: 'permission', toolName: 'Bash', input: { command: 'ls' } },
  ...{ whole: true, requestedAt, expiresAt: requestedAt, ...fields },
});
const wants = (known: Partial<Known>) => wantsOf({ sessions: [], agents: [], requests: [], ...known });

it('a request is the same one in the state and among those that can be answered', () => {
  const [only, ...others] = wants({ sessions: [session(pending(5))], requests: [request(5)] });
  expect(others).toEqual([]);
  expect(only).toMatchObject({ sessionId: 's1', title: 'wants to run a command', body: 'ls' });
  // It stays the same when only its terminal can answer it any more, and before the state has it.
  expect(wants({ sessions: [session(pending(5))] })[0]?.key).toBe(only?.key);
  expect(wants({ requests: [request(5)] })[0]?.key).toBe(only?.key);
});

it('each request of a session counts, and each of a subagent', () => {
  const agent = { sessionId: 's1', ...pending(7, { agentId: 'a1' }) } as AgentSnapshot;
  const all = wants({
    sessions: [session(pending(5))],
    agents: [agent],
    requests: [request(5), request(6), request(7, { agentId: 'a1' })],
  });
  expect(all).toHaveLength(3);
});

it('what no request tells counts as long as the session waits for the same', () => {
  const at = (fields: object) => wants({ sessions: [session(fields)] });
  const [terminal] = at({ state: 'waiting_input', atTerminal: true });
  expect(terminal).toMatchObject({ title: 'needs you at its terminal', body: '/w' });
  expect(at({ state: 'waiting_input', waitingFor: 'Your name?' })).toMatchObject([
    { title: 'needs an answer', body: 'Your name?', key: terminal?.key },
  ]);
  expect(at({ state: 'waiting_input', stateSince: 9 })[0]?.key).not.toBe(terminal?.key);
  expect(at({ state: 'working' })).toEqual([]);
});

it('a budget that is spent is told while its day or window lasts, each by itself', () => {
  const event = (sessionId: string, data: object): EventEnvelope => {
    const all = { budget: 'b', per: 'day', usd: 5, spentUsd: 5.5, estimated: true, ...data };
    return { type: 'usage.budget_crossed', timestamp: 1, seq: 1, source: 'hookline', sessionId, data: all };
  };
  const told = crossedIn(
    [
      event('s1', { per: 'session' }),
      event('s2', { per: 'session' }),
      event('', { startsAt: 0, endsAt: 10 }),
      event('', { startsAt: 10, endsAt: 20, project: 'shop' }),
      { ...event('s1', {}), type: 'usage.updated' },
    ],
    10,
  );
  expect(told.map(({ sessionId, title, body }) => [sessionId, title, body])).toEqual([
    ['s1', 'has spent its budget', '~$5.50 of $5.00 for the session'],
    ['s2', 'has spent its budget', '~$5.50 of $5.00 for the session'],
    ['', 'A budget is spent', '~$5.50 of $5.00 for the day, in shop'],
  ]);
  expect(new Set(told.map(({ key }) => key)).size).toBe(3);
});
