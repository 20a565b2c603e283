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
  /** The how manieth try this is, from 1. */
  readonly attempt: number;
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

/** What the model of a session wrote to us. Whoever runs as this user can claim to be it. */
export interface Said {
  readonly sessionId: string;
  readonly text: string;
  /** The session's own id for it. */
  readonly key: string | undefined;
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
  /**
   * Whether a session has it on its own record that it took a message: asked some seconds after it was given, maybe by a daemon before
   * this one. Undefined when that cannot be told. MUST NOT say false while the message may still arrive: it is given again then.
   */
  hasTaken(messageId: string, sessionId: string): boolean | undefined;
  /**
   * What a session reads of a text that is given this way, where that is not the text to the letter: a prompt that holds it proves that it
   * arrived. MUST be pure. Absent: it is.
   */
  asRead?(text: string): string;
  /** Where receipts go; set before anything is given. */
  onReceipt: (receipt: Receipt) => void;
  /** Where answers of models go, on a way that brings them; set before anything is given. */
  onSaid: (said: Said) => void;
  /** Begins to hear the sessions that live; others are heard once they were given something. MUST NOT reject. */
  open(): Promise<void>;
  /** Lets go of everything it holds open. */
  close(): void;
}
