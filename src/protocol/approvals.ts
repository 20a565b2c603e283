// Requests that a session puts to its user, and the answers that can be given to them from outside.
import { z } from 'zod';

/**
 * What is asked: whether a tool may run, a question, whether a plan is good. Not what an MCP server wants to know: as long as that
 * hook waits, its dialog is not on the screen, so nobody could answer at the terminal (observed with Claude Code 2.1.332).
 */
export const APPROVAL_KINDS = ['permission', 'question', 'plan'] as const;
export type ApprovalKind = (typeof APPROVAL_KINDS)[number];

/** By so many letters at its beginning a request is known from all others of its daemon; people type no more. */
export const SHORT_LENGTH = 5;

/** How a request ended. */
export const APPROVAL_OUTCOMES = ['allowed', 'denied', 'answered_elsewhere', 'timed_out', 'policy'] as const;
export type ApprovalOutcome = (typeof APPROVAL_OUTCOMES)[number];

/** The modes that a plan can be accepted with. */
export const PLAN_MODES = ['default', 'acceptEdits'] as const;

/** Longest words that go with an answer, in characters. */
const MESSAGE_LENGTH = 10_000;

export const RequestOfApproval = z.object({
  requestId: z.string().describe('Names the request; it is answered once, and never used again.'),
  sessionId: z.string().describe('The session that asks.'),
  agentId: z.string().optional().describe('The subagent that asks; absent for the main agent.'),
  kind: z.enum(APPROVAL_KINDS).describe('What is asked.'),
  toolName: z.string().describe('The tool it is about.'),
  input: z
    .record(z.string(), z.unknown())
    .describe("The tool's input. To the letter what is approved when `whole` is true."),
  whole: z
    .boolean()
    .describe(
      'Whether nothing was taken out of `input`: only who may approve sees secrets and everything that is very long.',
    ),
  suggestions: z.array(z.unknown()).optional().describe('Rules that the dialog at the terminal offers.'),
  cwd: z.string().optional().describe('Where the session works.'),
  permissionMode: z.string().optional().describe('The permission mode it is in.'),
  requestedAt: z.number().describe('When it was asked, in milliseconds since 1970.'),
  expiresAt: z
    .number()
    .describe('When it can be answered only at its terminal any more, in milliseconds since 1970.'),
});
/** A request that waits for an answer. */
export type RequestOfApproval = z.infer<typeof RequestOfApproval>;

export const ApprovalList = z.object({
  requests: z.array(RequestOfApproval).describe('All that can be answered now, the oldest first.'),
});
export type ApprovalList = z.infer<typeof ApprovalList>;

/** What can be said to a request. */
export const answerFields = {
  behavior: z.enum(['allow', 'deny']).describe('Whether it may.'),
  message: z
    .string()
    .max(MESSAGE_LENGTH)
    .optional()
    .describe('Why not; the model reads it. With `deny` only.'),
  updatedInput: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('The input that the tool runs with instead. With `allow` only.'),
  forSession: z
    .boolean()
    .optional()
    .describe(
      'The same is not asked again in this session: this very command, this file, or else this tool.',
    ),
  answers: z
    .record(z.string(), z.union([z.string(), z.array(z.string()).min(1)]))
    .optional()
    .describe(
      'To a `question`: by the words of each question the label of an option, several of them where that is possible, or words of your own.',
    ),
  mode: z.enum(PLAN_MODES).optional().describe('To a `plan`: the permission mode to go on in.'),
};
export const Answer = z.strictObject(answerFields);
/** An answer to a request. */
export type Answer = z.infer<typeof Answer>;

export const Answered = z.object({
  requestId: z.string().describe('The request.'),
  outcome: z.enum(['allowed', 'denied']).describe('What the agent is told.'),
  by: z
    .string()
    .describe('Who answered: the name of a token, `main token`, `page`, `link` or `link of NAME`.'),
});
/** That an answer was the first. */
export type Answered = z.infer<typeof Answered>;
