// The option of what models cost.
import { z } from 'zod';
import { listOf } from './option.ts';

const price = z.number().min(0);

/** Prices of models, in US dollars for a million tokens; of searches, for a thousand. */
export const modelPrices = listOf(
  z.strictObject({
    model: z.string().min(1).max(256),
    input: price,
    output: price,
    cacheRead: price.exactOptional(),
    cacheCreation: price.exactOptional(),
    cacheCreation1h: price.exactOptional(),
    webSearches: price.exactOptional(),
    contextWindow: z.int().min(1).exactOptional(),
  }),
  '{"model": "my-gateway/*", "input": 4, "output": 20, "cacheRead": 0.4, "cacheCreation": 5, "contextWindow": 200000}',
);
