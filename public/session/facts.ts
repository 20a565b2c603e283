// What is known about a session itself: the newest word on each thing, in whichever order the words come.
import type { EventEnvelope } from '../../src/protocol/index.ts';
import { nodeOf } from '../design/names.ts';
import { line } from '../design/text.ts';

/** What the client names a message that no model wrote (Claude Code 2.1.329). */
const NO_MODEL = '<synthetic>';
const FIELDS = [
  'cwd',
  'model',
  'name',
  'gitBranch',
  'version',
  'transcriptPath',
  'pid',
  'permissionMode',
] as const;

type FactName = (typeof FIELDS)[number] | 'node';

/** What is known of a session, as somebody said it: any of it may be missing, or of an odd type. */
export type KnownFacts = Partial<Readonly<Record<FactName, unknown>>> & {
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly reason?: string;
};

export class Facts {
  startedAt: number | undefined;
  readonly #values: Partial<Record<FactName, unknown>> = {};
  /** When it was said. */
  readonly #said: Partial<Record<FactName, number>> = {};
  #began = 0;
  #ended: { readonly at: number; readonly reason: string } | undefined;

  /** Everything; `endedAt` and `reason` when it has ended. */
  get all(): KnownFacts {
    const { startedAt, endedAt } = this;
    const ended = endedAt === undefined ? {} : { endedAt, reason: this.#ended?.reason ?? '' };
    return { ...this.#values, ...(startedAt === undefined ? {} : { startedAt }), ...ended };
  }

  /** When it ended; undefined while it runs, also when it was taken up again. */
  get endedAt(): number | undefined {
    return this.#ended !== undefined && this.#ended.at >= this.#began ? this.#ended.at : undefined;
  }

  learn({ type, timestamp: at, agentId, data }: EventEnvelope): void {
    // A mode rides on every event; the rest is told by what is about the session.
    this.#take('permissionMode', data.permissionMode, at);
    if (agentId !== undefined) return;
    if (type === 'model.switched') this.#take('model', data.to, at);
    // Without a terminal a session does not say at its start what it runs with.
    if (type === 'message.assistant' && data.model !== NO_MODEL) this.#take('model', data.model, at);
    if (type === 'cwd.changed') this.#take('cwd', data.newCwd, at);
    if (!type.startsWith('session.') || type === 'session.notification') return;
    this.#take('node', nodeOf(data), at);
    for (const field of FIELDS) this.#take(field, data[field], at);
    if (type === 'session.discovered') {
      this.startedAt = Math.min(at, this.startedAt ?? at);
      this.#began = Math.max(at, this.#began);
    }
    if (type === 'session.removed' && at >= (this.#ended?.at ?? 0))
      this.#ended = { at, reason: line(data.reason, 80) };
  }

  #take(field: FactName, value: unknown, at: number): void {
    if (value === undefined || at < (this.#said[field] ?? 0)) return;
    this.#said[field] = at;
    this.#values[field] = value;
  }
}
