// A session's story out of its events, in whichever order they come: who did what, when and for how long.
// Keeps what is shown, not the events: those may be as large as what tools put out.
import { groupBy } from '../design/group.ts';
import { cut, line, prose, visible } from '../design/text.ts';
import { errorText, gist } from '../design/words.ts';
import { Facts } from './facts.js';
import { Lane } from './lane.js';
import { insteadOfPrompt, isInterruption } from './no-prompt.js';
import { noteOf } from './notes.js';
import { Twins } from './twins.js';

/** Most characters kept of a prompt or message, and of an error; all of it is in the event. */
const LONGEST = 8000;
const ERROR = 600;

export class Story {
  /** Counts changes, so that who draws it knows whether there is anything new. */
  version = 0;
  events = 0;
  firstSeq = Number.POSITIVE_INFINITY;
  lastSeq = 0;
  /** What is known about the session itself. */
  facts = new Facts();
  counts = { prompts: 0, tools: 0, failures: 0 };
  /** `{ seq, at, tokens, costUsd }`, in the order of the log: what the session has used up to then. */
  spent = [];
  /** `{ at, tokens }`, sorted by time: what the main agent's context held. */
  context = [];
  /** The newest account by model. */
  byModel = undefined;
  #lanes = new Map([['', new Lane('')]]);
  #calls = new Map();
  #twins = new Twins();

  /** Takes in events older than all there are, or newer; others are known already. */
  add(events) {
    const fresh = events.filter(({ seq }) => seq < this.firstSeq || seq > this.lastSeq);
    for (const event of fresh) this.#take(event);
    for (const { seq } of fresh) {
      this.firstSeq = Math.min(this.firstSeq, seq);
      this.lastSeq = Math.max(this.lastSeq, seq);
    }
    this.events += fresh.length;
    if (fresh.length > 0) this.version++;
  }

  lane(id) {
    return this.#lanes.get(id);
  }

  call(id) {
    return this.#calls.get(id);
  }

  /** The main agent, and after each agent those it started; `depth` says how far down. */
  lanes() {
    const all = [...this.#lanes.values()]
      .filter(({ known }) => known)
      .toSorted((left, right) => left.start - right.start);
    const children = groupBy(all, lane => this.parentOf(lane));
    const ordered = [];
    const visit = (lane, depth) => {
      if (ordered.some(one => one.lane === lane)) return;
      ordered.push({ lane, depth });
      for (const child of children.get(lane.id) ?? []) visit(child, depth + 1);
    };
    visit(this.#lanes.get(''), 0);
    for (const lane of all) visit(lane, 1); // Whoever's parent is not known.
    return ordered;
  }

  /** Who started an agent: the lane of the call that did, else the main one. */
  parentOf(lane) {
    const parent = this.#calls.get(lane.call)?.lane ?? '';
    return parent === lane.id ? '' : parent;
  }

  #take(event) {
    const { type, timestamp: at, agentId = '', data } = event;
    const lane = this.#laneOf(agentId);
    if (type !== 'agent.state_changed' && type !== 'usage.updated') {
      lane.start = Math.min(lane.start, at);
      lane.heard = Math.max(lane.heard, at);
    }
    // A compaction ends with the stop of an agent without a type that nothing else is ever heard of.
    lane.known ||= agentId !== '' && (type !== 'agent.stopped' || Boolean(data.agentType));
    this.facts.learn(event);
    switch (type) {
      case 'tool.use':
        return this.#use(event, lane);
      case 'tool.result':
        return this.#result(event, lane);
      case 'prompt.submitted':
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
        return lane.put(this.#item(event, type === 'permission.denied' ? 'denied' : 'asked', asked(data)));
    }
    const note = noteOf(event);
    if (note !== undefined) lane.put(this.#item(event, 'note', note));
  }

  #laneOf(id) {
    const lane = this.#lanes.get(id) ?? new Lane(id);
    this.#lanes.set(id, lane);
    return lane;
  }

  #item({ timestamp: at, seq }, kind, more) {
    return { kind, at, seq, version: 0, ...more };
  }

  #use(event, lane) {
    const { toolUseId, toolName, input } = event.data;
    const known = this.#calls.get(toolUseId);
    const call = known ?? this.#item(event, 'call', { id: toolUseId, ended: undefined });
    if (known !== undefined) this.#laneOf(call.lane).take(call);
    else this.counts.tools++;
    Object.assign(call, { at: event.timestamp, seq: event.seq, tool: line(toolName, 60), what: gist(input) });
    if (typeof input?.description === 'string') call.description = line(input.description, 120);
    call.version++;
    this.#calls.set(toolUseId, call);
    lane.put(call);
  }

  #result(event, lane) {
    const { toolUseId, toolName, success, durationMs, error, interrupted, response } = event.data;
    let call = this.#calls.get(toolUseId);
    if (call === undefined) {
      // Its use is further back in the log, and may come later.
      const at = event.timestamp - (typeof durationMs === 'number' ? durationMs : 0);
      call = this.#item(event, 'call', { id: toolUseId, tool: line(toolName, 60), what: '' });
      call.at = at;
      this.#calls.set(toolUseId, call);
      this.counts.tools++;
      lane.put(call);
    }
    Object.assign(call, { ended: event.timestamp, resultSeq: event.seq, ok: success !== false });
    call.ms = typeof durationMs === 'number' ? durationMs : call.ended - call.at;
    call.interrupted = interrupted === true;
    if (success === false) {
      call.error = problem(error);
      this.counts.failures++;
    }
    call.version++;
    if (typeof response?.agentId === 'string') this.#laneOf(response.agentId).call ??= toolUseId;
  }

  #prompt(event, lane, text) {
    if (typeof text !== 'string' || text === '') return;
    const instead = insteadOfPrompt(text);
    if (instead !== undefined) {
      if (instead.words !== '') this.#say(event, lane, instead.kind, text, instead);
    } else if (this.#say(event, lane, 'prompt', text, {}) && lane.id === '') this.counts.prompts++;
  }

  #message(event, lane) {
    const { text, usage, messageId } = event.data;
    if (typeof text === 'string' && text !== '') this.#say(event, lane, 'said', text, {});
    if (lane.id !== '' || typeof usage !== 'object' || usage === null) return;
    const tokens = ['input', 'cacheRead', 'cacheCreation'].reduce(
      (sum, name) => sum + (Number(usage[name]) || 0),
      0,
    );
    // An error that the client words as an answer used nothing, and says nothing about the context.
    if (tokens === 0 || this.context.at(-1)?.messageId === messageId) return;
    insert(this.context, { at: event.timestamp, tokens, messageId });
  }

  #turn(event, lane) {
    const { lastMessage, error, errorDetails } = event.data;
    const failed = event.type === 'turn.failed';
    if (typeof lastMessage === 'string' && lastMessage !== '')
      this.#say(event, lane, 'said', lastMessage, {});
    const words = failed ? problem(errorDetails ?? error) || 'no reason given' : '';
    lane.put(this.#item(event, 'turn', { failed, words }));
  }

  #agent(event, lane) {
    const { agentType, description, toolUseId, lastMessage } = event.data;
    if (lane.id === '') return;
    if (typeof agentType === 'string') lane.type = line(agentType, 60);
    if (typeof description === 'string') lane.description = line(description, 120);
    if (typeof toolUseId === 'string') lane.call = toolUseId;
    if (event.type === 'agent.started') {
      lane.begun = event.timestamp;
      if (lane.stopped !== undefined && lane.stopped < event.timestamp) lane.stopped = undefined;
    }
    if (event.type !== 'agent.stopped') return;
    lane.stopped = Math.max(lane.stopped ?? 0, event.timestamp);
    if (typeof lastMessage !== 'string' || lastMessage === '') return;
    lane.lastMessage = prose(lastMessage, 300);
    this.#say(event, lane, 'said', lastMessage, {});
  }

  /** Each account holds for all before it, so their order is that of the log. */
  #usage({ timestamp: at, seq, data }) {
    const tokens = ['input', 'output', 'cacheRead', 'cacheCreation'].reduce(
      (sum, name) => sum + (data[name] ?? 0),
      0,
    );
    insert(this.spent, { seq, at, tokens, costUsd: data.costUsd }, 'seq');
    if (this.spent.at(-1).seq === seq) this.byModel = data.byModel;
  }

  /** What hook and transcript both tell is said once; returns whether it is new. */
  #say(event, lane, kind, text, more) {
    if (isInterruption(text)) return false;
    const key = `${lane.id}\n${kind}\n${text.trim().slice(0, 2000)}`;
    const twin = this.#twins.find(key, event);
    if (twin === undefined) {
      const item = this.#item(event, kind, { text: cut(text, LONGEST), length: text.length, ...more });
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

const asked = ({ toolName, input, reason }) => ({
  tool: line(toolName, 60),
  what: gist(input),
  reason: line(reason, 200),
});

/** What went wrong, in its own lines. */
function problem(error) {
  const text = visible(errorText(error));
  return text.length > ERROR ? `${cut(text, ERROR)}…` : text;
}

/** Puts a point where its time, or its seq, says. */
function insert(points, point, by = 'at') {
  let at = points.length;
  while (at > 0 && points[at - 1][by] > point[by]) at--;
  points.splice(at, 0, point);
}
