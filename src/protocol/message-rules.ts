// Rules about messages: who may write to whom, by which way.
import { z } from 'zod';
import { AddressPattern, compileAddress } from './address-pattern.ts';
import { VIAS } from './messages.ts';

/** A pattern of ways in, of which it has to mean one at least. */
const ViaPattern = AddressPattern.refine(meansAWay, `is no way in; there are ${VIAS.join(', ')}`);

/** What a rule says nothing of may be anything. The first rule that fits a message decides; one that no rule fits may go. */
export const MessageRule = z.strictObject({
  from: AddressPattern.optional(),
  via: ViaPattern.optional(),
  to: AddressPattern.optional(),
  allow: z.boolean('must be true or false'),
});
export type MessageRule = z.infer<typeof MessageRule>;

function meansAWay(pattern: string): boolean {
  try {
    return VIAS.some(compileAddress(pattern));
  } catch {
    return true; // What is wrong with it is said already.
  }
}
