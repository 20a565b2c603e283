// What the daemon answers about brokers.
import { z } from 'zod';

const BrokerAnswer = z.object({
  label: z.string(),
  kind: z.string(),
  node: z.string(),
  state: z.enum(['up', 'down']),
  lastSeq: z.int(),
  behind: z.int(),
  reason: z.string().optional(),
});
export type BrokerAnswer = z.infer<typeof BrokerAnswer>;

export const BrokersAnswer = z.object({ brokers: z.array(BrokerAnswer) });
