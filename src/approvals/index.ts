// The door of approvals: requests that wait for an answer from outside, and the rules that may give it.
export {
  Approvals,
  type ApprovalsOptions,
  type HeldHook,
  type LeftOver,
  type Listening,
} from './approvals.ts';
export { type Asked, InvalidAnswerError } from './asked.ts';
export { Endings, untilTold } from './endings.ts';
export { ApprovalError, type ApprovalErrorCode } from './errors.ts';
export { commandGlob } from './policy/glob.ts';
export { type Judgement, Policy } from './policy/policy.ts';
export type { Verdict } from './policy/verdict.ts';
export type { ApprovalQueue, End } from './queue.ts';
export { RequestIds } from './request-id.ts';
