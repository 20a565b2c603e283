// A session's story out of its events, in whichever order they come: who did what, when and for how long.
// Keeps what is shown, not the events: those may be as large as what tools put out.
import type { EventDataOf, EventEnvelope, UsageTotals } from '../../src/protocol/index.ts';
import { type SentPrompt, sentPrompt } from '../../src/protocol/sent-prompt.ts';
import { isChange, linesChanged } from '../../src/story/change.ts';
import { hasOutput } from '../../src/story/output.ts';
import { Plan } from '../../src/story/plan.ts';
import { Tasks } from '../../src/story/tasks.ts';
import { groupBy } from '../design/group.ts';
import { field } from '../design/lookup.ts';
import { cut, line, prose, textOf, visible } from '../design/text.ts';
import { errorText, gist, promptLine } from '../design/words.ts';
import { Facts } from './facts.ts';
import type { AskedItem, CallItem, Item, MessageItem, NoteItem, WordsItem } from './items.ts';
import { Lane } from './lane.ts';
import { isStep, type Letter, Letters } from './letters.ts';
import { insteadOfPrompt, isInterruption } from './no-prompt.ts';
import { noteOf } from './notes.ts';
import { messageIdIn, outgoing } from './outgoing.ts';
import { placeFor } from './place.ts';
import { Twins } from './twins.ts';

/** Most characters kept of a prompt or message, and of an error; all of it is in the event. */
const LONGEST = 8000;
const ERROR = 600;

/** What the session has used up to an event. */
export interface Spent {
  readonly seq: number;
  readonly at: number;
  readonly tokens: number;
  readonly costUsd: number | undefined;
  readonly costEstimateUsd: number | undefined;
}

/** What the main agent's context held. */
export interface ContextPoint {
  readonly at: number;
  readonly tokens: number;
  readonly messageId: unknown;
}

/** A lane, and how far down it is. */
export interface Placed {
  readonly lane: Lane;
  readonly depth: number;
}

export class Story {
  /** Counts changes, so that who draws it knows whether there is anything new. */
  version = 0;
  events = 0;
  firstSeq = Number.POSITIVE_INFINITY;
  lastSeq = 0;
  /** What is known about the session itself. */
  readonly facts = new Facts();
  readonly tasks = new Tasks();
  readonly plan = new Plan();
  readonly counts = { prompts: 0, tools: 0, failures: 0 };
  /** In the order of the log. */
  readonly spent: Spent[] = [];
  /** Sorted by time. */
  readonly context: ContextPoint[] = [];
  /** What prompts say, by their ids. */
  readonly prompts = new Map<string, string>();
  /** The newest account by model. */
  byModel: Readonly<Record<string, UsageTotals>> = {};
  readonly #main = new Lane('');
  readonly #lanes = new Map([['', this.#main]]);
  readonly #calls = new Map<string, CallItem>();
  readonly #twins = new Twins();
  readonly #letters = new Letters();
  /** Letter → where it is shown: as a prompt it was given as, else by itself. */
  readonly #shown = new Map<Letter, MessageItem | WordsItem>();

  /** Takes in events older than all there are, or newer; others are known already. */
  add(events: readonly EventEnvelope[]): void {
    const fresh = events.filter(({ seq }) => seq < this.firstSeq || seq > this.lastSeq);
    for (const event of fresh) this.#take(event);
    for (const { seq } of fresh) {
      this.firstSeq = Math.min(this.firstSeq, seq);
      this.lastSeq = Math.max(this.lastSeq, seq);
    }
    this.events += fresh.length;
    if (fresh.length > 0) this.version++;
  }

  lane(id: string): Lane | undefined {
    return this.#lanes.get(id);
  }

  calls(): Iterable<CallItem> {
    return this.#calls.values();
  }

  call(id: string): CallItem | undefined {
    return this.#calls.get(id);
  }

  /** The main agent, and after each agent those it started. */
  lanes(): Placed[] {
    const all = [...this.#lanes.values()]
      .filter(({ known }) => known)
      .toSorted((left, right) => left.start - right.start);
    const children = groupBy(all, lane => this.parentOf(lane));
    const ordered: Placed[] = [];
    const visit = (lane: Lane, depth: number): void => {
      if (ordered.some(one => one.lane === lane)) return;
      ordered.push({ lane, depth });
      for (const child of children.get(lane.id) ?? []) visit(child, depth + 1);
    };
    visit(this.#main, 0);
    for (const lane of all) visit(lane, 1); // Whoever's parent is not known.
    return ordered;
  }

  /** Who started an agent: the lane of the call that did, else the main one. */
  parentOf(lane: Lane): string {
    const parent = this.#calls.get(lane.call ?? '')?.lane ?? '';
    return parent === lane.id ? '' : parent;
  }

  #take(event: EventEnvelope): void {
    const { type, timestamp: at, agentId = '', data } = event;
    const lane = this.#laneOf(agentId);
    // A message may come and go when nobody is there any more.
    if (isStep(event)) return this.#step(event);
    if (type !== 'agent.state_changed' && type !== 'usage.updated') {
      lane.start = Math.min(lane.start, at);
      lane.heard = Math.max(lane.heard, at);
    }
    // A compaction ends with the stop of an agent without a type that nothing else is ever heard of.
    lane.known ||= agentId !== '' && (type !== 'agent.stopped' || Boolean(data.agentType));
    this.facts.learn(event);
    this.tasks.learn(event);
    this.plan.learn(event);
    switch (type) {
      case 'tool.use':
        return this.#use(event, lane);
      case 'tool.result':
        return this.#result(event, lane);
      case 'prompt.submitted':
        if (typeof data.promptId === 'string') this.prompts.set(data.promptId, promptLine(data.prompt));
        return this.#prompt(event, lane, data.prompt);
      case 'message.user':
        return this.#prompt(event, lane, data.text);
      case 'message.assistant':
        return this.#message(event, lane);
      case 'turn.completed':
      case 'turn.failed':
        return this.#turn(event, lane);
      case 'agent.started':
      case 'agent.updated':
      case 'agent.stopped':
        return this.#agent(event, lane);
      case 'usage.updated':
        return this.#usage(event);
      case 'permission.requested':
      case 'permission.denied':
        return lane.put({
          kind: type === 'permission.denied' ? 'denied' : 'asked',
          ...base(event),
          ...asked(data),
        });
    }
    const note = noteOf(event);
    if (note !== undefined) lane.put({ kind: 'note', ...base(event), ...note });
  }

  #laneOf(id: string): Lane {
    const lane = this.#lanes.get(id) ?? new Lane(id);
    this.#lanes.set(id, lane);
    return lane;
  }

  #use(event: EventEnvelope, lane: Lane): void {
    const { toolUseId, toolName, input } = event.data;
    const id = textOf(toolUseId);
    const known = this.#calls.get(id);
    const call = known ?? newCall(event, id);
    if (known !== undefined) this.#laneOf(call.lane).take(call);
    else this.counts.tools++;
    call.at = event.timestamp;
    call.seq = event.seq;
    call.tool = line(toolName, 60);
    call.what = gist(input);
    if (isChange(call.tool)) call.shows = 'change';
    const sent = outgoing(call.tool, input);
    if (sent !== undefined) call.outgoing = sent;
    const description = field(input, 'description');
    if (typeof description === 'string') call.description = line(description, 120);
    call.version++;
    this.#calls.set(id, call);
    lane.put(call);
  }

  #result(event: EventEnvelope, lane: Lane): void {
    const { toolUseId, toolName, success, durationMs, error, interrupted, response } = event.data;
    const id = textOf(toolUseId);
    let call = this.#calls.get(id);
    if (call === undefined) {
      // Its use is further back in the log, and may come later.
      call = newCall(event, id);
      call.at = event.timestamp - (typeof durationMs === 'number' ? durationMs : 0);
      call.tool = line(toolName, 60);
      this.#calls.set(id, call);
      this.counts.tools++;
      lane.put(call);
    }
    call.ended = event.timestamp;
    call.resultSeq = event.seq;
    call.ok = success !== false;
    call.ms = typeof durationMs === 'number' ? durationMs : event.timestamp - call.at;
    call.interrupted = interrupted === true;
    if (success === false) {
      call.error = problem(error);
      this.counts.failures++;
    }
    if (isChange(call.tool)) call.shows = 'change';
    else if (hasOutput(response) || success === false) call.shows = 'output';
    Object.assign(call, linesChanged(response));
    call.version++;
    const messageId = call.outgoing && messageIdIn(response);
    if (messageId !== undefined) call.messageId = messageId;
    const agentId = field(response, 'agentId');
    if (typeof agentId === 'string') this.#laneOf(agentId).call ??= id;
  }

  #prompt(event: EventEnvelope, lane: Lane, text: unknown): void {
    if (typeof text !== 'string' || text === '') return;
    const sent = sentPrompt(text);
    if (sent !== undefined) return this.#sent(event, lane, sent);
    const instead = insteadOfPrompt(text);
    if (instead?.kind === 'summary') this.#say(event, lane, text, words('summary', event, text));
    else if (instead?.kind === 'note') {
      if (instead.words !== '') this.#say(event, lane, text, { ...base(event), ...instead });
    } else if (this.#say(event, lane, text, words('prompt', event, text)) && lane.id === '')
      this.counts.prompts++;
  }

  /** A message that the session was given as a prompt: there it is shown, and nowhere else. */
  #sent(event: EventEnvelope, lane: Lane, { id = '', from, text }: SentPrompt): void {
    const letter = this.#letters.of(id, line(from, 128), text);
    const item: WordsItem = { ...words('prompt', event, text), letter };
    if (!this.#say(event, lane, `${id} ${from}: ${text}`, item)) return;
    const before = this.#shown.get(letter);
    if (before?.kind === 'message') this.#main.take(before);
    this.#shown.set(letter, item);
    if (lane.id === '') this.counts.prompts++;
  }

  /** What happened to a message that is for the session. */
  #step(event: EventEnvelope): void {
    const letter = this.#letters.step(event);
    let item = this.#shown.get(letter);
    if (item === undefined) {
      item = { kind: 'message', ...base(event), letter };
      this.#shown.set(letter, item);
      this.#main.put(item);
    } else if (item.kind === 'message' && event.timestamp < item.at) {
      this.#main.take(item);
      Object.assign(item, { at: event.timestamp, seq: event.seq });
      this.#main.put(item);
    }
    item.version++;
  }

  #message(event: EventEnvelope, lane: Lane): void {
    const { text, usage, messageId } = event.data;
    if (typeof text === 'string' && text !== '') this.#say(event, lane, text, words('said', event, text));
    if (lane.id !== '' || typeof usage !== 'object' || usage === null) return;
    const tokens = ['input', 'cacheRead', 'cacheCreation'].reduce(
      (sum, name) => sum + (Number(field(usage, name)) || 0),
      0,
    );
    // An error that the client words as an answer used nothing, and says nothing about the context.
    if (tokens === 0 || this.context.at(-1)?.messageId === messageId) return;
    insert(this.context, { at: event.timestamp, tokens, messageId }, ({ at }) => at);
  }

  #turn(event: EventEnvelope, lane: Lane): void {
    const { lastMessage, error, errorDetails } = event.data;
    const failed = event.type === 'turn.failed';
    if (typeof lastMessage === 'string' && lastMessage !== '')
      this.#say(event, lane, lastMessage, words('said', event, lastMessage));
    const why = failed ? problem(errorDetails ?? error) || 'no reason given' : '';
    lane.put({ kind: 'turn', ...base(event), failed, words: why });
  }

  #agent(event: EventEnvelope, lane: Lane): void {
    const { agentType, description, toolUseId, lastMessage } = event.data;
    if (lane.id === '') return;
    if (typeof agentType === 'string') lane.type = line(agentType, 60);
    if (typeof description === 'string') lane.description = line(description, 120);
    if (typeof toolUseId === 'string') lane.call = toolUseId;
    if (event.type === 'agent.started' && lane.stopped !== undefined && lane.stopped < event.timestamp)
      lane.stopped = undefined;
    if (event.type !== 'agent.stopped') return;
    lane.stopped = Math.max(lane.stopped ?? 0, event.timestamp);
    if (typeof lastMessage !== 'string' || lastMessage === '') return;
    lane.lastMessage = prose(lastMessage, 300);
    this.#say(event, lane, lastMessage, words('said', event, lastMessage));
  }

  /** Each account holds for all before it, so their order is that of the log. */
  #usage({ timestamp: at, seq, data }: EventEnvelope): void {
    const tokens = ['input', 'output', 'cacheCreation'].reduce(
      (sum, name) => sum + (Number(data[name]) || 0),
      0,
    );
    const dollars = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
    const [costUsd, costEstimateUsd] = [dollars(data.costUsd), dollars(data.costEstimateUsd)];
    insert(this.spent, { seq, at, tokens, costUsd, costEstimateUsd }, one => one.seq);
    if (this.spent.at(-1)?.seq === seq)
      this.byModel = (data as Partial<EventDataOf<'usage.updated'>>).byModel ?? {};
  }

  /** What hook and transcript both tell is said once; returns whether it is new. */
  #say(event: EventEnvelope, lane: Lane, text: string, item: WordsItem | NoteItem): boolean {
    if (isInterruption(text)) return false;
    const key = `${lane.id}\n${item.kind}\n${text.trim().slice(0, 2000)}`;
    const twin = this.#twins.find(key, event);
    if (twin === undefined) {
      this.#twins.add(key, item, event);
      lane.put(item);
    } else if (event.timestamp < twin.at) {
      // The transcript knows better when it was.
      lane.take(twin);
      twin.at = event.timestamp;
      lane.put(twin);
    }
    return twin === undefined;
  }
}

/** What every item begins with; its lane is known when it is put there. */
const base = ({ timestamp: at, seq }: EventEnvelope): Pick<Item, 'at' | 'seq' | 'version' | 'lane'> => ({
  at,
  seq,
  version: 0,
  lane: '',
});

const newCall = (event: EventEnvelope, id: string): CallItem => ({
  kind: 'call',
  ...base(event),
  id,
  tool: '',
  what: '',
  ended: undefined,
});

const words = (kind: WordsItem['kind'], event: EventEnvelope, text: string): WordsItem => ({
  kind,
  ...base(event),
  text: cut(text, LONGEST),
  length: text.length,
});

const asked = ({
  toolName,
  input,
  reason,
}: EventEnvelope['data']): Pick<AskedItem, 'tool' | 'what' | 'reason'> => ({
  tool: line(toolName, 60),
  what: gist(input),
  reason: line(reason, 200),
});

/** What went wrong, in its own lines. */
function problem(error: unknown): string {
  const text = visible(errorText(error));
  return text.length > ERROR ? `${cut(text, ERROR)}…` : text;
}

/** Puts a point where its time, or its seq, says. */
function insert<Point>(points: Point[], point: Point, by: (point: Point) => number): void {
  points.splice(
    placeFor(points, one => by(one) > by(point)),
    0,
    point,
  );
}
