// Requests as they come, and how each one ends; whoever watches is there to answer, so sessions wait for them.
import type { EventOf, RequestOfApproval } from '../../protocol/index.ts';
import { ConnectionStatus } from '../connection-status.ts';
import { connectClient } from '../stream.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine, plain } from '../text/plain.ts';
import { headOf, linesOf, shortOf, waysOf } from './shown.ts';

/** Prints until the signal fires. @throws Failure when the daemon refuses us for good. */
export async function watchApprovals(
  home: string,
  json: boolean,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const greeting = json ? undefined : 'watching; sessions wait for your answer (Ctrl-C ends)';
  const connection = new ConnectionStatus(terminal, { greeting, missed: 'shown' });
  const open = new Map<string, RequestOfApproval>();
  const client = connectClient(home, { signal, onStatus: status => connection.status(status) });
  /** Shows those that were not shown yet, also after a time without a connection. */
  const look = async (): Promise<void> => {
    for (const request of await client.approvals({ signal })) {
      if (open.has(request.requestId)) continue;
      open.set(request.requestId, request);
      await terminal.print(json ? jsonLine({ request }) : blockOf(request));
    }
  };
  const resolved = async ({ data, timestamp, sessionId }: EventOf<'permission.resolved'>): Promise<void> => {
    const { requestId, outcome, by, message } = data;
    open.delete(requestId);
    if (json) return terminal.print(jsonLine({ resolved: { ...data, sessionId, timestamp } }));
    const why = message === undefined ? '' : `: ${message}`;
    await terminal.print(plain(`${shortOf(requestId)} ${outcome.replaceAll('_', ' ')}, by ${by}${why}`));
  };
  const events = client.view(['permission.requested', 'permission.resolved'], { signal });
  for await (const { snapshot, event } of events) {
    if (snapshot || event?.type === 'permission.requested') await look();
    if (event?.type === 'permission.resolved') await resolved(event);
  }
}

function blockOf(request: RequestOfApproval): string {
  return ['', headOf(request), ...linesOf(request), ...waysOf(request)].join('\n');
}
