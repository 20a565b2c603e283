// The plan that an agent has laid before its user, and what became of it, from events in whichever order they come.
import type { EventEnvelope } from '../protocol/index.ts';
import { field } from './lookup.ts';

/** `asked`: nobody has answered, as far as is known. */
export type PlanState = 'asked' | 'approved' | 'refused';

type Told = Pick<EventEnvelope, 'type' | 'timestamp' | 'seq' | 'data'>;

const TOOL = 'ExitPlanMode';

export class Plan {
  /** The plan in its agent's words; empty as long as none was told. */
  text = '';
  /** The event that told it. */
  seq = 0;
  /** When that was, in milliseconds since 1970; 0 while there is no plan. */
  at = 0;
  #answer: { readonly at: number; readonly state: PlanState } = { at: 0, state: 'asked' };

  /** One that was asked about after the last answer is open. */
  get state(): PlanState {
    return this.#answer.at >= this.at ? this.#answer.state : 'asked';
  }

  learn({ type, timestamp: at, seq, data }: Told): void {
    const { toolName, input, response, success } = data;
    if (toolName !== TOOL) return;
    const isResult = type === 'tool.result';
    if (!isResult && type !== 'tool.use' && type !== 'permission.requested') return;
    if (isResult && at >= this.#answer.at)
      this.#answer = { at, state: success === false ? 'refused' : 'approved' };
    const text = field(isResult ? response : input, 'plan');
    if (typeof text !== 'string' || text === '') return;
    // A result tells the same plan once more: when it was laid before somebody is when it was told first.
    if (text === this.text) this.at = Math.min(this.at, at);
    else if (at >= this.at) Object.assign(this, { text, seq, at });
  }
}
