// A hook that asks for a permission, as it is posted, and what a daemon says to it.
import type { TestDaemon } from './daemon.ts';
import { until } from './until.ts';

/** The way to a daemon. */
export type Reached = Pick<TestDaemon, 'url' | 'token'>;

export interface Asking {
  /** Resolves once the hook is answered: with the hook output's decision, or undefined for none. */
  readonly decision: Promise<Record<string, unknown> | undefined>;
  /** The agent needs no answer any more. */
  abort(): void;
}

/** What `GET /api/approvals` tells of a request. */
export interface Listed {
  readonly requestId: string;
  readonly sessionId: string;
  readonly kind: string;
  readonly input: Record<string, unknown>;
  readonly whole: boolean;
  readonly expiresAt: number;
}

export const BASH = { tool_name: 'Bash', tool_input: { command: 'npm publish', description: 'd' } };

/** Posts a PermissionRequest, as its hook would. */
export function asks(daemon: Pick<TestDaemon, 'url' | 'hookToken'>, fields: object = {}): Asking {
  const gone = new AbortController();
  const decision = fetch(`${daemon.url}/hook`, {
    method: 'POST',
    signal: gone.signal,
    headers: { authorization: `Bearer ${daemon.hookToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      session_id: 's1',
      cwd: '/w',
      permission_mode: 'default',
      hook_event_name: 'PermissionRequest',
      ...BASH,
      ...fields,
    }),
  })
    .then(answer => answer.json())
    .then(body => {
      const { hookSpecificOutput: said } = body as { hookSpecificOutput?: { decision: object } };
      return said?.decision as Record<string, unknown> | undefined;
    })
    .catch(() => undefined);
  return { decision, abort: () => gone.abort() };
}

export async function listed(daemon: Reached, token = daemon.token): Promise<Listed[]> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${daemon.url}/api/approvals`, { headers });
  return ((await answer.json()) as { requests: Listed[] }).requests;
}

/** The only request there is, once it is there. */
export function theOne(daemon: Reached): Promise<Listed> {
  return until('one request waits', async () => {
    const [only, ...others] = await listed(daemon);
    return others.length === 0 ? only : undefined;
  });
}

export interface Said {
  readonly status: number;
  readonly body: Record<string, unknown> & { error?: { code: string; message: string } };
}

/** Answers over HTTP, with the main token unless it is said otherwise; an empty header is left out. */
export async function answers(
  daemon: Reached,
  requestId: string,
  answer: unknown,
  headers: Record<string, string> = {},
): Promise<Said> {
  const response = await fetch(`${daemon.url}/api/approvals/${requestId}`, {
    method: 'POST',
    headers: Object.entries({
      authorization: `Bearer ${daemon.token}`,
      'content-type': 'application/json',
      ...headers,
    }).filter(([, value]) => value !== ''),
    body: JSON.stringify(answer),
  });
  return { status: response.status, body: (await response.json()) as Said['body'] };
}
