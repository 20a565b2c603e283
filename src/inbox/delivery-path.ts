// The contract of a way into a session. Each agent brings its own; the inbox decides what goes where, and when.
import type { Priority } from '../protocol/index.ts';

/** What is to be given to a session. */
export interface Parcel {
  readonly messageId: string;
  readonly sessionId: string;
  /** Who sent it, for people. */
  readonly from: string;
  /** What the model is to read, with our header above it: it MUST arrive as it is, and whole. */
  readonly text: string;
  readonly priority: Priority;
}

/** What a session, or its client, has said of a message. None of it is a proof of arrival but `delivered`. */
export interface Receipt {
  readonly messageId: string;
  /**
   * `held`: its user has to consent. `delivered`: it was let in. `refused`: it will not be. `dropped`: nothing became of it, and it may
   * be given again.
   */
  readonly kind: 'held' | 'delivered' | 'refused' | 'dropped';
  readonly reason?: string | undefined;
}

/**
 * A way into sessions. `test/agents/delivery-conformance.ts` holds every one to the MUSTs.
 *
 * It MUST NOT show a message to anybody else than the session, MUST NOT answer a dialog or interrupt what the session does, and MUST NOT
 * let a text do anything but be read.
 */
export interface DeliveryPath {
  /** As events name it: `inbox-socket`. MUST never change. */
  readonly name: string;
  /** Why it does not reach a session now, for people; undefined when it does. MUST be cheap: it is asked before every message. */
  whyNot(sessionId: string): string | undefined;
  /**
   * Gives a message. Resolves once all of it was taken, which proves nothing yet. MUST reject when it was not, and then nothing of it
   * may arrive later.
   */
  give(parcel: Parcel): Promise<void>;
  /** Where receipts go; set before anything is given. */
  onReceipt: (receipt: Receipt) => void;
  /** Lets go of everything it holds open. */
  close(): void;
}
