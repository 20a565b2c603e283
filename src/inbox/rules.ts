// Whether a message may go at all: the rules of the configuration, of which the first that fits decides.
import { compileAddress, type MessageRule } from '../protocol/index.ts';

type Fits = (value: string) => boolean;

interface Rule {
  readonly from: Fits;
  readonly via: Fits;
  readonly to: Fits;
  readonly allow: boolean;
}

/** Who writes to whom by which way. */
export interface Passage {
  readonly from: string;
  readonly via: string;
  /** As the sender wrote it. */
  readonly to: string;
}

const fitting = (pattern: string | undefined): Fits =>
  pattern === undefined ? () => true : compileAddress(pattern);

export class MessageRules {
  readonly #rules: readonly Rule[];
  readonly #knownAs: (address: string) => readonly string[];

  /** @param knownAs every name and id that somebody with this name or id goes by, this one too */
  constructor(rules: readonly MessageRule[], knownAs: (address: string) => readonly string[]) {
    this.#knownAs = knownAs;
    this.#rules = rules.map(({ from, via, to, allow }) => ({
      ...{ from: fitting(from), via: fitting(via), to: fitting(to) },
      allow,
    }));
  }

  /** Why a message may not go to these recipients, all of them; undefined when it may. */
  refusal({ from, via, to }: Passage, recipients: readonly string[]): string | undefined {
    const fits = this.#rules.filter(rule => rule.from(from) && rule.via(via));
    if (fits.length === 0) return undefined;
    for (const recipient of recipients) {
      const addresses = [to, ...this.#knownAs(recipient)];
      const rule = fits.find(one => addresses.some(one.to));
      if (rule?.allow === false)
        return `rule ${this.#rules.indexOf(rule) + 1} of "messages" in config.json does not let ${from} write to ${recipient} (via ${via}); change the rule, or write to somebody else`;
    }
    return undefined;
  }
}
