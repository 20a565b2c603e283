// What models cost and how much fits into their context: the prices that agents list, and above them the user's own.
import type { UsageTotals } from '../../protocol/index.ts';

/** US dollars for a million tokens of each kind. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Default: as `input`. */
  readonly cacheRead?: number;
  /** Default: as `input`. */
  readonly cacheCreation?: number;
  /** Default: as `cacheCreation`. */
  readonly cacheCreation1h?: number;
  /** For a thousand searches. Default: nothing. */
  readonly webSearches?: number;
}

/** A model of a list, or several that cost the same. */
export interface ListedModel {
  /** Whether it is the one that a transcript names so. */
  readonly fits: (model: string) => boolean;
  readonly price?: Price;
  /** Tokens that fit into its context, as far as known. */
  readonly contextWindow?: number;
}

/** Most names of models whose place in the list is remembered: names come from outside. */
const NAMES = 500;

export class PriceList {
  readonly #models: readonly ListedModel[];
  readonly #byName = new Map<string, Omit<ListedModel, 'fits'>>();

  /** Of several that fit, the first one that knows the price, or the window, tells it. */
  constructor(models: readonly ListedModel[] = []) {
    this.#models = models;
  }

  /** What that costs, in US dollars; undefined when the model is not on the list. */
  cost(model: string, used: UsageTotals): number | undefined {
    const { price } = this.#of(model);
    return price && costAt(price, used);
  }

  /** Tokens that fit into the context of a model. */
  contextWindow(model: string): number | undefined {
    return this.#of(model).contextWindow;
  }

  #of(model: string): Omit<ListedModel, 'fits'> {
    const known = this.#byName.get(model);
    if (known) return known;
    const fitting = this.#models.filter(({ fits }) => fits(model));
    const price = fitting.find(one => one.price)?.price;
    const contextWindow = fitting.find(one => one.contextWindow !== undefined)?.contextWindow;
    const found = { ...(price && { price }), ...(contextWindow !== undefined && { contextWindow }) };
    if (this.#byName.size >= NAMES) this.#byName.clear();
    this.#byName.set(model, found);
    return found;
  }
}

/** Nothing is known of any model. */
export const NO_PRICES = new PriceList();

function costAt(price: Price, used: UsageTotals): number {
  const { input, output, cacheRead = input, cacheCreation = input, webSearches = 0 } = price;
  const { cacheCreation1h = cacheCreation } = price;
  const anHour = Math.min(used.cacheCreation1h ?? 0, used.cacheCreation);
  const tokens =
    used.input * input +
    used.output * output +
    used.cacheRead * cacheRead +
    (used.cacheCreation - anHour) * cacheCreation +
    anHour * cacheCreation1h;
  return tokens / 1e6 + ((used.webSearches ?? 0) * webSearches) / 1e3;
}
