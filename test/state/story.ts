// Tells a session step by step, as hooks, transcripts and the client's own files tell it, and shows what becomes of it.

import type { AgentSnapshot, EventDraft, SessionState } from '../../src/protocol/index.ts';
import { Projection } from '../../src/state/index.ts';
import { makeIntake, makeReconciler } from '../support/agents.ts';

const intake = makeIntake();

/** A fixed moment at which stories begin, so that their times are the same in every run. */
export const NOON = Date.UTC(2026, 10, 20, 11);

export class Story {
  /** Milliseconds since 1970; every step takes ten of them. */
  now = NOON;
  readonly projection = new Projection();
  readonly log: EventDraft[] = [];
  readonly #reconciler = makeReconciler();

  /** A session whose first turn is under way, in `/home/dev/shop`. */
  static working(): Story {
    return new Story().hook('SessionStart', { source: 'startup' }).prompt('p1');
  }

  /** A hook is posted. */
  hook(event: string, fields: Record<string, unknown> = {}): this {
    this.now += 10;
    const payload = { session_id: 's1', cwd: '/home/dev/shop', hook_event_name: event, ...fields };
    return this.#take(intake(payload, this.now));
  }

  prompt(promptId: string, prompt = 'go'): this {
    return this.hook('UserPromptSubmit', { prompt, prompt_id: promptId });
  }

  use(id: string, command: string, fields: Record<string, unknown> = {}): this {
    return this.hook('PreToolUse', { ...bash(command), tool_use_id: id, prompt_id: 'p1', ...fields });
  }

  result(id: string, command: string, fields: Record<string, unknown> = {}): this {
    return this.hook('PostToolUse', { ...bash(command), tool_use_id: id, prompt_id: 'p1', ...fields });
  }

  /** The user is asked whether a command may run. */
  asks(command: string, fields: Record<string, unknown> = {}): this {
    return this.hook('PermissionRequest', { ...bash(command), prompt_id: 'p1', ...fields });
  }

  /** Something that no hook told. `ago`: how many milliseconds ago it happened. */
  tell(type: string, data: Record<string, unknown>, { ago = 0, agentId = '', sessionId = 's1' } = {}): this {
    this.now += 10;
    const at = { type, timestamp: this.now - ago, sessionId, source: 'claude-code', data };
    return this.#take(agentId === '' ? at : { ...at, agentId });
  }

  /** What the client's own file says. */
  status(status: string, { ago = 0, waitingFor = '' } = {}): this {
    const statusAt = this.now + 10 - ago;
    return this.tell('session.updated', { status, statusAt, ...(waitingFor === '' ? {} : { waitingFor }) });
  }

  later(ms: number): this {
    this.now += ms;
    return this;
  }

  get session(): SessionState {
    const [session] = this.projection.sessions();
    if (!session) throw new Error('the session is over');
    return session;
  }

  agent(agentId: string): AgentSnapshot | undefined {
    return this.projection.agents().find(agent => agent.agentId === agentId);
  }

  /** `<state> <current tool>` of the session. */
  get state(): string {
    return words(this.session);
  }

  agentState(agentId: string): string | undefined {
    const agent = this.agent(agentId);
    return agent && words(agent);
  }

  /** Every change of state told so far, with the agent it was of. */
  get changes(): string[] {
    return this.log
      .filter(({ type }) => type === 'agent.state_changed')
      .map(({ agentId, data }) => `${agentId === undefined ? '' : `${agentId}: `}${words(data)}`);
  }

  #take(draft: EventDraft): this {
    for (const event of this.#reconciler.reconcile(draft)) this.#append(event);
    return this;
  }

  #append(event: EventDraft): void {
    this.#reconciler.observe(event);
    this.log.push(event);
    for (const derived of this.projection.apply(event)) this.#append(derived);
  }
}

const bash = (command: string) => ({ tool_name: 'Bash', tool_input: { command } });

const words = ({ state, currentTool }: { state?: unknown; currentTool?: unknown }): string =>
  `${state} ${currentTool ?? ''}`.trim();
