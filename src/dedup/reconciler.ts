// Makes a consistent story of hooks that come late, twice, out of order or not at all.

import { complete, type EventDraft, type EventType } from '../protocol/index.ts';
import {
  type AgentFact,
  boundedState,
  type DedupState,
  type SessionFact,
  type Telling,
} from './dedup-state.ts';
import { type Implied, payloadOf } from './implied.ts';
import { callKey, isAside, isNear, type LoggedEvent, lastWords, SeenIndex, telling } from './seen-index.ts';
import { SpoolDedup } from './spool-dedup.ts';

/**
 * Decides what a draft adds to the log. It learns only from `observe`, which MUST be called for every event appended,
 * in order, and with the log's tail on start: so its memory is the log's, whatever crashed in between.
 *
 * - A session, and a subagent, is announced before its first event.
 * - A tool call has exactly one `tool.use` and one `tool.result`, use first.
 * - What tells nothing new yields nothing.
 */
export class Reconciler {
  readonly #impliedBy: (source: string) => Implied | undefined;
  readonly #told: SeenIndex;
  readonly #twins: SpoolDedup;

  /** @param impliedBy by the source of an event; what it does not know is announced with what every event says. */
  constructor(impliedBy: (source: string) => Implied | undefined, memory: DedupState = boundedState()) {
    this.#impliedBy = impliedBy;
    this.#told = new SeenIndex(memory);
    this.#twins = new SpoolDedup(memory.twins);
  }

  /**
   * What to append for a draft, in order; empty when it tells nothing new. Changes nothing:
   * the caller MUST `observe` all of it before it reconciles the next draft.
   */
  reconcile(draft: EventDraft): readonly EventDraft[] {
    if (isAside(draft)) return [draft];
    if (this.#told.isSpooledAgain(draft) || this.#told.isSaidAgain(draft) || this.#twins.hold(draft))
      return [];
    if (this.#isOldNews(draft) || this.#isOfNobody(draft)) return [];
    return [...this.#session(draft), ...this.#agent(draft), ...this.#call(draft), this.#whole(draft)];
  }

  /** Learns from an event of the log. */
  observe(event: LoggedEvent): void {
    this.#told.observe(event);
    this.#twins.observe(event);
  }

  #isOldNews(draft: EventDraft): boolean {
    const session = this.#told.session(draft.sessionId);
    switch (draft.type) {
      case 'session.discovered':
        return isKnownStart(draft, session);
      case 'session.removed':
        return session !== undefined && !session.live;
      case 'tool.use':
        return this.#told.call(draft) !== undefined;
      case 'tool.result':
        return this.#told.call(draft) === 'ended';
      case 'agent.started':
        return this.#told.agent(draft) !== undefined;
      case 'agent.stopped':
        return alreadyRests(draft, this.#told.agent(draft));
      case 'prompt.submitted':
        // A prompt that was typed during a turn becomes part of it, and shares its id.
        return draft.data['queued'] === true
          ? alreadyTold(draft, this.#told.words(draft))
          : this.#isToldTurn(draft, this.#told.turn(draft)?.begun);
      case 'turn.completed':
      case 'turn.failed':
        return this.#isToldTurn(draft, this.#told.turn(draft)?.ended);
      case 'context.compacted':
        return telling(draft) === 'recovered' && isNear(session?.compactedAt, draft.timestamp);
      default:
        return false;
    }
  }

  /** Older clients do not say which prompt something belongs to, in their hooks or their transcripts; there the words have to do. */
  #isToldTurn(draft: EventDraft, told: Telling | undefined): boolean {
    return alreadyTold(draft, told ?? this.#told.words(draft));
  }

  /** What becomes known about somebody neither announces nor revives them. */
  #isOfNobody(draft: EventDraft): boolean {
    const live = this.#told.session(draft.sessionId)?.live === true;
    if (draft.type === 'session.updated') return !live;
    return draft.type === 'agent.updated' && !(live && this.#told.agent(draft));
  }

  /** The announcement of a session whose start was missed. */
  #session(draft: EventDraft): EventDraft[] {
    if (draft.type === 'session.discovered') return [];
    const session = this.#told.session(draft.sessionId);
    if (session && (session.live || !revives(draft, session))) return [];
    const data = this.#implied(draft, 'session') ?? { startedBy: 'hook', ...commonOf(draft) };
    const { agentId: _, ...main } = derived(draft, 'session.discovered', data);
    return [main];
  }

  /** The announcement of a subagent whose start was missed or is still under way. */
  #agent(draft: EventDraft): EventDraft[] {
    if (draft.agentId === undefined || draft.type === 'agent.started' || this.#told.agent(draft)) return [];
    // Compaction ends with the stop of a nameless subagent that never started.
    if (draft.type === 'agent.stopped' && !draft.data['agentType']) return [];
    const data = this.#implied(draft, 'subagent') ?? commonOf(draft);
    return [this.#whole(derived(draft, 'agent.started', data))];
  }

  /** The start of a subagent in a session that it was not started in says where it comes from. */
  #whole(draft: EventDraft): EventDraft {
    const continuedFrom = draft.type === 'agent.started' ? this.#told.cameFrom(draft) : undefined;
    return continuedFrom === undefined ? draft : { ...draft, data: { ...draft.data, continuedFrom } };
  }

  /** The use of a call whose result came first. */
  #call(draft: EventDraft): EventDraft[] {
    const unmatched =
      draft.type === 'tool.result' && callKey(draft) !== undefined && this.#told.call(draft) === undefined;
    if (!unmatched) return [];
    const { toolName, toolUseId } = draft.data;
    const data = this.#implied(draft, 'toolUse') ?? {
      ...definedOnly({ toolName, toolUseId }),
      ...commonOf(draft),
    };
    return [derived(draft, 'tool.use', data)];
  }

  #implied(draft: EventDraft, what: keyof Implied): Record<string, unknown> | undefined {
    const payload = payloadOf(draft);
    return payload && this.#impliedBy(draft.source)?.[what](payload);
  }
}

/** A start is told once; that a session was found is no news about one that lives. */
function isKnownStart({ data: { startedBy } }: EventDraft, session: SessionFact | undefined): boolean {
  if (startedBy === 'found' && session?.live) return true;
  return session?.justStartedBy !== undefined && session.justStartedBy === startedBy;
}

/** What is told after the fact adds nothing to what was told, nor does the hook that comes after it. A hook may repeat itself in earnest. */
function alreadyTold(draft: EventDraft, before: Telling | undefined): boolean {
  return before !== undefined && (before === 'recovered' || telling(draft) === 'recovered');
}

/** How soon after it stopped a subagent hardly stops again, in milliseconds. */
const REST_MS = 10_000;

/** A subagent may be resumed and say the same again, and its last words may be told in part; the times tell one stop from another. */
function alreadyRests(draft: EventDraft, agent: AgentFact | undefined): boolean {
  const words = lastWords(draft);
  return telling(draft) === 'live'
    ? agent?.restsAfter === words
    : (agent?.stops?.some(
        ({ at, ...stop }) =>
          isNear(at, draft.timestamp, REST_MS) || (stop.words === words && isNear(at, draft.timestamp)),
      ) ?? false);
}

/**
 * Asynchronous hooks may still arrive after SessionEnd, and after the process was killed; only something newly begun
 * brings a session back, and one whose process is gone begins with a prompt.
 */
function revives({ type, data }: EventDraft, { promptIds, exited }: SessionFact): boolean {
  const begins = type === 'prompt.submitted' || (type === 'tool.use' && exited !== true);
  if (!begins || data['recovered'] === true) return false;
  const promptId = data['promptId'];
  return typeof promptId !== 'string' || !promptIds.includes(promptId);
}

/** An event made from another's payload: at the same time, by the same source, without the payload itself. */
function derived(draft: EventDraft, type: EventType, data: EventDraft['data']): EventDraft {
  const { hook: _, ...rest } = draft;
  const { recovered } = draft.data;
  const whole = complete(type, data);
  return { ...rest, type, data: recovered === true ? { ...whole, recovered } : whole };
}

function commonOf({ data }: EventDraft): Record<string, unknown> {
  const { cwd, permissionMode, promptId } = data;
  return definedOnly({ cwd, permissionMode, promptId });
}

function definedOnly(data: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
}
