// What the daemon sends over the WebSocket besides plain events.
import { z } from 'zod';
import { OpenAlert } from './alerts.ts';
import { Answered, ApprovalList } from './approvals.ts';
import { RequestId } from './client-messages.ts';
import { ERROR_CODES, type ErrorCode, RESUME_REASONS } from './codes.ts';
import { Epoch, EventEnvelope, Seq } from './envelope.ts';
import { PROTOCOL_VERSION } from './limits.ts';
import { MessagePage, Sent } from './messages.ts';
import { NodePositions } from './nodes.ts';
import { AgentSnapshot, SessionState } from './state.ts';
import { Usage } from './usage.ts';

const base = { id: RequestId.optional().describe('The `id` of the request this answers.') };
const topics = z.array(z.string()).describe('All patterns the connection now holds.');
const position = Seq.describe("The connection's position: everything up to here was sent or did not match.");
const reason = z.enum(RESUME_REASONS).optional().describe('Why not, when `recovered` is false.');

export const Snapshot = z.object({
  type: z.literal('snapshot'),
  ...base,
  protocol: z.literal(PROTOCOL_VERSION).describe('The version of this protocol.'),
  server: z
    .object({ name: z.string().describe('`hookline`.'), version: z.string().describe('Its version.') })
    .describe('Who speaks.'),
  epoch: Epoch,
  seq: Seq.describe('The state below is exactly as of this seq.'),
  oldestSeq: Seq.describe('The oldest event that can still be replayed; `seq + 1` when there is none.'),
  nodes: NodePositions.optional().describe('On a hub: how far each machine is known, as of the same seq.'),
  sessions: z.array(SessionState).describe('Sessions that live.'),
  agents: z.array(AgentSnapshot).describe('Subagents that live.'),
  alerts: z.array(OpenAlert).optional().describe('Alerts that are open; absent for none.'),
});
export const Subscribed = z.object({
  type: z.literal('subscribed'),
  ...base,
  topics,
  epoch: Epoch,
  seq: position,
  recovered: z.boolean().optional().describe('Present when `since` was given: whether it could be honoured.'),
  reason,
});
export const Unsubscribed = z.object({ type: z.literal('unsubscribed'), ...base, topics });
export const SessionList = z.object({
  type: z.literal('session_list'),
  ...base,
  sessions: z.array(SessionState).describe('Sessions that live.'),
});
export const SessionHistory = z.object({
  type: z.literal('session_history'),
  ...base,
  sessionId: z.string().describe('The session.'),
  events: z.array(EventEnvelope).describe('The newest events asked for, ascending by seq.'),
  hasMore: z.boolean().describe('Whether there are older ones.'),
});
export const UsageReply = z.object({
  type: z.literal('usage'),
  ...base,
  sessionId: z.string().optional().describe('Absent: all sessions together.'),
  ...Usage.shape,
});
export const SubscribedAgentLog = z.object({
  type: z.literal('subscribed_agent_log'),
  ...base,
  sessionId: z.string().describe('The session.'),
});
export const UnsubscribedAgentLog = z.object({
  type: z.literal('unsubscribed_agent_log'),
  ...base,
  sessionId: z.string().optional().describe('Absent: all of them.'),
});
export const AgentLog = z.object({
  type: z.literal('agent_log'),
  sessionId: z.string().describe('The session.'),
  agentId: z.string().optional().describe('The subagent whose transcript it is.'),
  line: z.unknown().describe('One transcript line, parsed.'),
});
export const ReplayStarted = z.object({
  type: z.literal('replay_started'),
  ...base,
  from: Seq.describe('The position the replay starts from, exclusive.'),
  to: Seq.describe('The head of the log when it started, inclusive.'),
});
export const ReplayComplete = z.object({
  type: z.literal('replay_complete'),
  ...base,
  to: Seq,
  count: z.int().describe('Events sent by this replay.'),
  recovered: z.boolean().describe('Whether nothing is missing.'),
  reason,
});
const { id: messageId, ...sent } = Sent.shape;
export const MessageSent = z.object({
  type: z.literal('message_sent'),
  ...base,
  messageId,
  ...sent,
  duplicate: sent.duplicate.describe('It was sent before: `messageId` is that of the first.'),
});
export const Messages = z.object({ type: z.literal('messages'), ...base, ...MessagePage.shape });
export const ApprovalsReply = z.object({ type: z.literal('approvals'), ...base, ...ApprovalList.shape });
export const PermissionAnswered = z.object({
  type: z.literal('permission_answered'),
  ...base,
  ...Answered.shape,
});
export const Pong = z.object({ type: z.literal('pong'), ...base, seq: position });
export const ErrorReply = z.object({
  type: z.literal('error'),
  ...base,
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]).describe('What kind of error it is.'),
  message: z.string().describe('What is wrong, and what to do.'),
  details: z.unknown().optional().describe('More, by `code`: which fields are wrong, say.'),
});
export const Events = z.object({
  type: z.literal('events'),
  prev: Seq.describe('The position last told on this connection.'),
  to: Seq.describe('The position after this batch.'),
  events: z.array(EventEnvelope).describe('In order, oldest first.'),
});
export const Gap = z.object({
  type: z.literal('gap'),
  from: Seq.describe('First seq that could not be delivered.'),
  to: Seq.describe('Last seq that could not be delivered.'),
  reason: z.enum(RESUME_REASONS).describe('Why.'),
});
export const PositionUpdate = z.object({
  type: z.literal('position'),
  seq: position,
  nodes: NodePositions.optional().describe(
    'On a hub, where the position is the head of its log: how far each machine is known.',
  ),
});

export const ServerMessage = z.discriminatedUnion('type', [
  Snapshot,
  Subscribed,
  Unsubscribed,
  SessionList,
  SessionHistory,
  UsageReply,
  SubscribedAgentLog,
  UnsubscribedAgentLog,
  AgentLog,
  ReplayStarted,
  ReplayComplete,
  MessageSent,
  Messages,
  ApprovalsReply,
  PermissionAnswered,
  Pong,
  ErrorReply,
  Events,
  Gap,
  PositionUpdate,
]);
/** Any frame of the daemon that is not a plain event. */
export type ServerMessage = z.infer<typeof ServerMessage>;
/** A server message by its `type`. */
export type ServerMessageOf<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;
