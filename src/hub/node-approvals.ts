// The requests of all machines that wait for an answer: each is held where its session is, and answered there.
import {
  ApprovalError,
  type ApprovalQueue,
  type End,
  Endings,
  InvalidAnswerError,
  untilTold,
} from '../approvals/index.ts';
import type { HubSide } from '../bridge/index.ts';
import type { LogRecord } from '../log/index.ts';
import type { Answer, Answered, RequestOfApproval } from '../protocol/index.ts';
import type { Arrived } from './events-in.ts';
import { originOf } from './node-origin.ts';
import { AnswerSaid, ApprovalsSaid, type Question } from './questions.ts';

export interface NodeApprovalsOptions {
  /** What this hub is called. */
  readonly hub: string;
  /** Undefined while the broker is away. */
  readonly side: () => HubSide | undefined;
}

interface Open {
  readonly node: string;
  readonly request: RequestOfApproval;
  /** What everybody may see of it. */
  readonly shown: RequestOfApproval;
  /** Told once it ends. */
  readonly watching: Set<() => void>;
}

/** Longest answer, in bytes: a server of NATS takes 1 MiB at once. */
const ANSWER_BYTES = 1000_000;

export class NodeApprovals implements ApprovalQueue {
  readonly #options: NodeApprovalsOptions;
  /** By the id of the request. */
  readonly #open = new Map<string, Open>();
  readonly #endings = new Endings();
  /** Nodes that could not be asked: they may have more than is known. */
  readonly #unheard = new Set<string>();

  constructor(options: NodeApprovalsOptions) {
    this.#options = options;
  }

  list(mayApprove: boolean): RequestOfApproval[] {
    return [...this.#open.values()]
      .sort((a, b) => a.request.requestedAt - b.request.requestedAt)
      .map(({ request, shown }) => (mayApprove ? request : shown));
  }

  find(requestId: string): { readonly request: RequestOfApproval } | { readonly ended: End } {
    const open = this.#open.get(requestId);
    if (open) return { request: open.request };
    const ended = this.#endings.of(requestId);
    if (ended) return { ended };
    throw this.#endings.whyNot(requestId);
  }

  checkOpen(requestId: string): void {
    if (!this.#open.has(requestId)) throw this.#endings.whyNot(requestId);
  }

  untilEnded(requestId: string, gone: AbortSignal): Promise<void> {
    return untilTold(this.#open.get(requestId)?.watching, gone);
  }

  async answer(requestId: string, answer: Answer, by: string): Promise<Answered> {
    const open = this.#open.get(requestId);
    if (!open) throw this.#endings.whyNot(requestId);
    const { node } = open;
    if (Buffer.byteLength(JSON.stringify(answer)) > ANSWER_BYTES)
      throw new InvalidAnswerError(
        `the answer is too long for the broker; send less of an input, or answer at ${node}`,
      );
    const said = await this.#ask(node, { ask: 'answer', hub: this.#options.hub, requestId, answer, by });
    const parsed = AnswerSaid.safeParse(said).data ?? UNREADABLE;
    if ('answered' in parsed) return parsed.answered;
    const { code, message } = parsed.error;
    if (code === 'invalid_message') throw new InvalidAnswerError(message);
    if (code === 'already_answered') this.#forget(requestId);
    throw new ApprovalError(code === 'already_answered' ? code : 'not_found', `${node}: ${message}`);
  }

  /** Learns what waits at a node by now. One that lets no hub answer says nothing, and shows nothing. */
  async learn(node: string): Promise<void> {
    this.#unheard.delete(node);
    const said = await this.#ask(node, { ask: 'approvals', hub: this.#options.hub }).catch(() => {
      this.#unheard.add(node);
    });
    const parsed = ApprovalsSaid.safeParse(said).data;
    if (parsed === undefined || !('requests' in parsed)) return;
    const there = new Set(parsed.requests.map(({ requestId }) => requestId));
    for (const [requestId, open] of this.#open)
      if (open.node === node && !there.has(requestId)) this.#forget(requestId);
    for (const request of parsed.requests) {
      const { requestId } = request;
      const before = this.#open.get(requestId);
      const shown = parsed.shown.find(one => one.requestId === requestId);
      // An id is one node's, and an end is for ever.
      if (
        shown === undefined ||
        (before && before.node !== node) ||
        this.#endings.of(requestId) !== undefined
      )
        continue;
      this.#open.set(requestId, { node, request, shown, watching: before?.watching ?? new Set() });
    }
  }

  /** A node says that it is there: it may be asked again what it could not be asked before. */
  async heard(node: string): Promise<void> {
    if (this.#unheard.has(node)) await this.learn(node);
  }

  /** There is a new connection: what is known of all may be old. */
  doubt(nodes: Iterable<string>): void {
    for (const node of nodes) this.#unheard.add(node);
  }

  /** Before events are told to anybody: whoever hears of a request can look at it at once. */
  async prepare(arrived: readonly Arrived[]): Promise<void> {
    const asked = arrived.filter(
      ({ draft: { type, data } }) => type === 'permission.requested' && data['requestId'] !== undefined,
    );
    const nodes = new Set(asked.map(({ origin }) => origin.name));
    await Promise.all(Array.from(nodes, node => this.learn(node)));
  }

  /** A node is away: nothing of it can be answered from here. */
  left(node: string): void {
    for (const [requestId, open] of this.#open) if (open.node === node) this.#forget(requestId);
  }

  /** A request has ended, says the log. */
  resolved(record: LogRecord): void {
    const { requestId, outcome, by, message } = JSON.parse(record.data) as { requestId: string } & End;
    const open = this.#open.get(requestId);
    if (open !== undefined && open.node !== originOf(record)?.name) return;
    this.#endings.note(requestId, { outcome, by, message });
    this.#forget(requestId);
  }

  #forget(requestId: string): void {
    const open = this.#open.get(requestId);
    this.#open.delete(requestId);
    for (const tell of [...(open?.watching ?? [])]) tell();
  }

  async #ask(node: string, question: Question): Promise<unknown> {
    const side = this.#options.side();
    if (side === undefined) throw new ApprovalError('not_found', `the broker is away, and ${node} with it`);
    try {
      return await side.ask(node, question);
    } catch (error) {
      throw new ApprovalError(
        'not_found',
        `${(error as Error).message}. Whether it was answered is not known; look at the terminal of the session`,
      );
    }
  }
}

const UNREADABLE = {
  error: { code: 'not_found', message: 'what it answered is not understood; its version is another one' },
};
