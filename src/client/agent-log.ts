// A session's transcript, line by line as it is written: on a connection of its own, for it has no place in the log to resume from.
import type { ServerMessageOf } from '../protocol/index.ts';
import { ClosedError, InterruptedError, RequestError } from './errors.ts';
import type { Guest } from './protocol-session.ts';
import { Queue } from './queue.ts';
import { onAbort } from './signals.ts';
import type { Flow } from './stream.ts';
import type { Message, Transport } from './transport.ts';
import type { AgentLogLine, AgentLogLines } from './types.ts';

const ID = 'log';

export interface AgentLogOptions {
  readonly sessionId: string;
  readonly signal: AbortSignal | undefined;
  /** Lines that may wait before it counts as full. */
  readonly buffer: number;
  /** It is over. */
  readonly onGone: () => void;
}

export class AgentLog implements Guest, Flow, AgentLogLines {
  readonly ready: Promise<void>;
  onTaken: () => void = () => {};
  readonly #options: AgentLogOptions;
  readonly #queue: Queue<AgentLogLine>;
  readonly #forgetSignal: () => void;
  #settleReady: { resolve: () => void; reject: (error: Error) => void } | undefined;
  #followed = false;
  #ended = false;

  constructor(options: AgentLogOptions) {
    this.#options = options;
    this.#queue = new Queue(options.buffer);
    this.#queue.onTaken = () => this.onTaken();
    this.ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    this.ready.catch(() => {}); // Nobody has to look.
    this.#forgetSignal = onAbort(options.signal, () => this.close());
  }

  // What the program sees.

  async next(): Promise<IteratorResult<AgentLogLine, undefined>> {
    const value = await this.#queue.take();
    return value === undefined ? { done: true, value } : { done: false, value };
  }

  return(): Promise<IteratorResult<AgentLogLine, undefined>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  close(): void {
    this.#queue.clear();
    this.#end(new ClosedError());
    this.#queue.end();
  }

  // What the stream sees.

  get full(): boolean {
    return this.#queue.full;
  }

  get roomy(): boolean {
    return this.#queue.roomy;
  }

  open(transport: Transport): void {
    transport.send({ type: 'subscribe_agent_log', id: ID, sessionId: this.#options.sessionId });
    void transport.ended.then(({ reason, code }) => {
      if (this.#followed) this.fail(new InterruptedError('the agent log', reason || `closed with ${code}`));
    });
  }

  receive(message: Message): void {
    if (message.type === 'subscribed_agent_log') {
      this.#followed = true;
      this.#settleReady?.resolve();
      this.#settleReady = undefined;
    }
    if (message.type === 'error') {
      const { id, code, message: words } = message as ServerMessageOf<'error'>;
      if (id === ID) this.fail(new RequestError(code, words));
    }
    if (message.type !== 'agent_log') return;
    const { sessionId, agentId, line } = message as ServerMessageOf<'agent_log'>;
    this.#queue.push({ sessionId, ...(agentId === undefined ? {} : { agentId }), line });
  }

  /** Ends it; the program gets what waits, and then the error. */
  fail(error: Error): void {
    this.#end(error);
    this.#queue.end({ cause: error });
  }

  #end(error: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#settleReady?.reject(error);
    this.#settleReady = undefined;
    this.#forgetSignal();
    this.#options.onGone();
  }
}
