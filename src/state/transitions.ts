// What an event does to the people of its session: turns begin and end, calls run, somebody is waited for.
import type { EventDraft } from '../protocol/index.ts';
import type { Actor } from './actor.ts';
import type { AgentAttributes } from './attributes.ts';
import type { PendingRequests, Wait } from './pending.ts';
import { int, text } from './read.ts';

/** Everybody in a session. */
export interface Cast {
  readonly main: Actor;
  readonly agents: ReadonlyMap<string, Actor<AgentAttributes>>;
  readonly waits: PendingRequests;
}

/** Applies an event to whom it is about. Whose state is another one then is found out by settling them all. */
export function transition(cast: Cast, actor: Actor, event: EventDraft): void {
  const { waits } = cast;
  const { type, timestamp } = event;
  switch (type) {
    case 'tool.use':
      actor.calling(event);
      return waits.claim(event);
    case 'tool.result':
    case 'permission.denied':
      actor.calls.end(event);
      return waits.end(wait => wait.agentId === actor.agentId && endedBy(wait, actor, event));
    case 'prompt.submitted':
      actor.begins(timestamp);
      return waits.end(wait => wait.agentId === actor.agentId && wait.since < timestamp);
    case 'agent.started':
      return actor.begins(timestamp);
    case 'message.user':
      return resumed(actor, event) ? actor.begins(timestamp) : undefined;
    case 'permission.requested':
      return waits.permission(event, actor.calls);
    case 'permission.resolved':
      return waits.resolved(event);
    case 'elicitation.requested':
      return waits.question(event, actor.calls);
    case 'elicitation.answered':
      return waits.end(wait => wait.agentId === actor.agentId && answers(wait, event));
    case 'session.notification':
      return notified(cast, actor, event);
    case 'turn.completed':
      absent(cast, event);
      return rests(cast, actor, event);
    case 'turn.failed':
    case 'agent.stopped':
      return rests(cast, actor, event);
    case 'session.discovered':
      return restarts(cast, event);
    case 'session.updated':
      return hears(cast, event);
    case 'session.removed':
      for (const one of everybody(cast)) one.quits();
  }
}

export function* everybody({ main, agents }: Cast): Generator<Actor> {
  yield* agents.values();
  yield main;
}

/** What stands in a transcript as a message when the user broke something off (Claude Code 2.1.329). */
const INTERRUPTED = '[Request interrupted by user';

/** A subagent that came to rest is resumed by a message; the session tells of its prompts itself. */
function resumed(actor: Actor, { data }: EventDraft): boolean {
  return actor.agentId !== undefined && !text(data, 'text')?.startsWith(INTERRUPTED);
}

/** Whether a wait is over once a call has ended: its own, or, where that is not known, the last one that ran. */
function endedBy(wait: Wait, { calls }: Actor, { data }: EventDraft): boolean {
  return wait.toolUseId === undefined ? calls.running.length === 0 : wait.toolUseId === data['toolUseId'];
}

function answers(wait: Wait, { data }: EventDraft): boolean {
  const question = text(data, 'elicitationId');
  return wait.kind === 'input' && (question === undefined || !wait.question || wait.question === question);
}

function rests({ waits }: Cast, actor: Actor, { timestamp, data }: EventDraft): void {
  if (!actor.ends(timestamp, text(data, 'promptId'))) return;
  waits.end(wait => wait.agentId === actor.agentId && wait.since <= timestamp);
}

/** What still runs in the background, in the client's words. */
type Task = { readonly id?: unknown; readonly type?: unknown } | null;

/**
 * A subagent that the user stopped by hand fires no hook, but the main agent's Stop tells who is still at work (Claude Code 2.1.329).
 * Of a workflow it names the whole, and nobody who works in it: those are not known to be the children of a call (2.1.332).
 */
function absent({ agents, waits }: Cast, { timestamp, data }: EventDraft): void {
  if (!Array.isArray(data['backgroundTasks'])) return;
  const tasks = data['backgroundTasks'] as readonly Task[];
  const named = new Set(tasks.map(task => task?.id));
  const workflow = tasks.some(task => task?.type === 'workflow');
  for (const [agentId, agent] of agents) {
    const working = named.has(agentId) || (workflow && agent.about.toolUseId === undefined);
    if (working || !agent.ends(timestamp)) continue;
    waits.end(wait => wait.agentId === agentId && wait.since <= timestamp);
  }
}

/** Notifications come some seconds after what they are about, which is known by then as a rule. */
function notified({ waits }: Cast, actor: Actor, event: EventDraft): void {
  const kind = text(event.data, 'notificationType');
  const asked = waits.first('permission', actor) ?? waits.first('input', actor);
  if (kind === 'permission_prompt' && !asked) waits.ask('permission', event, actor.calls);
  if (kind === 'elicitation_dialog' && !asked) waits.ask('input', event, actor.calls);
  if (kind === 'idle_prompt') actor.ends(event.timestamp);
}

/** The session begins anew under its old id, as after a crash: nothing from before goes on. Compaction goes on with everything. */
function restarts(cast: Cast, { timestamp, data }: EventDraft): void {
  if (!BEGINNINGS.has(data['startedBy'])) return;
  for (const one of everybody(cast)) one.ends(timestamp);
  cast.waits.end(wait => wait.since < timestamp);
}

const BEGINNINGS: ReadonlySet<unknown> = new Set(['startup', 'resume', 'clear', 'fork']);

/** What the client says it waits for when it is a permission; anything else is a question (Claude Code 2.1.329). */
const PERMISSIONS: ReadonlySet<unknown> = new Set(['permission prompt', 'sandbox request']);

/**
 * The client's own word about the whole session, which may be read seconds after it was said (observed with Claude Code 2.1.329):
 * `busy` as long as the main agent or a subagent works, `waiting` while a dialog is open, else `idle`, or `shell` when a shell
 * goes on in the background. It tells what no hook does: a dialog answered with "No", Esc, a subagent stopped by hand.
 */
function hears(cast: Cast, event: EventDraft): void {
  const { main, agents, waits } = cast;
  const { status, waitingFor } = event.data;
  const at = int(event.data, 'statusAt') ?? event.timestamp;
  switch (status) {
    case 'waiting':
      if (main.stateSince <= at && waits.all.length === 0)
        waits.ask(PERMISSIONS.has(waitingFor) ? 'permission' : 'input', event, main.calls);
      return;
    case 'busy':
      waits.end(wait => wait.since < at);
      if (main.restsAt(at) && [...agents.values()].every(agent => agent.restsAt(at))) main.begins(at);
      return;
    case 'idle':
    case 'shell':
      waits.end(wait => wait.since < at);
      for (const one of everybody(cast)) if (one.stateSince <= at) one.ends(at);
  }
}
