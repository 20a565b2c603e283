// Whom a session keeps waiting: every permission and every question the user has not answered yet.
import type { EventDraft, PendingPermission } from '../protocol/index.ts';
import type { Calls } from './calls.ts';
import { int, text, whatOf } from './read.ts';

export interface Wait extends PendingPermission {
  readonly kind: 'permission' | 'input';
  /** Names an MCP server's question. */
  readonly question?: string;
  /** Told by something that does not say exactly who waits for what; whoever does will. */
  readonly vague?: true;
}

/** More than anybody is asked at a time; what is older was answered without our knowing. */
const MOST = 20;

/** A tool whose permission is the answer to a question it puts (Claude Code 2.1.329). */
const QUESTION_TOOL = 'AskUserQuestion';

/** The waits of one session, its subagents' included, oldest first. */
export class PendingRequests {
  #all: Wait[];

  constructor(saved: readonly Wait[] = []) {
    this.#all = [...saved];
  }

  get all(): readonly Wait[] {
    return this.#all;
  }

  /** The oldest one, of one agent (undefined: the main agent) where one is named. */
  first(kind: Wait['kind'], of?: { readonly agentId: string | undefined }): Wait | undefined {
    return this.#all.find(wait => wait.kind === kind && (!of || wait.agentId === of.agentId));
  }

  /** Ends the waits that are over. */
  end(over: (wait: Wait) => boolean): void {
    if (this.#all.some(over)) this.#all = this.#all.filter(wait => !over(wait));
  }

  /** Somebody comes from another session, who is waited for as before. */
  takeIn(waits: readonly Wait[]): void {
    if (waits.length > 0) this.#all = [...this.#all, ...waits].slice(-MOST);
  }

  /** A call shows up after its own permission was asked for, as asynchronous hooks may. */
  claim({ agentId, data }: EventDraft): void {
    const toolUseId = text(data, 'toolUseId');
    if (toolUseId === undefined || this.#all.length === 0) return;
    const { what } = whatOf(data['input']);
    const at = this.#all.findIndex(
      wait =>
        wait.agentId === agentId &&
        wait.toolUseId === undefined &&
        wait.toolName === data['toolName'] &&
        wait.what === what,
    );
    const wait = this.#all[at];
    if (wait) this.#all = this.#all.with(at, { ...wait, toolUseId });
  }

  /** `permission.requested`. It does not say which call it is about: one that runs, with the same tool and input. */
  permission(event: EventDraft, calls: Calls): void {
    this.end(wait => wait.vague === true);
    const toolName = text(event.data, 'toolName') ?? '';
    const { what } = whatOf(event.data['input']);
    const call = calls.running.find(
      one =>
        one.toolName === toolName &&
        one.what === what &&
        !this.#all.some(({ toolUseId }) => toolUseId === one.toolUseId),
    );
    this.#add(event, {
      kind: toolName === QUESTION_TOOL ? 'input' : 'permission',
      toolName,
      ...(what === undefined ? {} : { what }),
      ...(call ? { toolUseId: call.toolUseId } : {}),
      ...requestOf(event),
    });
  }

  /** `permission.resolved`: it was answered, or only its terminal can answer it now. */
  resolved({ data }: EventDraft): void {
    const requestId = text(data, 'requestId');
    if (data['outcome'] !== 'timed_out') return this.end(wait => wait.requestId === requestId);
    this.#all = this.#all.map(({ requestId: named, ...wait }) =>
      named === undefined || named === requestId ? wait : { ...wait, requestId: named },
    );
  }

  /** A question of an MCP server. */
  question(event: EventDraft, calls: Calls): void {
    const granted = this.#grantedBefore(event, calls);
    this.end(wait => wait.vague === true || wait === granted);
    const question = text(event.data, 'elicitationId');
    this.#ask('input', event, calls, question === undefined ? {} : { question });
  }

  /** The permission that a question shows to be granted: no call puts one before it runs. Those asked for first are granted first. */
  #grantedBefore({ agentId, data }: EventDraft, calls: Calls): Wait | undefined {
    const isIts = isToolOf(text(data, 'serverName'));
    const waits = this.#all.filter(wait => wait.kind === 'permission');
    const runs = calls.running.some(
      call => isIts(call.toolName) && !waits.some(({ toolUseId }) => toolUseId === call.toolUseId),
    );
    return runs ? undefined : waits.find(wait => wait.agentId === agentId && isIts(wait.toolName));
  }

  /** Something that says no more than that the user is waited for. */
  ask(kind: Wait['kind'], event: EventDraft, calls: Calls): void {
    this.#ask(kind, event, calls, { vague: true });
  }

  /** As a rule it is because of the call that began last. */
  #ask(
    kind: Wait['kind'],
    event: EventDraft,
    calls: Calls,
    more: Pick<Wait, 'question'> | Pick<Wait, 'vague'>,
  ): void {
    const call = calls.running.at(-1);
    const words = text(event.data, 'message') ?? text(event.data, 'waitingFor');
    const what = kind === 'permission' && call ? call.what : whatOf(words).what;
    this.#add(event, {
      kind,
      toolName: call?.toolName ?? '',
      ...(what === undefined ? {} : { what }),
      ...(call ? { toolUseId: call.toolUseId } : {}),
      ...more,
    });
  }

  #add({ agentId, timestamp, data }: EventDraft, wait: Omit<Wait, 'agentId' | 'since'>): void {
    const since = int(data, 'statusAt') ?? timestamp;
    this.#all = [...this.#all, { ...wait, ...(agentId === undefined ? {} : { agentId }), since }].slice(
      -MOST,
    );
  }
}

function requestOf({ data }: EventDraft): Pick<Wait, 'requestId'> {
  const requestId = text(data, 'requestId');
  return requestId === undefined ? {} : { requestId };
}

/** Whether a tool is one of an MCP server, by the name that Claude Code 2.1.329 gives it. */
function isToolOf(server: string | undefined): (toolName: string) => boolean {
  const prefix = `mcp__${server?.replace(/[^\w-]/g, '_')}__`;
  return toolName => server !== undefined && toolName.startsWith(prefix);
}

/** What is shown of a permission that is waited for. */
export function shownWait({
  kind: _kind,
  question: _question,
  vague: _vague,
  ...shown
}: Wait): PendingPermission {
  return shown;
}
