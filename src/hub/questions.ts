// What a hub asks of the hookline of another machine, and what that answers. Nothing else can be asked.
import { z } from 'zod';
import { Answer, Answered, RequestOfApproval } from '../protocol/index.ts';

const hub = z.string().min(1).max(64);

export const Question = z.discriminatedUnion('ask', [
  /** Which requests wait for an answer. */
  z.strictObject({ ask: z.literal('approvals'), hub }),
  /** An answer to one of them. */
  z.strictObject({
    ask: z.literal('answer'),
    hub,
    requestId: z.string().min(1).max(256),
    answer: Answer,
    /** Who answers there, for the record. */
    by: z.string().min(1).max(200),
  }),
]);
export type Question = z.infer<typeof Question>;

const Refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
export type Refusal = z.infer<typeof Refusal>;

const Waiting = z.object({
  /** All of each. */
  requests: z.array(RequestOfApproval),
  /** The same, as everybody may see them. */
  shown: z.array(RequestOfApproval),
});
export type Waiting = z.infer<typeof Waiting>;

export const ApprovalsSaid = z.union([Waiting, Refusal]);
export const AnswerSaid = z.union([z.object({ answered: Answered }), Refusal]);

/** What a hub says to all: whether somebody is there who may answer. */
export const Presence = z.object({ hub, listening: z.enum(['by name', 'among all']).optional() });
export type Presence = z.infer<typeof Presence>;
