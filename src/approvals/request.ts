// What is told of a request: all of it to who may approve, and to the others what the log has.
import type { EventDraft, RequestOfApproval } from '../protocol/index.ts';
import type { Asked } from './asked.ts';

/** All of it, for who may approve. @param expiresAt in milliseconds since 1970 */
export function requestOf(
  { sessionId, agentId, timestamp }: EventDraft,
  requestId: string,
  { kind, toolName, input, suggestions, cwd, permissionMode }: Asked,
  expiresAt: number,
): RequestOfApproval {
  return {
    requestId,
    sessionId,
    ...(agentId === undefined ? {} : { agentId }),
    kind,
    toolName,
    input,
    whole: true,
    ...(suggestions === undefined ? {} : { suggestions: [...suggestions] }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(permissionMode === undefined ? {} : { permissionMode }),
    requestedAt: timestamp,
    expiresAt,
  };
}

/** What everybody may see of it: as it is in the log. */
export function partOf({ data }: EventDraft): Pick<RequestOfApproval, 'input' | 'whole' | 'suggestions'> {
  const { input, suggestions } = data as Pick<RequestOfApproval, 'suggestions'> & { input?: unknown };
  const isObject = typeof input === 'object' && input !== null;
  return {
    input: isObject ? (input as Record<string, unknown>) : {},
    whole: false,
    ...(suggestions === undefined ? {} : { suggestions }),
  };
}
