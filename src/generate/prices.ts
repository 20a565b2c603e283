// The prices of models, out of the list that is kept at https://github.com/pydantic/genai-prices.
import {
  type ConditionalPrice,
  findProvider,
  type MatchLogic,
  type ModelPrice,
} from '@pydantic/genai-prices';

/** What the list calls the kinds of tokens, in the order of a row. */
const KINDS = [
  'input_mtok',
  'output_mtok',
  'cache_read_mtok',
  'cache_write_mtok',
  'cache_write_1h_mtok',
  'web_searches_kcount',
];

const HEAD = `// What the models cost, as \`npm run generate\` found it in @pydantic/genai-prices: to change it, change the version of that.

/** A model: what it is called, and US dollars for a million tokens of each kind, in the order of \`KINDS\`. */
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
`;

/** A beginning fits dates and suffixes, not the next number of a version: `5-20260101` is `5`, and `5-5` is another model. */
const NO_LATER_VERSION = '(?!-\\d{1,2}(?!\\d))';

/** The source of the table of models of a provider of the list. @throws Error for what a row has no room for */
export function priceTableSource(providerId: string): string {
  const rows = (findProvider({ providerId })?.models ?? []).map(({ match, context_window, prices }) => {
    const lines = [
      broken(`names: /${namesOf(match)}/,`),
      ...(context_window === undefined ? [] : [`contextWindow: ${digits(context_window)},`]),
      `prices: [${pricesOf(prices).map(digits).join(', ')}],`,
    ];
    return `  {\n${lines.map(line => `    ${line}\n`).join('')}  },\n`;
  });
  if (rows.length === 0) throw new Error(`@pydantic/genai-prices lists no models of "${providerId}"`);
  return `${HEAD}${rows.join('')}];\n`;
}

function namesOf(match: MatchLogic): string {
  if ('or' in match) return match.or.map(namesOf).join('|');
  if ('equals' in match) return `^${escaped(match.equals)}$`;
  if ('starts_with' in match) return `^${escaped(match.starts_with)}${NO_LATER_VERSION}`;
  if ('ends_with' in match) return `${escaped(match.ends_with)}$`;
  if ('contains' in match) return escaped(match.contains);
  if ('regex' in match) return match.regex;
  throw new Error(`no regular expression says ${JSON.stringify(match)}`);
}

/** The newest prices. Where long prompts cost more, those of the others: sums do not tell how long prompts were. */
function pricesOf(prices: readonly ConditionalPrice[] | ModelPrice): number[] {
  const newest = Array.isArray(prices) ? prices.at(-1)?.prices : prices;
  const known = KINDS.map(kind => {
    const price = newest?.[kind];
    return typeof price === 'object' ? price.base : price;
  });
  const last = known.findLastIndex(price => price !== undefined);
  return known.slice(0, last + 1).map(price => {
    if (price === undefined) throw new Error(`a price is missing in ${JSON.stringify(newest)}`);
    return price;
  });
}

/** What is too long for a line begins on one of its own, as the formatter has it. */
const broken = (line: string): string => (line.length > 106 ? line.replace(' ', '\n      ') : line);

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

const digits = (value: number): string =>
  String(value).replace(/^\d{5,}/, whole => whole.replace(/\B(?=(\d{3})+$)/g, '_'));
