// What a session's document consists of and in which order, without what is in it: that may be as large as what tools put out.
import { Essentials, type EventEnvelope, partOf } from '../../protocol/index.ts';
import { type About, learnAbout } from '../about.ts';
import { field } from '../lookup.ts';
import { Tasks } from '../tasks.ts';
import { isNote } from './notes.ts';

/** Where an event is: the log of sessions from before hookline has seqs of its own. */
export interface Place {
  readonly log: 'events' | 'history';
  readonly seq: number;
}

/** A piece of the document, by the event that tells it. */
export interface Entry {
  readonly kind: 'prompt' | 'call' | 'said' | 'end' | 'note';
  /** When it was, in milliseconds since 1970. */
  readonly at: number;
  readonly place: Place;
  /** What came of a call. */
  result?: Place;
  /** Its words are told by another piece. */
  isTold?: boolean;
  /** The subagent that a call started. */
  agentId?: string;
}

/** The main agent's part of the document, or a subagent's. */
export interface Chapter {
  /** '' for the main agent. */
  readonly agentId: string;
  type: string;
  description: string;
  readonly entries: Entry[];
}

const ENDS = new Set(['turn.completed', 'turn.failed', 'agent.stopped']);

export class Outline {
  readonly about: About;
  readonly tasks = new Tasks();
  events = 0;
  readonly #chapters = new Map<string, Chapter>();
  readonly #essentials = new Essentials<Entry>();
  readonly #calls = new Map<string, Entry>();
  /** Subagent → the call that started it. */
  readonly #startedBy = new Map<string, string>();

  constructor(sessionId: string) {
    this.about = { sessionId };
  }

  /** Takes in an event, in the order of the log. */
  add(event: EventEnvelope, log: Place['log']): void {
    this.events++;
    learnAbout(this.about, event);
    this.tasks.learn(event);
    this.#learnAgent(event);
    const kind = kindOf(event);
    const entry: Entry = { kind: kind ?? 'note', at: event.timestamp, place: { log, seq: event.seq } };
    const { shown, of } = this.#essentials.take(partOf(event), entry);
    if (event.type === 'tool.result' && of !== undefined) of.result = entry.place;
    if (kind === undefined || !shown) return;
    if (kind === 'end' && of !== undefined) entry.isTold = true;
    if (kind === 'call') this.#calls.set(String(event.data['toolUseId']), entry);
    // A result whose call is not in the log tells of it all the same.
    if (event.type === 'tool.result') entry.result = entry.place;
    this.#chapter(event.agentId ?? '').entries.push(entry);
  }

  /** The main agent's first, each in the order in which things happened. */
  chapters(): Chapter[] {
    for (const [agentId, call] of this.#startedBy) {
      const entry = this.#calls.get(call);
      if (entry !== undefined) entry.agentId = agentId;
    }
    const main = this.#chapter('');
    const others = [...this.#chapters.values()].filter(one => one !== main && one.entries.length > 0);
    for (const { entries } of this.#chapters.values())
      entries.sort((a, b) => a.at - b.at || a.place.seq - b.place.seq);
    return [main, ...others.sort((a, b) => (a.entries[0]?.at ?? 0) - (b.entries[0]?.at ?? 0))];
  }

  #chapter(agentId: string): Chapter {
    const known = this.#chapters.get(agentId);
    if (known !== undefined) return known;
    const fresh: Chapter = { agentId, type: '', description: '', entries: [] };
    this.#chapters.set(agentId, fresh);
    return fresh;
  }

  #learnAgent({ type, agentId, data }: EventEnvelope): void {
    const started = type === 'tool.result' ? field(data['response'], 'agentId') : undefined;
    if (typeof started === 'string') this.#startedBy.set(started, String(data['toolUseId']));
    if (agentId === undefined || !type.startsWith('agent.') || type === 'agent.state_changed') return;
    const chapter = this.#chapter(agentId);
    const { agentType, description, toolUseId } = data;
    if (typeof agentType === 'string' && agentType !== '') chapter.type = agentType;
    if (typeof description === 'string') chapter.description = description;
    if (typeof toolUseId === 'string') this.#startedBy.set(agentId, toolUseId);
  }
}

/** Undefined for what has no place in the document. */
function kindOf(event: EventEnvelope): Entry['kind'] | undefined {
  const { type } = event;
  if (type === 'prompt.submitted') return 'prompt';
  if (type === 'tool.use' || type === 'tool.result') return 'call';
  if (type === 'message.assistant') return 'said';
  if (ENDS.has(type)) return 'end';
  return isNote(event) ? 'note' : undefined;
}
