// What a hookline tells another one of a message, as it crosses a broker.
import { z } from 'zod';
import { jsonIn } from '../json.ts';
import type { WireReceipt } from './driver.ts';

const Receipt = z.object({
  id: z.string().min(1).max(256),
  state: z.enum(['held', 'delivered', 'expired', 'dead', 'cancelled']),
  reason: z.string().max(1024).optional(),
});

/** Undefined for what is none. */
export function readReceipt(text: string): WireReceipt | undefined {
  return Receipt.safeParse(jsonIn(text)).data;
}
