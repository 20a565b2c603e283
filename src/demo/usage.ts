// What a session of the demo uses up: how its context grows, and the account that Claude Code keeps of it.

/** US dollars for a million tokens, as the accounts of Claude Code 2.1.329 show them. */
const PRICES = {
  'claude-opus-5-5': { input: 4, output: 20, cacheRead: 0.2, cacheCreation: 5 },
  'claude-sonnet-5-5': { input: 2, output: 10, cacheRead: 0.1, cacheCreation: 2.5 },
  'claude-haiku-5-5': { input: 0.5, output: 0.5, cacheRead: 0.05, cacheCreation: 0.625 },
} as const;

export type Model = keyof typeof PRICES;

/** Tokens of one API message. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheCreation: number;
}

/** What a model sees of a text of ours, roughly; what is around it in a request counts too. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / 3.4) + 8;
}

/** Tokens a model writes in a second; a message takes as long as it is. */
export const TOKENS_A_SECOND = 70;

/** A file or an output stands shortened in a story; the real one would fill more of the context. */
const SHORTENED = 4;

/** The context of one conversation: what of it was cached by the message before, and what is new. */
export class Context {
  #cached: number;
  #fresh: number;

  /** @param tokens what is in it from the start: instructions, tools, and what was said before. */
  constructor(tokens: number) {
    this.#cached = Math.round(tokens * 0.72);
    this.#fresh = tokens - this.#cached;
  }

  get size(): number {
    return this.#cached + this.#fresh;
  }

  /** Something is added that the next message will be the first to see. */
  hear(text: string): void {
    this.#fresh += tokensOf(text);
  }

  /** As `hear`, for what a tool gave back. */
  receive(output: string): void {
    this.#fresh += tokensOf(output) * SHORTENED;
  }

  /** What one message uses that is this long; from now on all before it is cached. */
  answer(output: number): Tokens {
    const tokens = { input: 3 + (output % 7), output, cacheRead: this.#cached, cacheCreation: this.#fresh };
    this.#cached += this.#fresh;
    this.#fresh = output;
    return tokens;
  }

  /** Only a summary is left. */
  compact(tokens: number): void {
    this.#cached = 0;
    this.#fresh = tokens;
  }
}

const NOTHING: Tokens = { input: 0, output: 0, cacheRead: 0, cacheCreation: 0 };

/** Everything a session has used so far, by model, subagents included. */
export class Account {
  readonly #byModel = new Map<Model, Tokens>();

  add(model: Model, tokens: Tokens): void {
    const before = this.#byModel.get(model) ?? NOTHING;
    this.#byModel.set(model, {
      input: before.input + tokens.input,
      output: before.output + tokens.output,
      cacheRead: before.cacheRead + tokens.cacheRead,
      cacheCreation: before.cacheCreation + tokens.cacheCreation,
    });
  }

  get models(): readonly { model: Model; tokens: Tokens; costUsd: number }[] {
    return [...this.#byModel].map(([model, tokens]) => ({ model, tokens, costUsd: costOf(model, tokens) }));
  }

  get costUsd(): number {
    return this.models.reduce((sum, { costUsd }) => sum + costUsd, 0);
  }
}

function costOf(model: Model, tokens: Tokens): number {
  const { input, output, cacheRead, cacheCreation } = PRICES[model];
  const millionths =
    tokens.input * input +
    tokens.output * output +
    tokens.cacheRead * cacheRead +
    tokens.cacheCreation * cacheCreation;
  return millionths / 1_000_000;
}
