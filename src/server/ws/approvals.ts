// What a connection asks about requests that wait for an answer: by the same rules as over HTTP, and refused in the same words.
import { ApprovalError, type ApprovalQueue, InvalidAnswerError } from '../../approvals/index.ts';
import type { Access } from '../../auth/index.ts';
import type { ClientMessage, RequestId, ServerMessage } from '../../protocol/index.ts';

/** The part of a connection that this needs. */
export interface Approver {
  readonly approvals: ApprovalQueue;
  /** What its token is good for. */
  readonly access: Access;
  send(message: ServerMessage): void;
}

type WithId = { id?: RequestId };

export function getApprovals(peer: Approver, _message: unknown, id: WithId): void {
  const requests = peer.approvals.list(peer.access.scopes.has('approve'));
  peer.send({ type: 'approvals', ...id, requests });
}

/** Answers once it is on record, or says why it was not taken. */
export async function answerPermission(
  peer: Approver,
  { type: _, id: __, requestId, ...answer }: Extract<ClientMessage, { type: 'answer_permission' }>,
  id: WithId,
): Promise<void> {
  try {
    const answered = await peer.approvals.answer(requestId, answer, peer.access.holder);
    peer.send({ type: 'permission_answered', ...id, ...answered });
  } catch (error) {
    if (!(error instanceof ApprovalError || error instanceof InvalidAnswerError)) throw error;
    peer.send({ type: 'error', ...id, code: error.code, message: error.message });
  }
}
