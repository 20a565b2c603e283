// A session while its recording is told: who, where and what is open by now, and the steps that come of it.
import path from 'node:path';
import { accountOf, sumOf } from './account.ts';
import type { Agent, Call, Conversation, Message, Task } from './conversation.ts';
import { freshId } from './ids.ts';
import type { Step } from './player.ts';
import type { Head, Usage } from './recording.ts';
import { filled, hookPayload, type JsonObject, transcriptLine } from './shapes.ts';

/** How recordings are told. */
export interface Telling {
  /** The client's folder of transcripts, absolute. */
  readonly projects: string;
  /** How many times faster than life: what tools and turns say they took is divided by it. */
  readonly speed: number;
  /** False: what happened before the daemon started is left out. */
  readonly past: boolean;
}

export class Session {
  readonly steps: Step[] = [];
  readonly head: Head;
  readonly calls = new Map<string, Call>();
  readonly agents = new Map<string, Conversation>();
  main: Conversation;
  tasks: Task[] = [];
  /** Between its start and its end. */
  live = false;
  turnBegan = 0;
  #id = freshId.uuid();
  #model = '';
  #used = new Map<string, Usage>();
  #startedAt = 0;
  readonly #telling: Telling;

  constructor(head: Head, telling: Telling) {
    this.head = head;
    this.#telling = telling;
    this.main = this.conversation();
  }

  /** A hook is called, and what it tells comes true. The shape of its name is filled; `own` fields come last. */
  hook(
    at: number,
    name: string,
    values: JsonObject = {},
    own: JsonObject = {},
    conversation = this.main,
  ): void {
    if (name === 'SessionStart') this.#start(at, own);
    if (name === 'UserPromptSubmit') {
      this.main.prompt = freshId.uuid();
      this.turnBegan = at;
    }
    this.add({ at, hook: hookPayload(name, this.#known(values, conversation), own) });
    if (name === 'PostModelSwitch') this.#model = String(own['to_model']);
    if (name === 'SessionEnd') this.#end(at);
  }

  /** The conversation's transcript grows by a line of this shape, or of the shape of this name. */
  line(at: number, shape: string | JsonObject, values: JsonObject = {}, conversation = this.main): void {
    const uuid = freshId.uuid();
    const known = { ...this.#known(values, conversation), parent: conversation.parent, uuid };
    this.add({ at, file: conversation.file, line: transcriptLine(shape, known) });
    conversation.parent = uuid;
  }

  add(step: Step): void {
    if (this.#isTold(step.at)) this.steps.push(step);
  }

  /** A model writes a message: what it used is put on the account. */
  message(at: number, usage: Usage, stopReason: Message['stopReason'], { agent }: Conversation): Message {
    const model = agent?.model ?? this.#model;
    if (this.#isTold(at)) this.#used.set(model, sumOf(usage, this.#used.get(model)));
    return { id: freshId.message(), model, stopReason, usage };
  }

  conversation(agent?: Omit<Agent, 'file'>): Conversation {
    const start = { prompt: agent && this.main.prompt, parent: null, calls: [], callCount: 0 };
    if (!agent) return { file: `${this.#folder}.jsonl`, ...start };
    const file = this.#agentFile(agent.id);
    return { agent: { ...agent, file }, file, ...start };
  }

  /** The subagent's that this call sent; the main one without. */
  conversationOf(name: string | undefined): Conversation {
    const conversation = name === undefined ? this.main : this.agents.get(name);
    if (!conversation) throw new Error(`demo: the subagent "${name}" of ${this.head.cwd} has not started`);
    return conversation;
  }

  callOf(name: string): Call {
    const call = this.calls.get(name);
    if (!call) throw new Error(`demo: the call "${name}" was never made in ${this.head.cwd}`);
    return call;
  }

  /** What runs in the background of a call. */
  taskOf(name: string): Task {
    const task = this.tasks.find(({ call }) => call === this.calls.get(name));
    if (!task) throw new Error(`demo: nothing runs in the background of "${name}" in ${this.head.cwd}`);
    return task;
  }

  launch(id: string, call: Call, model?: string): Task {
    const file = String(filled('task file', { ...this.#known({}, this.main), task: id }));
    const task: Task = { id, call, file, ...(model ? { kind: 'subagent', model } : { kind: 'shell' }) };
    this.tasks.push(task);
    return task;
  }

  /** So many seconds of the story in milliseconds as they pass; what lies in the past took its time. */
  ms(seconds: number, at: number): number {
    return Math.round(Math.round(seconds * 1000) / (at < 0 ? 1 : this.#telling.speed));
  }

  #start(at: number, { source, model }: JsonObject): void {
    this.live = true;
    if (typeof model === 'string') this.#model = model;
    if (source !== 'startup' && source !== 'clear') return;
    this.#id = freshId.uuid();
    this.#startedAt = at;
    this.#used = new Map();
    this.tasks = [];
    this.main = this.conversation();
  }

  /** Right after its end a session accounts for itself. */
  #end(at: number): void {
    this.live = false;
    const settled = at + 0.1;
    const duration = this.ms(settled - this.#startedAt, settled);
    const values = { ...accountOf(this.#used), duration };
    const line = filled('account', this.#known(values, this.main));
    this.add({ at: settled, file: this.main.file, line });
  }

  #isTold(at: number): boolean {
    return at >= 0 || this.#telling.past;
  }

  /** What shapes may name. */
  #known(values: JsonObject, { agent, prompt }: Conversation): JsonObject {
    const session = { id: this.#id, file: this.main.file, project: this.#project };
    const id = freshId.agent();
    const fresh = { uuid: freshId.uuid(), agent: id, agentFile: this.#agentFile(id) };
    const whole = { ...this.head.texts, session, head: this.head, agent, prompt, fresh };
    return { ...whole, sidechain: agent !== undefined, words: undefined, call: undefined, ...values };
  }

  get #project(): string {
    return this.head.cwd.replaceAll(/[/.]/g, '-');
  }

  get #folder(): string {
    return path.join(this.#telling.projects, this.#project, this.#id);
  }

  #agentFile(id: string): string {
    return path.join(this.#folder, 'subagents', `agent-${id}.jsonl`);
  }
}
