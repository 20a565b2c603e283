// One session or subagent as it stands, and how an event changes it.
import type { AgentSnapshot, AgentState, EventDraft, SessionState } from '../protocol/index.ts';

/** What a session and an agent have in common: the tools that run and whether somebody is waited for. */
export interface Actor {
  state: AgentState;
  /** Tool calls without a result yet, by toolUseId, in the order they started. */
  readonly running: Map<string, string>;
}

export interface Session extends Actor {
  readonly shown: Omit<SessionState, 'state' | 'currentTool'>;
}

export interface Agent extends Actor {
  readonly shown: Omit<AgentSnapshot, 'state' | 'currentTool'>;
}

/** The tool that started last and has no result yet. */
export function currentTool(actor: Actor): string | undefined {
  return [...actor.running.values()].at(-1);
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

export function newSession(event: EventDraft): Session {
  return {
    state: 'idle',
    running: new Map(),
    shown: {
      sessionId: event.sessionId,
      source: event.source,
      cwd: '',
      startedAt: event.timestamp,
      lastActivityAt: event.timestamp,
      counts: { prompts: 0, turns: 0, tools: 0, failures: 0 },
    },
  };
}

export function newAgent(event: EventDraft, agentId: string): Agent {
  return {
    state: 'working',
    running: new Map(),
    shown: {
      agentId,
      sessionId: event.sessionId,
      agentType: text(event.data['agentType']) ?? '',
      startedAt: event.timestamp,
      lastActivityAt: event.timestamp,
    },
  };
}

/** Takes over what an event says about its session, whoever in the session it is about. */
export function describe(session: Session, event: EventDraft): void {
  const { shown } = session;
  const payload = event.hook?.payload ?? {};
  shown.lastActivityAt = Math.max(shown.lastActivityAt, event.timestamp);
  shown.cwd = text(event.data['cwd']) ?? shown.cwd;
  const permissionMode = text(event.data['permissionMode']);
  const transcriptPath = text(event.data['transcriptPath']) ?? text(payload['transcript_path']);
  if (permissionMode) shown.permissionMode = permissionMode;
  if (transcriptPath && event.agentId === undefined) shown.transcriptPath = transcriptPath;
  if (event.type === 'session.discovered') {
    const model = text(event.data['model']);
    const startedBy = text(event.data['startedBy']);
    if (model) shown.model = model;
    if (startedBy) shown.startedBy = startedBy;
  }
  const switchedTo = event.type === 'model.switched' ? text(event.data['to']) : undefined;
  if (switchedTo) shown.model = switchedTo;
  count(session, event);
}

function count({ shown: { counts } }: Session, event: EventDraft): void {
  if (event.type === 'prompt.submitted') counts.prompts++;
  else if (event.type === 'turn.completed') counts.turns++;
  else if (event.type === 'tool.use') counts.tools++;
  else if (event.type === 'turn.failed') counts.failures++;
  else if (event.type === 'tool.result' && event.data['success'] === false) counts.failures++;
}

/** The state of whoever an event is about, once it has happened. */
export function nextState(actor: Actor, event: EventDraft): AgentState {
  const toolUseId = text(event.data['toolUseId']);
  switch (event.type) {
    case 'tool.use':
      if (toolUseId) actor.running.set(toolUseId, text(event.data['toolName']) ?? '');
      return 'tool_running';
    case 'tool.result':
    case 'permission.denied':
      // One that comes after its turn has ended, as asynchronous hooks may, changes nothing.
      if (toolUseId && !actor.running.delete(toolUseId)) return actor.state;
      return busy(actor);
    case 'prompt.submitted':
    case 'agent.started':
    case 'elicitation.answered':
      return busy(actor);
    case 'permission.requested':
      return 'waiting_permission';
    case 'elicitation.requested':
      return 'waiting_input';
    case 'session.notification':
      return notified(actor, text(event.data['notificationType']));
    case 'turn.completed':
    case 'turn.failed':
      actor.running.clear();
      return 'idle';
    case 'agent.stopped':
    case 'session.removed':
      actor.running.clear();
      return 'offline';
    default:
      return actor.state;
  }
}

function busy(actor: Actor): AgentState {
  return actor.running.size > 0 ? 'tool_running' : 'working';
}

function notified(actor: Actor, notificationType: string | undefined): AgentState {
  if (notificationType === 'permission_prompt') return 'waiting_permission';
  if (notificationType === 'elicitation_dialog') return 'waiting_input';
  return actor.state;
}
