// The routes about requests that wait for an answer: which there are, and answering one.
import { ApprovalError, type ApprovalQueue, InvalidAnswerError } from '../../../approvals/index.ts';
import { Answer } from '../../../protocol/index.ts';
import { takeJson } from '../body.ts';
import { checked } from '../checked.ts';
import { HttpError } from '../http-error.ts';
import { NoQuery, parseQuery } from '../query.ts';
import type { Room } from '../room.ts';
import { type App, BROWSER, checkStillValid, type Needs } from './routes.ts';

export interface ApprovalRoutesOptions {
  readonly approvals: ApprovalQueue;
  readonly room: Room;
}

/** Of an answer: there may be the whole input of a tool, when it is changed. */
export const ANSWER_BODY = { most: 16 * 1024 * 1024, mend: 'send less of an input' };
const NO_STORE = { 'cache-control': 'no-store' };

export function addApprovalRoutes(app: App, needs: Needs, { approvals, room }: ApprovalRoutesOptions): void {
  app.get('/api/approvals', needs('read', BROWSER), c => {
    parseQuery(NoQuery, c.req.queries());
    return c.json({ requests: approvals.list(c.var.access.scopes.has('approve')) }, 200, NO_STORE);
  });

  app.post('/api/approvals/:id', needs('approve', BROWSER), async c => {
    parseQuery(NoQuery, c.req.queries());
    const answer = await takeJson(c.env.incoming, { ...ANSWER_BODY, room }, value => checked(Answer, value));
    checkStillValid(c);
    return c.json(await orRefused(() => approvals.answer(c.req.param('id'), answer, c.var.access.holder)));
  });
}

/** @throws HttpError for what approvals refuse */
export async function orRefused<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApprovalError || error instanceof InvalidAnswerError)) throw error;
    throw new HttpError(error.code, error.message, { cause: error });
  }
}
