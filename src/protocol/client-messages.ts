// What a client may send over the WebSocket.
import { z } from 'zod';
import { answerFields } from './approvals.ts';
import { Epoch, Seq, SessionId } from './envelope.ts';
import { FIXED_LIMITS } from './limits.ts';
import { MessageState, NewMessage } from './messages.ts';
import { NodePositions } from './nodes.ts';

/** Correlates a reply with its request; echoed unchanged. */
export const RequestId = z.union([z.string(), z.number()]);
export type RequestId = z.infer<typeof RequestId>;

const base = { id: RequestId.optional().describe('Echoed by the reply.') };
const topics = z.array(z.string()).min(1).max(FIXED_LIMITS.topicsPerSubscribe);
const sessionFilter = z.union([
  SessionId,
  z.array(SessionId).min(1).max(FIXED_LIMITS.sessionIdsPerSubscribe),
]);

export const Position = z.object({
  epoch: Epoch,
  seq: Seq,
  nodes: NodePositions.optional().describe(
    'From a hub: how far each machine was known. With it, another hub goes on where the first one was.',
  ),
});
/** A place in the log that a client can resume from. */
export type Position = z.infer<typeof Position>;

export const Subscribe = z.object({
  type: z.literal('subscribe'),
  ...base,
  topics: topics.describe('Topic patterns: `tool.*`, `**`, `{agent,session}.*`.'),
  sessionId: sessionFilter
    .optional()
    .describe('Only events of these sessions, for the topics of this message.'),
  since: Position.optional().describe('Resume right after this position.'),
  batch: z.boolean().optional().describe('Send events as `events` messages; holds for the connection.'),
  answers: z
    .boolean()
    .optional()
    .describe(
      'False: this connection only watches, and no session waits for an answer from it; holds for the connection.',
    ),
});
export const Unsubscribe = z.object({
  type: z.literal('unsubscribe'),
  ...base,
  topics: topics.describe('Patterns, as they were subscribed.'),
});
export const GetSnapshot = z.object({ type: z.literal('get_snapshot'), ...base });
export const GetSessionList = z.object({ type: z.literal('get_session_list'), ...base });
export const GetSessionHistory = z.object({
  type: z.literal('get_session_history'),
  ...base,
  sessionId: SessionId.describe('The session.'),
  limit: z
    .int()
    .min(1)
    .max(FIXED_LIMITS.historyEvents)
    .default(FIXED_LIMITS.historyEventsDefault)
    .describe('Most events in the answer.'),
  before: Seq.optional().describe('Only events with a smaller seq.'),
});
export const GetUsage = z.object({
  type: z.literal('get_usage'),
  ...base,
  sessionId: SessionId.optional().describe('Absent: all sessions together.'),
});
export const SubscribeAgentLog = z.object({
  type: z.literal('subscribe_agent_log'),
  ...base,
  sessionId: SessionId.describe('The session.'),
});
export const UnsubscribeAgentLog = z.object({
  type: z.literal('unsubscribe_agent_log'),
  ...base,
  sessionId: SessionId.optional().describe('Absent: all of them.'),
});
export const Replay = z.object({
  type: z.literal('replay'),
  ...base,
  lastSeq: Seq.describe('The last seq the client has; events after it come again.'),
  epoch: Epoch.optional().describe('The epoch that `lastSeq` belongs to; absent: the one now.'),
});

const { type: typeOfPayload, ...messageFields } = NewMessage.shape;
/** The fields of a message, but for its `type`: that is the command's here. One that nobody knows is refused. */
export const SendMessage = z
  .strictObject({
    type: z.literal('send_message'),
    ...base,
    ...messageFields,
    messageType: typeOfPayload,
  })
  .refine(
    ({ message, messageType, payload }) =>
      message !== undefined
        ? messageType === undefined && payload === undefined
        : messageType !== undefined && payload !== undefined,
    'must have either message, or messageType and payload',
  );
export const GetMessages = z.object({
  type: z.literal('get_messages'),
  ...base,
  to: z
    .string()
    .optional()
    .describe('Whom they are for: as their sender wrote it, or one of the names meant.'),
  from: z.string().optional().describe('Who sent them.'),
  state: MessageState.optional().describe('How they stand.'),
  key: z.string().optional().describe("Their sender's own id."),
  limit: z
    .int()
    .min(1)
    .max(FIXED_LIMITS.listedMessages)
    .default(FIXED_LIMITS.listedMessagesDefault)
    .describe('Most messages in the answer.'),
  before: z.string().optional().describe('Only messages older than that of this id.'),
});
export const GetApprovals = z.object({ type: z.literal('get_approvals'), ...base });
export const AnswerPermission = z.strictObject({
  type: z.literal('answer_permission'),
  ...base,
  requestId: z.string().describe('The request, as `permission.requested` or `approvals` named it.'),
  ...answerFields,
});
export const Ping = z.object({ type: z.literal('ping'), ...base });

export const ClientMessage = z.discriminatedUnion('type', [
  Subscribe,
  Unsubscribe,
  GetSnapshot,
  GetSessionList,
  GetSessionHistory,
  GetUsage,
  SubscribeAgentLog,
  UnsubscribeAgentLog,
  Replay,
  SendMessage,
  GetMessages,
  GetApprovals,
  AnswerPermission,
  Ping,
]);
export type ClientMessage = z.infer<typeof ClientMessage>;
export type ClientMessageType = ClientMessage['type'];

/** Every `type` a client message may have. */
export const CLIENT_MESSAGE_TYPES: readonly ClientMessageType[] = ClientMessage.options.map(
  option => option.shape.type.value,
);
