// The contract of a way to those who are on other machines: a broker that both sides can reach.
import type { Message, MessageState } from '../protocol/index.ts';

/** What is known of a message on the other side. */
export interface CarrierReceipt {
  /** The message, as it is called here. */
  readonly messageId: string;
  readonly state: Exclude<MessageState, 'queued' | 'accepted'>;
  readonly reason?: string | undefined;
}

/** It will never be taken: trying again changes nothing. The words say why. */
export class NotCarriedError extends Error {
  override readonly name = 'NotCarriedError';
}

export interface Carrier {
  /** As events name the path, and what stands after the `@` of its addresses. MUST never change. */
  readonly name: string;
  /** Whether an address without its name leads there too: it shows sessions of other machines here. MUST be cheap. Absent: none does. */
  reaches?(address: string): boolean;
  /** Why an address can never be one of its own, for people; undefined when it may be. MUST NOT wait for anybody. */
  whyNoAddress(address: string): string | undefined;
  /** Why nothing gets there now, for people; undefined when it does. MUST be cheap. */
  whyNot(): string | undefined;
  /**
   * Resolves once the other side has it on record, and MUST NOT before. Rejects when that is not known: it is given again later then,
   * under the same id.
   *
   * @throws NotCarriedError when it never will be
   */
  carry(message: Message, address: string): Promise<void>;
  /** Where receipts go; set before anything is carried. */
  onReceipt: (receipt: CarrierReceipt) => void;
  /** To be called once something gets there again. */
  onOpen: () => void;
}

/** Who is meant by an address of another machine: what stands before the last `@`, and the name of the carrier after it. */
export interface Elsewhere {
  readonly there: string;
  readonly carrier: string;
}

/** Undefined for an address of this machine. */
export function elsewhere(address: string): Elsewhere | undefined {
  const at = address.lastIndexOf('@');
  return at < 1 ? undefined : { there: address.slice(0, at), carrier: address.slice(at + 1) };
}
