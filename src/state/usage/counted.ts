// Which API messages were counted: the transcript has one message in several lines, and each of them has all of its usage.
import type { UsageTotals } from '../../protocol/index.ts';

/** Most messages remembered, over all sessions; lines of a message lie close together, copies of it in forks do not. */
const MESSAGES = 10_000;

export interface Counted {
  /** Where it was counted. */
  readonly sessionId: string;
  readonly used: UsageTotals;
}

type SavedMessage = readonly [string, string, number, number, number, number, number?, number?];
export type SavedMessages = Iterable<SavedMessage>;

/** The counted messages by their id, which no two API messages share. Bounded: the oldest go first. */
export class CountedMessages {
  readonly #byId = new Map<string, Counted>();

  get(messageId: string): Counted | undefined {
    return this.#byId.get(messageId);
  }

  set(messageId: string, counted: Counted): void {
    this.#byId.delete(messageId);
    this.#byId.set(messageId, counted);
    for (const oldest of this.#byId.keys()) {
      if (this.#byId.size <= MESSAGES) break;
      this.#byId.delete(oldest);
    }
  }

  /** As they are now, whenever they are asked for. */
  save(): SavedMessages {
    return saved([...this.#byId]);
  }

  load(saved: SavedMessages): void {
    for (const [id, sessionId, input, output, cacheRead, cacheCreation, anHour = 0, searches = 0] of saved) {
      const used = { input, output, cacheRead, cacheCreation };
      const rare = { ...(anHour && { cacheCreation1h: anHour }), ...(searches && { webSearches: searches }) };
      this.#byId.set(id, { sessionId, used: { ...used, ...rare } });
    }
  }
}

function* saved(messages: readonly (readonly [string, Counted])[]): Generator<SavedMessage> {
  for (const [id, { sessionId, used }] of messages) {
    const { input, output, cacheRead, cacheCreation, cacheCreation1h = 0, webSearches = 0 } = used;
    const usual = [id, sessionId, input, output, cacheRead, cacheCreation] as const;
    yield cacheCreation1h + webSearches > 0 ? [...usual, cacheCreation1h, webSearches] : usual;
  }
}
