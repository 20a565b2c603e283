// The request that somebody means by the letters it begins with, and answering it.
import {
  type Answer,
  Answered,
  ApprovalList,
  type RequestOfApproval,
  SHORT_LENGTH,
} from '../../protocol/index.ts';
import type { Api } from '../api.ts';
import { Failure, UsageError } from '../failure.ts';
import { selfCommand } from '../invocation.ts';
import type { Terminal } from '../terminal.ts';
import { jsonLine, plainShort } from '../text/plain.ts';
import { headOf } from './shown.ts';

/** All that wait, the oldest first. */
export const waiting = async (api: Api): Promise<RequestOfApproval[]> =>
  (await api.get('/api/approvals', ApprovalList)).requests;

/**
 * The one that begins so; fewer letters than five are too few to tell what was meant from a slip of the finger.
 *
 * @throws UsageError, Failure
 */
export async function requestBy(api: Api, letters: string): Promise<RequestOfApproval> {
  if (!/^[a-z]+$/.test(letters) || letters.length < SHORT_LENGTH)
    throw new UsageError(
      `the request is ${JSON.stringify(letters.slice(0, 40))}, but it must be the ${SHORT_LENGTH} letters that \`${selfCommand()} approvals\` shows, or more of them`,
    );
  const found = (await waiting(api)).filter(({ requestId }) => requestId.startsWith(letters));
  const [request] = found;
  if (request !== undefined && found.length === 1) return request;
  throw new Failure(
    `no request ${letters} waits any more, or none ever did: it was answered, or its time was up; see: ${selfCommand()} approvals`,
  );
}

/** Answers, and says what was answered. @throws Failure in the daemon's words: somebody was first, or it does not fit */
export async function answerIt(
  api: Api,
  request: RequestOfApproval,
  answer: Answer,
  terminal: Terminal,
  json: boolean | undefined,
): Promise<void> {
  const answered = await api.post(`/api/approvals/${request.requestId}`, Answered, undefined, answer);
  if (json) return terminal.print(jsonLine(answered));
  terminal.say(
    plainShort(`${answered.outcome === 'allowed' ? 'Allowed' : 'Denied'}: ${headOf(request)}`, 200),
  );
}
