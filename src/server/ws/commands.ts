// What the daemon does for each client message.

import type { Scope } from '../../auth/index.ts';
import type { Queries } from '../../engine/index.ts';
import { type Feed, type Resumed, TooManyTopicsError } from '../../fanout/index.ts';
import type { Resume } from '../../hub/index.ts';
import {
  type ClientMessage,
  type ClientMessageType,
  type ErrorCode,
  InvalidTopicError,
  type Position,
  type RequestId,
  type ResumeReason,
} from '../../protocol/index.ts';
import type { AgentLog } from './agent-log.ts';
import { type Approver, answerPermission, getApprovals } from './approvals.ts';
import { type Correspondent, getMessages, sendMessage } from './messages.ts';

/** Finds where a client goes on that knows how far it got with each node, or why it cannot. */
export type ResumeByNodes = (since: Position) => Promise<Resume | ResumeReason>;

/** The connection a message came from. */
export interface Peer extends Correspondent, Approver {
  readonly feed: Feed;
  readonly queries: Queries;
  /** Undefined where there are no nodes. */
  readonly resumeByNodes: ResumeByNodes | undefined;
  setBatch(batch: boolean): void;
  /** Whether it may be waited for when a session asks something. */
  setAnswers(answers: boolean): void;
  /** A finished message, for answers that are joined from text. */
  sendText(text: string): void;
  /** The same in pieces of UTF-8. */
  sendPieces(pieces: readonly Buffer[]): void;
  /** The feed's position or wishes changed: let it run. */
  wake(): void;
  readonly agentLog: AgentLog;
}

type Message<T extends ClientMessageType> = Extract<ClientMessage, { type: T }>;
type Handlers = {
  readonly [T in ClientMessageType]: (peer: Peer, message: Message<T>, id: WithId) => void | Promise<void>;
};
type WithId = { id?: RequestId };

const HANDLERS: Handlers = {
  async subscribe(peer, message, id) {
    const sessions = message.sessionId === undefined ? undefined : new Set([message.sessionId].flat());
    let resumed: Resumed | undefined;
    try {
      resumed = await resume(peer, message, sessions);
    } catch (error) {
      return refuse(peer, id, error);
    }
    if (message.batch !== undefined) peer.setBatch(message.batch);
    if (message.answers !== undefined) peer.setAnswers(message.answers);
    const topics = peer.feed.subscription.patterns;
    peer.send({
      type: 'subscribed',
      ...id,
      topics,
      epoch: peer.queries.log.epoch,
      seq: peer.feed.tell(),
      ...resumed,
    });
    peer.wake();
  },

  unsubscribe(peer, message, id) {
    peer.feed.subscription.remove(message.topics);
    peer.send({ type: 'unsubscribed', ...id, topics: peer.feed.subscription.patterns });
    peer.wake();
  },

  get_snapshot(peer, _message, id) {
    peer.feed.onceCaughtUp(() => {
      peer.sendPieces(peer.queries.snapshot(id.id));
      peer.feed.snapshotSent();
    });
    peer.wake();
  },

  get_session_list(peer, _message, id) {
    peer.send({ type: 'session_list', ...id, sessions: peer.queries.sessions() });
  },

  async get_session_history(peer, { sessionId, limit, before }, id) {
    if (!peer.queries.knows(sessionId)) return notFound(peer, id, sessionId);
    const page = await peer.queries.history({
      filter: { sessions: new Set([sessionId]) },
      limit,
      from: 'newest',
      ...(before === undefined ? {} : { before }),
    });
    const head = JSON.stringify({ type: 'session_history', ...id, sessionId, hasMore: page.hasMore });
    peer.sendText(`${head.slice(0, -1)},"events":${page.events}}`);
  },

  get_usage(peer, { sessionId }, id) {
    if (sessionId !== undefined && !peer.queries.knows(sessionId)) return notFound(peer, id, sessionId);
    const which = sessionId === undefined ? {} : { sessionId };
    peer.send({ type: 'usage', ...id, ...which, ...peer.queries.usage(sessionId) });
  },

  subscribe_agent_log(peer, { sessionId }, id) {
    const transcript = peer.queries.openTranscript(sessionId);
    if (!transcript) {
      const message = `no living session ${JSON.stringify(sessionId)} with a transcript is known; get_session_list tells which live`;
      return peer.send({ type: 'error', ...id, code: 'not_found', message });
    }
    peer.send({ type: 'subscribed_agent_log', ...id, sessionId });
    peer.agentLog.follow(sessionId, transcript);
  },

  unsubscribe_agent_log(peer, { sessionId }, id) {
    peer.agentLog.unfollow(sessionId);
    peer.send({ type: 'unsubscribed_agent_log', ...id, ...(sessionId === undefined ? {} : { sessionId }) });
  },

  replay(peer, { lastSeq, epoch }, id) {
    peer.feed.replay(lastSeq, epoch, id.id, (from, to) =>
      peer.send({ type: 'replay_started', ...id, from, to }),
    );
    peer.wake();
  },

  send_message: sendMessage,
  get_messages: getMessages,
  get_approvals: getApprovals,
  answer_permission: answerPermission,

  ping(peer, _message, id) {
    peer.send({ type: 'pong', ...id, seq: peer.feed.position });
  },
};

/** Adds topics, from where the client says that it was: here, or at another hub. */
async function resume(
  { feed, queries, resumeByNodes }: Peer,
  { topics, since }: Message<'subscribe'>,
  sessions: ReadonlySet<string> | undefined,
): Promise<Resumed | undefined> {
  if (since?.nodes === undefined || resumeByNodes === undefined)
    return feed.subscribe(topics, sessions, since);
  const found = await resumeByNodes(since);
  if (typeof found !== 'string')
    return feed.subscribe(topics, sessions, { epoch: queries.log.epoch, seq: found.seq }, found.isKnown);
  feed.subscribe(topics, sessions);
  return { recovered: false, reason: found };
}

/** What a token has to be good for, besides that one needs `read` to be connected at all. */
const NEEDS: { readonly [T in ClientMessageType]: Scope } = {
  subscribe: 'read',
  unsubscribe: 'read',
  get_snapshot: 'read',
  get_session_list: 'read',
  get_session_history: 'read',
  get_usage: 'read',
  subscribe_agent_log: 'read',
  unsubscribe_agent_log: 'read',
  replay: 'read',
  send_message: 'send',
  get_messages: 'read',
  get_approvals: 'read',
  answer_permission: 'approve',
  ping: 'read',
};

/** Does what a client asks; whatever happens, exactly one reply is sent or promised. A promise: the answer takes a while. */
export function handle(peer: Peer, message: ClientMessage): void | Promise<void> {
  const id: WithId = message.id === undefined ? {} : { id: message.id };
  const scope = NEEDS[message.type];
  if (!peer.access.scopes.has(scope)) {
    const words = `the token of this connection may not ${message.type} (scope ${scope}); connect with one that may`;
    return peer.send({ type: 'error', ...id, code: 'forbidden', message: words });
  }
  // The map above has a handler of the right type for every message type; the compiler cannot follow the lookup.
  const handler = HANDLERS[message.type] as (
    peer: Peer,
    message: ClientMessage,
    id: WithId,
  ) => void | Promise<void>;
  return handler(peer, message, id);
}

function refuse(peer: Peer, id: WithId, error: unknown): void {
  if (!(error instanceof InvalidTopicError || error instanceof TooManyTopicsError)) throw error;
  const code: ErrorCode = error.code;
  peer.send({ type: 'error', ...id, code, message: error.message });
}

function notFound(peer: Peer, id: WithId, sessionId: string): void {
  const message = `no session ${JSON.stringify(sessionId)} is known; get_session_list tells which are`;
  peer.send({ type: 'error', ...id, code: 'not_found', message });
}
