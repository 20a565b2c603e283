// What hookline has to know of a coding agent. Each has a room beside this file, and one conformance suite holds them all to it.
import type { Asked } from '../approvals/index.ts';
import type { Implied, PinnedState } from '../dedup/index.ts';
import type { DeliveryPath, HookOutput, WakePath } from '../inbox/index.ts';
import type { LogReader, LogRecord } from '../log/index.ts';
import type { Logger } from '../logger.ts';
import type { EventDraft } from '../protocol/index.ts';
import type { Sanitizer } from '../sanitize/index.ts';
import type { Service } from '../service.ts';
import type { ListedModel, Projection } from '../state/index.ts';

/** What was posted is JSON but nothing a hook sends; `message` says what is missing, and nothing of what was posted. */
export class InvalidPayloadError extends Error {
  readonly code = 'invalid_payload';
  override readonly name = 'InvalidPayloadError';
}

/**
 * A kind of coding agent. What comes from it is taken in as `read`, sanitized, `translate`: so neither of the two ever has to care
 * for secrets, and what an event's data takes from a payload is shared with it.
 *
 * @typeParam P a body of this agent that was read
 */
export interface Agent<P extends object = object> {
  /** The `source` of its events; MUST be its own, and MUST never change, for logs hold it. `claude-code`. */
  readonly source: string;

  /**
   * Whether a posted body is of this agent. The first that says so reads it; the last of all is asked for nothing and gets what is left.
   * MUST NOT throw, whatever was posted.
   */
  claims(body: unknown): boolean;

  /**
   * Takes a posted body for one of its own. MUST NOT change it. Only who and what have to be right: a field of an odd type is as good
   * as absent.
   *
   * @throws InvalidPayloadError
   */
  read(body: unknown): P;

  /**
   * The event a payload tells, at this time in milliseconds since 1970; undefined when it says nothing. MUST be pure, MUST NOT throw,
   * and its `data` MUST satisfy the schema of its `type`. What has no type of ours becomes `hook.<event>`, with the payload as data.
   */
  translate(payload: P, timestamp: number): EventDraft | undefined;

  /** What a payload tells beside its event, for what was missed. */
  readonly implied: Implied;

  /**
   * What a payload asks of the user, and how an answer is said to the agent; undefined when it asks nothing that can be answered from
   * outside. It gets what was read, nothing taken out. MUST NOT throw. Absent: nothing can be answered.
   */
  asks?(payload: P): Asked | undefined;

  /** What its models cost, and how much fits into them. Absent: nothing is known of them. */
  readonly models?: readonly ListedModel[];

  /** Opens the transcript of a session, as its payloads and events name it, to be read as it is. Absent: it keeps none that can be. */
  openTranscript?(path: string): RawTranscript;

  /** The ways into its sessions, in the order they are to be tried. Absent: there are none. */
  deliveryPaths?(options: DeliveryOptions): readonly DeliveryPath[];

  /** What its hooks bring back into sessions that none of those reaches. Absent: nothing. */
  hookOutput?(options: DeliveryOptions): HookOutput;

  /** How hooks that wait in the background wake sessions that none of those reaches and that are idle. Absent: they do not. */
  wakePath?(options: DeliveryOptions): WakePath;

  /** Follows what no hook tells. Absent: there is nothing to follow. */
  watch?(options: WatchOptions): Watch;

  /** What it keeps of sessions that are over. Absent: nothing that can be read. */
  readonly past?: Past;
}

/** The transcripts that an agent keeps, whether anybody has told of their sessions or not. */
export interface Past {
  /** The folder they lie in, for people. */
  readonly place: string;
  /** Every session there is, in no order, a few at a time. */
  sessions(): AsyncGenerator<PastSession>;
  /** The ids of those that a process has open now. */
  open(): ReadonlySet<string>;
  /** The folder a session worked in; undefined when its transcript does not say. */
  project(session: PastSession): Promise<string | undefined>;
  /**
   * What a session's transcripts tell, by time, as it stands there. As long as they are the same, it MUST be the same events in the
   * same order, so that whoever was interrupted goes on by their number. Others have their turns in between.
   */
  read(session: PastSession): AsyncGenerator<EventDraft>;
}

export interface PastSession {
  readonly sessionId: string;
  /** Its own transcript, the one that was written to last should it have gone on in another place. */
  readonly path: string;
  /** Those it went on from, the oldest first. */
  readonly earlier: readonly string[];
  /** Of all its transcripts. */
  readonly bytes: number;
  /** When one of them was written to last, in milliseconds since 1970. */
  readonly changedAt: number;
}

export interface DeliveryOptions {
  /** The state directory. */
  readonly home: string;
  readonly projection: Projection;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The lines that are written to a session's transcripts from now on. */
export interface RawTranscript {
  /** It is said to be here by now. */
  alsoAt(path: string): void;
  /** The next lines, about so many bytes of each file; empty when there are none yet. */
  read(bytes: number): readonly RawLine[];
}

export interface RawLine {
  /** The subagent whose transcript it is; absent for the main agent. */
  readonly agentId?: string | undefined;
  readonly text: string;
}

/**
 * A look at everything an agent leaves on the machine: transcripts, registers, processes. It tells by `submit` what hooks did not,
 * with `recovered` in the data where it comes after the fact. It is started before what hooks kept is taken in.
 */
export interface Watch extends Service {
  /** Told every event once it is in the log, in order, from the moment it was made on. */
  note(record: LogRecord): void;
}

export interface WatchOptions {
  /** The state directory. */
  readonly home: string;
  readonly log: LogReader;
  readonly projection: Projection;
  /** What was told already; it may be asked to remember a session for longer. */
  readonly memory: PinnedState;
  /** The seq from which on `memory` has seen every event. */
  readonly rememberedFrom: number;
  /** For what is compared with what was told. */
  readonly sanitize: Sanitizer;
  /** Takes an event as it stands in the agent's files, and sanitizes it. Resolves once it is committed, or could not be. */
  readonly submit: (draft: EventDraft) => Promise<void>;
  /** Whether everything that hooks kept is taken in, as far as is known: they know best. */
  readonly hooksAreDone: () => boolean;
  /** Whether the log is one that the next daemon will know. */
  readonly durable: boolean;
  /** Whether it was to be, and is not any more. */
  readonly isDegraded: () => boolean;
  /** After how long a session without a known process that was not heard of is over, in milliseconds. */
  readonly silentOverMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly logger: Logger;
}
