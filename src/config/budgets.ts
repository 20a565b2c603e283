// The option of what may be spent.
import { z } from 'zod';
import { BUDGET_PERIODS } from '../protocol/index.ts';
import { type Kind, listOf } from './option.ts';

type Budget = {
  readonly project?: string;
  readonly per: (typeof BUDGET_PERIODS)[number];
  readonly usd: number;
};

const one = z.strictObject({
  project: z.string('must be a glob of folders').min(1, 'must be a glob of folders').max(256).exactOptional(),
  per: z.enum(BUDGET_PERIODS, `must be ${BUDGET_PERIODS.join(', ').replace(/, (?=[^,]*$)/, ' or ')}`),
  usd: z.number('must be a number of US dollars').positive('must be more than 0'),
});

const LIST = listOf<Budget>(one, '{"per": "day", "usd": 20, "project": "**/shop"}');

/** A list of budgets. */
export const budgets: Kind<readonly Budget[]> = {
  ...LIST,
  schema: z.array(one).max(100, 'are more than 100 budgets'),
  hasParts: true,
};
