// How often something happened, and what became of it: of a tool, of an error, of prompts.
import type { EventDraft } from '../../protocol/index.ts';
import { Durations, type SavedDurations } from './durations.ts';

/** Of all but tools only how often it was. */
type Saved = readonly [
  count: number,
  failed?: number,
  interrupted?: number,
  denied?: number,
  durations?: SavedDurations,
];

/** What is counted: calls of a tool, turns that failed in a certain way, prompts. */
export type Kind = 'tool' | 'turn' | 'prompt';

/** Characters of a name: it comes from outside. */
const NAME = 200;

/** The types of events that count for something. */
export const ACTIVITY: ReadonlySet<string> = new Set([
  'tool.result',
  'permission.denied',
  'turn.failed',
  'prompt.submitted',
]);

/** What an event counts for; undefined for most of them. */
export function countsFor({
  type,
  data,
}: Pick<EventDraft, 'type' | 'data'>): { readonly kind: Kind; readonly name: string } | undefined {
  const named = (kind: Kind, name: unknown) => ({ kind, name: String(name ?? '').slice(0, NAME) });
  switch (type) {
    case 'tool.result':
    case 'permission.denied':
      return named('tool', data['toolName']);
    case 'turn.failed':
      return named('turn', data['error']);
    case 'prompt.submitted':
      return named('prompt', '');
  }
  return undefined;
}

export class Tally {
  /** Calls that ended, turns that failed, prompts. */
  count = 0;
  /** Calls that failed by themselves. */
  failed = 0;
  /** Calls that the user stopped, or refused. */
  interrupted = 0;
  /** Calls that auto mode refused. */
  denied = 0;
  /** Of the calls of which it was told. */
  readonly durations: Durations = new Durations();

  /** Takes an event into account that counts for this. */
  note({ type, data }: EventDraft): void {
    if (type === 'permission.denied') {
      this.denied++;
      return;
    }
    this.count++;
    if (type !== 'tool.result') return;
    this.durations.add(data['durationMs']);
    if (data['interrupted'] === true) this.interrupted++;
    else if (data['success'] === false) this.failed++;
  }

  /** @param text what `save` gave */
  add(text: string): void {
    const [count, failed = 0, interrupted = 0, denied = 0, durations] = JSON.parse(text) as Saved;
    this.count += count;
    this.failed += failed;
    this.interrupted += interrupted;
    this.denied += denied;
    if (durations) this.durations.addAll(durations);
  }

  save(): string {
    const { count, failed, interrupted, denied, durations } = this;
    const saved: Saved = [count, failed, interrupted, denied];
    if (durations.count > 0) return JSON.stringify([...saved, durations.save()]);
    return JSON.stringify(failed + interrupted + denied > 0 ? saved : [count]);
  }
}

/** What two of those that were saved come to. */
export function sumOf(kept: string, more: string): string {
  const tally = new Tally();
  tally.add(kept);
  tally.add(more);
  return tally.save();
}
