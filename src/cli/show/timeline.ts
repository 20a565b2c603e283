// The story of a session, told from its events: turns, with what was said and which tools ran, and subagents inside.
import { type EventEnvelope, gist, sumOfUses, type UsageTotals } from '../../protocol/index.ts';
import { endWords } from '../text/ends.ts';
import type { AgentRun, NoteStep, Step, ToolStep, Turn } from './story.ts';

/** Turns, and what happened between them. */
export function timeline(events: readonly EventEnvelope[]): (Turn | NoteStep)[] {
  const story = new Story();
  // What was told late stands where it happened; what a subagent is holds from its start, whenever it was noted.
  const isKnowledge = ({ type }: EventEnvelope): number => Number(type === 'agent.updated');
  const ordered = events.toSorted(
    (a, b) => isKnowledge(a) - isKnowledge(b) || a.timestamp - b.timestamp || a.seq - b.seq,
  );
  for (const event of ordered) story.add(event);
  return story.finish();
}

class Story {
  readonly #items: (Turn | NoteStep)[] = [];
  readonly #calls = new Map<string, ToolStep>();
  readonly #agents = new Map<
    string,
    { readonly run: AgentRun; readonly turn: Turn | undefined; toolUseId?: string }
  >();
  readonly #counted = new Set<string>();
  #turn: Turn | undefined;

  add(event: EventEnvelope): void {
    const { type, timestamp: at, data } = event;
    switch (type) {
      case 'prompt.submitted':
        return this.#prompt(event);
      case 'turn.completed':
      case 'turn.failed':
        return this.#end(event);
      case 'tool.use':
        return this.#use(event);
      case 'tool.result':
        return this.#result(event);
      case 'permission.requested':
        return this.#ask(event);
      case 'message.assistant':
        return this.#say(event);
      case 'agent.started':
      case 'agent.updated':
      case 'agent.stopped':
        return this.#agent(event);
      case 'session.discovered':
        if (data['startedBy'] === 'compact') return this.#note(event, COMPACTED);
        return this.#between(at, BEGINNINGS.get(data['startedBy']) ?? 'seen for the first time');
      case 'session.removed':
        return this.#between(at, endWords(text(data['reason'])));
      case 'permission.denied':
        return this.#note(
          event,
          `${text(data['toolName'])} ${gist(data['input'])} refused: ${text(data['reason'])}`,
        );
      case 'skill.command':
        return this.#note(event, `${text(data['commandName'])} runs ${gist(data['input'])}`);
      case 'context.compacted':
        return this.#note(event, COMPACTED);
      case 'model.switched':
        return this.#note(event, `now with ${text(data['to'])}`);
      case 'elicitation.requested':
        return this.#note(event, `${text(data['serverName'])} asks: ${text(data['message'])}`);
      case 'elicitation.answered':
        return this.#note(event, `answered: ${text(data['action'])}`);
    }
  }

  /** Puts every subagent where it was started: into the call that did, or else into the turn. */
  finish(): (Turn | NoteStep)[] {
    for (const { run, turn, toolUseId } of this.#agents.values()) {
      const call = toolUseId === undefined ? undefined : this.#calls.get(toolUseId);
      if (call) call.agents.push(run);
      else insert(turn?.steps, run);
    }
    return this.#items;
  }

  #prompt({ timestamp: at, data }: EventEnvelope): void {
    const prompt = text(data['prompt']);
    if (data['queued'] === true && this.#turn)
      return insert(this.#turn.steps, { kind: 'said', at, by: 'user', text: prompt });
    this.#begin(at, prompt, data['promptId']);
  }

  #begin(at: number, prompt: string, promptId: unknown): Turn {
    const id = typeof promptId === 'string' ? { promptId } : {};
    const turn: Turn = { kind: 'turn', at, ...id, prompt, outcome: 'open', steps: [], used: sumOfUses([]) };
    this.#turn = turn;
    this.#items.push(turn);
    return turn;
  }

  #end({ type, timestamp, data }: EventEnvelope): void {
    const turn = this.#turn;
    if (!turn) return;
    turn.endedAt = timestamp;
    turn.outcome = type === 'turn.completed' ? 'completed' : 'failed';
    if (type === 'turn.failed') turn.error = text(data['error']);
    else lastWords(turn.steps, timestamp, data['lastMessage']);
  }

  #use(event: EventEnvelope): void {
    const { timestamp: at, data } = event;
    const toolUseId = text(data['toolUseId']);
    const step: ToolStep = {
      kind: 'tool',
      at,
      toolUseId,
      toolName: text(data['toolName']),
      what: gist(data['input']),
      outcome: 'open',
      agents: [],
    };
    this.#calls.set(toolUseId, step);
    this.#stepsOf(event).push(step);
  }

  #result({ timestamp, data }: EventEnvelope): void {
    const step = this.#calls.get(text(data['toolUseId']));
    if (!step) return;
    const { success, durationMs, error, interrupted, response } = data;
    step.outcome = success !== false ? 'ok' : interrupted === true ? 'interrupted' : 'failed';
    if (typeof durationMs === 'number') step.durationMs = durationMs;
    if (typeof error === 'string') step.error = error;
    const ran = step.outcome === 'interrupted' ? 0 : (step.durationMs ?? 0);
    if (step.askedAt !== undefined) step.waitedMs = Math.max(0, timestamp - ran - step.askedAt);
    const started = this.#agents.get(text((response as { agentId?: unknown } | null | undefined)?.agentId));
    if (started) started.toolUseId ??= step.toolUseId;
  }

  /** A request does not say which call it is about. */
  #ask(event: EventEnvelope): void {
    const { timestamp, data } = event;
    const toolName = text(data['toolName']);
    const what = gist(data['input']);
    const call = this.#stepsOf(event).findLast(
      (step): step is ToolStep =>
        step.kind === 'tool' && step.outcome === 'open' && step.toolName === toolName && step.what === what,
    );
    if (call) call.askedAt = timestamp;
    else this.#note(event, `asked for permission: ${toolName} ${what}`);
  }

  #say(event: EventEnvelope): void {
    const { timestamp: at, agentId, data } = event;
    const { usage, messageId } = data;
    if (typeof messageId === 'string' && !this.#counted.has(messageId) && usage) {
      this.#counted.add(messageId);
      const known = agentId === undefined ? undefined : this.#agents.get(agentId);
      for (const whose of [known?.run, known ? known.turn : this.#turn])
        if (whose) whose.used = sumOfUses([whose.used, usage as UsageTotals]);
    }
    const said = text(data['text']);
    if (said !== '') this.#stepsOf(event).push({ kind: 'said', at, by: 'agent', text: said });
  }

  #agent(event: EventEnvelope): void {
    const { type, timestamp: at, data, agentId = '' } = event;
    const known = this.#agents.get(agentId);
    if (!known) {
      if (type !== 'agent.started') return;
      const agentType = text(data['agentType']);
      const run: AgentRun = { kind: 'agent', at, agentId, agentType, steps: [], used: sumOfUses([]) };
      this.#agents.set(agentId, { run, turn: this.#turn });
    } else if (type === 'agent.updated') {
      const [agentType, description] = [text(data['agentType']), text(data['description'])];
      if (agentType !== '') known.run.agentType = agentType;
      if (description !== '') known.run.description = description;
      if (typeof data['toolUseId'] === 'string') known.toolUseId = data['toolUseId'];
    } else if (type === 'agent.stopped') {
      known.run.endedAt = at;
      lastWords(known.run.steps, at, data['lastMessage']);
    }
  }

  /** Something that ends whatever was under way. */
  #between(at: number, words: string): void {
    this.#turn = undefined;
    this.#items.push({ kind: 'note', at, text: words });
  }

  #note(event: EventEnvelope, words: string): void {
    const steps = this.#stepsOf(event);
    // Some things are told by a hook and by the transcript.
    const last = steps.at(-1);
    if (last?.kind !== 'note' || last.text !== words)
      insert(steps, { kind: 'note', at: event.timestamp, text: words });
  }

  /** Where an event belongs: to its subagent, or to the turn, which may have begun unseen. */
  #stepsOf({ agentId, timestamp, data }: EventEnvelope): Step[] {
    const agent = agentId === undefined ? undefined : this.#agents.get(agentId);
    return (agent?.run ?? this.#turn ?? this.#begin(timestamp, '', data['promptId'])).steps;
  }
}

const COMPACTED = 'the conversation was compacted';

const BEGINNINGS: ReadonlyMap<unknown, string> = new Map([
  ['startup', 'started'],
  ['resume', 'resumed'],
  ['clear', 'started by /clear'],
  ['fork', 'forked from another session'],
]);

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Hooks tell the last words too, and sooner than the transcript. */
function lastWords(steps: Step[], at: number, words: unknown): void {
  if (typeof words !== 'string' || words === '') return;
  const said = steps.some(step => step.kind === 'said' && step.by === 'agent' && step.text === words);
  if (!said) steps.push({ kind: 'said', at, by: 'agent', text: words });
}

function insert(steps: Step[] | undefined, step: Step): void {
  const after = steps?.findIndex(one => one.at > step.at) ?? -1;
  if (after < 0) steps?.push(step);
  else steps?.splice(after, 0, step);
}
