// What the models cost, as `npm run generate` found it in @pydantic/genai-prices: to change it, change the version of that.

/** A model: what it is called, and US dollars for a million tokens of each kind, in the order of `KINDS`. */
export interface TableRow {
  readonly names: RegExp;
  /** Tokens. */
  readonly contextWindow?: number;
  readonly prices: readonly number[];
}

/** The last one is for a thousand searches. */
export const KINDS = [
  'input',
  'output',
  'cacheRead',
  'cacheCreation',
  'cacheCreation1h',
  'webSearches',
] as const;

export const TABLE: readonly TableRow[] = [
  {
    names: /^claude-2(?!-\d{1,2}(?!\d))|claude-v2/,
    contextWindow: 200_000,
    prices: [8, 24],
  },
  {
    names: /^claude-3-5-haiku(?!-\d{1,2}(?!\d))|^claude-3\.5-haiku(?!-\d{1,2}(?!\d))/,
    contextWindow: 200_000,
    prices: [0.8, 4, 0.08, 1, 1.6, 10],
  },
  {
    names: /^claude-3-5-sonnet(?!-\d{1,2}(?!\d))|^claude-3\.5-sonnet(?!-\d{1,2}(?!\d))/,
    contextWindow: 200_000,
    prices: [3, 15, 0.3, 3.75, 6, 10],
  },
  {
    names:
      /^claude-3-7-sonnet(?!-\d{1,2}(?!\d))|^claude-3\.7-sonnet(?!-\d{1,2}(?!\d))|^claude-sonnet-3\.7(?!-\d{1,2}(?!\d))|^claude-sonnet-3-7(?!-\d{1,2}(?!\d))/,
    contextWindow: 200_000,
    prices: [3, 15, 0.3, 3.75, 6, 10],
  },
  {
    names: /^claude-3-haiku(?!-\d{1,2}(?!\d))/,
    contextWindow: 200_000,
    prices: [0.25, 1.25, 0.03, 0.3, 0.5],
  },
  {
    names: /^claude-3-opus(?!-\d{1,2}(?!\d))/,
    contextWindow: 200_000,
    prices: [15, 75, 1.5, 18.75, 30],
  },
  {
    names: /^claude-3-sonnet(?!-\d{1,2}(?!\d))/,
    contextWindow: 200_000,
    prices: [3, 15, 0.3, 3.75, 6],
  },
  {
    names: /^claude-fable-5$|^claude-fable-5-\d{8}$/,
    contextWindow: 1_000_000,
    prices: [10, 50, 1, 12.5, 20, 10],
  },
  {
    names: /^claude-fable-5-1$|^claude-fable-5-1-\d{8}$/,
    contextWindow: 1_000_000,
    prices: [10, 50, 0.25, 12.5, 20, 10],
  },
  {
    names:
      /^claude-haiku-4-5(?!-\d{1,2}(?!\d))|^claude-haiku-4\.5(?!-\d{1,2}(?!\d))|^claude-4-5-haiku(?!-\d{1,2}(?!\d))|^claude-4\.5-haiku(?!-\d{1,2}(?!\d))/,
    contextWindow: 200_000,
    prices: [1, 5, 0.1, 1.25, 2, 10],
  },
  {
    names:
      /^claude-opus-4-0(?!-\d{1,2}(?!\d))|^claude-4-opus(?!-\d{1,2}(?!\d))|^claude-opus-4$|^claude-opus-4-20250514$/,
    contextWindow: 200_000,
    prices: [15, 75, 1.5, 18.75, 30, 10],
  },
  {
    names: /^claude-opus-4-1(?!-\d{1,2}(?!\d))|^claude-opus-4\.1(?!-\d{1,2}(?!\d))/,
    contextWindow: 200_000,
    prices: [15, 75, 1.5, 18.75, 30, 10],
  },
  {
    names:
      /^claude-opus-4-5(?!-\d{1,2}(?!\d))|^claude-opus-4\.5(?!-\d{1,2}(?!\d))|^claude-4-5-opus(?!-\d{1,2}(?!\d))|^claude-4\.5-opus(?!-\d{1,2}(?!\d))/,
    contextWindow: 200_000,
    prices: [5, 25, 0.5, 6.25, 10, 10],
  },
  {
    names:
      /^claude-opus-4-6(?!-\d{1,2}(?!\d))|^claude-opus-4\.6(?!-\d{1,2}(?!\d))|^claude-4-6-opus(?!-\d{1,2}(?!\d))|^claude-4\.6-opus(?!-\d{1,2}(?!\d))/,
    contextWindow: 1_000_000,
    prices: [5, 25, 0.5, 6.25, 10, 10],
  },
  {
    names:
      /^claude-opus-4-7(?!-\d{1,2}(?!\d))|^claude-opus-4\.7(?!-\d{1,2}(?!\d))|^claude-4-7-opus(?!-\d{1,2}(?!\d))|^claude-4\.7-opus(?!-\d{1,2}(?!\d))/,
    contextWindow: 1_000_000,
    prices: [5, 25, 0.5, 6.25, 10, 10],
  },
  {
    names:
      /^claude-opus-4-8(?!-\d{1,2}(?!\d))|^claude-opus-4\.8(?!-\d{1,2}(?!\d))|^claude-4-8-opus(?!-\d{1,2}(?!\d))|^claude-4\.8-opus(?!-\d{1,2}(?!\d))/,
    contextWindow: 1_000_000,
    prices: [5, 25, 0.5, 6.25, 10, 10],
  },
  {
    names:
      /^claude-opus-5$|^claude-opus-5-\d{8}$|^claude-opus-5\.0(?!-\d{1,2}(?!\d))|^claude-5-opus(?!-\d{1,2}(?!\d))|^claude-5\.0-opus(?!-\d{1,2}(?!\d))/,
    contextWindow: 1_000_000,
    prices: [5, 25, 0.5, 6.25, 10, 10],
  },
  {
    names:
      /^claude-opus-5-5$|^claude-opus-5-5-\d{8}$|^claude-opus-5\.5(?!-\d{1,2}(?!\d))|^claude-5-5-opus(?!-\d{1,2}(?!\d))|^claude-5\.5-opus(?!-\d{1,2}(?!\d))/,
    contextWindow: 1_000_000,
    prices: [4, 20, 0.2, 5, 8, 10],
  },
  {
    names:
      /^claude-sonnet-4-2025(?!-\d{1,2}(?!\d))|^claude-sonnet-4-0(?!-\d{1,2}(?!\d))|^claude-sonnet-4@(?!-\d{1,2}(?!\d))|^claude-sonnet-4$|^claude-4-sonnet(?!-\d{1,2}(?!\d))/,
    contextWindow: 200_000,
    prices: [3, 15, 0.3, 3.75, 6, 10],
  },
  {
    names: /^claude-sonnet-4-5(?!-\d{1,2}(?!\d))|^claude-sonnet-4\.5(?!-\d{1,2}(?!\d))/,
    contextWindow: 200_000,
    prices: [3, 15, 0.3, 3.75, 6, 10],
  },
  {
    names: /^claude-sonnet-4-6(?!-\d{1,2}(?!\d))|^claude-sonnet-4\.6(?!-\d{1,2}(?!\d))/,
    contextWindow: 1_000_000,
    prices: [3, 15, 0.3, 3.75, 6, 10],
  },
  {
    names:
      /^claude-sonnet-5(?!-\d{1,2}(?!\d))|^claude-sonnet-5\.0(?!-\d{1,2}(?!\d))|^claude-5-sonnet(?!-\d{1,2}(?!\d))|^claude-5\.0-sonnet(?!-\d{1,2}(?!\d))/,
    contextWindow: 1_000_000,
    prices: [2, 10, 0.2, 2.5, 4, 10],
  },
  {
    names: /^claude-v1$/,
    prices: [8, 24],
  },
];
