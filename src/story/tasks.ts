// What an agent has set itself to do and how far it is, as its client tells it, from events in whichever order they come.
import type { EventEnvelope } from '../protocol/index.ts';
import { field } from './lookup.ts';

export interface Task {
  readonly subject: string;
  readonly state: 'open' | 'now' | 'done';
}

/** As the client names the states (Claude Code 2.1.197 to 2.1.332); what is deleted is no task any more. */
const STATES: ReadonlyMap<unknown, Task['state'] | 'gone'> = new Map([
  ['pending', 'open'],
  ['in_progress', 'now'],
  ['completed', 'done'],
  ['deleted', 'gone'],
]);

/** A word on something, and when it was said: a later one holds. */
interface Said<T> {
  readonly value: T;
  readonly at: number;
}

interface Known {
  subject?: Said<string>;
  state?: Said<Task['state'] | 'gone'>;
}

type Told = Pick<EventEnvelope, 'type' | 'timestamp' | 'agentId' | 'data'>;

/** The main agent's list: one that is written anew each time (`TodoWrite`), or one whose tasks have ids (`TaskCreate` and the like). */
export class Tasks {
  #written: Said<readonly Task[]> | undefined;
  readonly #byId = new Map<string, Known>();

  learn({ type, timestamp: at, agentId, data }: Told): void {
    const { toolName, input, response, taskId, subject } = data;
    if (type === 'task.created') return this.#say(taskId, at, { subject, status: 'pending' });
    if (type === 'task.completed') return this.#say(taskId, at, { subject, status: 'completed' });
    if (type === 'tool.use' && toolName === 'TodoWrite' && agentId === undefined) this.#write(input, at);
    if (type === 'tool.use' && toolName === 'TaskUpdate') this.#say(field(input, 'taskId'), at, input);
    if (type !== 'tool.result') return;
    if (toolName === 'TaskCreate') {
      const task = field(response, 'task');
      this.#say(field(task, 'id'), at, { subject: field(task, 'subject'), status: 'pending' });
    }
    const tasks = toolName === 'TaskList' ? field(response, 'tasks') : undefined;
    for (const task of Array.isArray(tasks) ? tasks : []) this.#say(field(task, 'id'), at, task);
  }

  /** In the order in which they were set up; of two lists the one that was touched last. */
  get all(): readonly Task[] {
    const known = [...this.#byId].filter(([, { subject, state }]) => subject && state?.value !== 'gone');
    const touched = Math.max(
      ...known.flatMap(([, { subject, state }]) => [subject?.at ?? 0, state?.at ?? 0]),
      0,
    );
    if (known.length === 0 || (this.#written?.at ?? 0) > touched) return this.#written?.value ?? [];
    return known
      .toSorted(([left], [right]) => Number(left) - Number(right) || (left < right ? -1 : 1))
      .map(([, { subject, state }]) => ({
        subject: subject?.value ?? '',
        state: state === undefined || state.value === 'gone' ? 'open' : state.value,
      }));
  }

  #write(input: unknown, at: number): void {
    const todos = field(input, 'todos');
    if (!Array.isArray(todos) || at < (this.#written?.at ?? 0)) return;
    const value = todos.flatMap((todo): Task[] => {
      const subject = field(todo, 'content');
      const state = STATES.get(field(todo, 'status')) ?? 'open';
      return typeof subject === 'string' && state !== 'gone' ? [{ subject, state }] : [];
    });
    this.#written = { value, at };
  }

  #say(id: unknown, at: number, told: unknown): void {
    const name = typeof id === 'number' ? String(id) : id;
    if (typeof name !== 'string' || name === '') return;
    const known = this.#byId.get(name) ?? {};
    this.#byId.set(name, known);
    const subject = field(told, 'subject');
    const state = STATES.get(field(told, 'status'));
    if (typeof subject === 'string' && at >= (known.subject?.at ?? 0)) known.subject = { value: subject, at };
    if (state !== undefined && at >= (known.state?.at ?? 0)) known.state = { value: state, at };
  }
}

/** `3 of 7 done`. */
export const progressWords = (tasks: readonly Task[]): string =>
  `${tasks.filter(({ state }) => state === 'done').length} of ${tasks.length} done`;
