// Into an idle session by an `asyncRewake` hook, which the client leaves running: when it ends with 2, what it printed begins a turn.
import type { Fate, WaitingHook, WakePath } from '../../../inbox/index.ts';
import { isObject, type JsonObject } from '../../../json.ts';
import { isAlive, procStat } from '../../../process-probe.ts';
import { type Registered, SessionRegistry } from '../watch/session-registry.ts';
import { ContextRecord } from './context-record.ts';
import { hasInbox } from './has-inbox.ts';
import { isInFile } from './is-in-file.ts';
import { PREFACE } from './preface.ts';
import { whyNotByHooks } from './why-not-by-hooks.ts';

export interface RewakeOptions {
  /** Claude Code's folder, in whose register a session is. */
  readonly configDirOf: (sessionId: string) => string;
  /** Where a session's transcript is, if it lives and has one. */
  readonly transcriptOf: (sessionId: string) => string | undefined;
  /** What a session may do unasked, as it said last: `default`, `bypassPermissions`, ... */
  readonly permissionModeOf: (sessionId: string) => string | undefined;
  /** Whether a session lives, as far as is known. */
  readonly lives: (sessionId: string) => boolean;
  /** Whether it does nothing, and asks its user nothing, as far as its hooks tell. */
  readonly isIdle: (sessionId: string) => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** In characters, together with what stands above: as much goes whole in other output of hooks too (observed with 2.1.332). */
const MOST = 9000;
/** The client writes down at once what a hook woke it with; it took 20 (2.1.197), in milliseconds. */
const RECORD_MS = 15_000;
/** Sessions that are kept in mind at once. */
const MOST_KNOWN = 1000;
const IN_A_TERMINAL = 'cli';
/** How a prompt begins that a hook woke a session with. */
const WOKEN = /^<task-notification>\n.*\n<\/task-notification>\n<system-reminder>\nStop hook /;

export class Rewake implements WakePath {
  readonly name = 'rewake';
  readonly most = MOST - PREFACE.length;
  readonly #options: RewakeOptions;
  readonly #registry = new SessionRegistry();
  readonly #record = new ContextRecord(textsOfWaking);
  /** By session, its transcript: it is asked for what a session had read before it ended, too. */
  readonly #transcripts = new Map<string, string>();

  constructor(options: RewakeOptions) {
    this.#options = options;
  }

  whyNot(sessionId: string): string | undefined {
    const { permissionModeOf, isIdle, now } = this.#options;
    const registered = this.#registered(sessionId);
    const whyNot = whyNotByHooks(registered, permissionModeOf(sessionId), now());
    if (whyNot !== undefined) return whyNot;
    const alive = registered.filter(one => one.process === 'alive');
    if (alive.length > 1) return `${alive.length} processes have this session open`;
    if (alive.some(({ entrypoint = IN_A_TERMINAL }) => entrypoint !== IN_A_TERMINAL))
      return 'it does not run in a terminal, so it is not woken';
    if (!isIdle(sessionId) || alive.some(({ status = 'idle' }) => status !== 'idle'))
      return 'it is at work, or asks its user something';
    if (alive.some(({ pid }) => procStat(pid)?.state === 'T'))
      return 'its client is stopped (Ctrl-Z); bring it back with: fg';
    this.#keepTranscript(sessionId);
    return undefined;
  }

  whyOver({ sessionId, clientPid }: WaitingHook): string | undefined {
    if (!isAlive(clientPid)) return 'its client is gone';
    if (!this.#options.lives(sessionId)) return 'its session is over';
    const alive = this.#registered(sessionId).filter(one => one.process === 'alive');
    if (alive.some(hasInbox)) return 'its client has an inbox';
    if (alive.length > 0 && !alive.some(({ pid }) => pid === clientPid))
      return 'another client has its session';
    return undefined;
  }

  /** The client puts words of its own before it, on the same line. */
  printed(text: string): string {
    return `\n${PREFACE}${text}`;
  }

  fate(messageId: string, sessionId: string, givenAt: number): Fate | undefined {
    const { transcriptOf, now } = this.#options;
    const transcript = transcriptOf(sessionId) ?? this.#transcripts.get(sessionId);
    if (transcript === undefined) return undefined;
    const fate = this.#record.fate(transcript, messageId, givenAt);
    if (fate !== undefined || now() - givenAt < RECORD_MS || this.whyNot(sessionId) !== undefined)
      return fate;
    // It idles, and has not even written down that it was woken.
    return isInFile(transcript, `[hookline message id=${messageId} `) === false ? 'lost' : undefined;
  }

  #registered(sessionId: string): readonly Registered[] {
    return this.#registry.read([this.#options.configDirOf(sessionId)]).openIn(sessionId);
  }

  #keepTranscript(sessionId: string): void {
    const transcript = this.#options.transcriptOf(sessionId);
    if (transcript === undefined) return;
    if (this.#transcripts.size >= MOST_KNOWN) this.#transcripts.clear();
    this.#transcripts.set(sessionId, transcript);
  }
}

/**
 * An idle session is given it as a prompt; one that works by then gets it in the middle of its turn (observed with 2.1.120, 2.1.197 and 2.1.247).
 */
function textsOfWaking({ type, message, attachment }: JsonObject): readonly string[] {
  const prompt =
    type === 'user' && isObject(message)
      ? message['content']
      : isObject(attachment) && attachment['type'] === 'queued_command'
        ? attachment['prompt']
        : undefined;
  return typeof prompt === 'string' && WOKEN.test(prompt) ? [prompt] : [];
}
