// Into a session by what its hooks bring back: `additionalContext`, which the client puts into the next request to the model.
import type { Fate, HookOpening, HookOutput } from '../../../inbox/index.ts';
import { isObject } from '../../../json.ts';
import type { EventDraft } from '../../../protocol/index.ts';
import { type Registered, SessionRegistry } from '../watch/session-registry.ts';
import { stopMayCarry } from '../ways.ts';
import { ContextRecord } from './context-record.ts';
import { PREFACE } from './preface.ts';
import { whyNotByHooks } from './why-not-by-hooks.ts';

export interface HookContextOptions {
  /** Claude Code's folder, in whose register a session is. */
  readonly configDirOf: (sessionId: string) => string;
  /** Where a session's transcript is, if it lives and has one. */
  readonly transcriptOf: (sessionId: string) => string | undefined;
  /** What a session may do unasked, as it said last: `default`, `bypassPermissions`, ... */
  readonly permissionModeOf: (sessionId: string) => string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** In characters: as much goes whole, and of 12,000 the model sees the first two thousand (observed with 2.1.332). */
const MOST = 9000;
/** The client ends a turn that its hooks prolong nine times (2.1.332); hooks of others may do so too. */
const STOPS_IN_A_ROW = 5;
/** Sessions that are kept in mind at once. */
const MOST_KNOWN = 1000;

/**
 * The hooks that carry something. SessionStart could too, but what it brings waits for the first prompt, whose own hook brings it as
 * well, and is lost when there is none. The hooks around a call are not waited for, so that nobody waits for hookline.
 */
const HOOKS: Readonly<Record<string, string>> = {
  'prompt.submitted': 'UserPromptSubmit',
  'tool.batch': 'PostToolBatch',
  'turn.completed': 'Stop',
};

/** What is known of a session's hooks. */
interface Known {
  /** Whether they hand on what they are answered. */
  prints: boolean;
  /** How many ends of a turn were answered in a row. */
  stops: number;
  /** Where its transcript is: it is asked for what a session had read before it ended, too. */
  transcript: string | undefined;
}

/**
 * Whether a prompt is what a hook woke the session with. What its own hook brings may stand above it for the model (2.1.120), so that an
 * earlier message would be read after a later one.
 */
const isWakeUp = ({ origin, prompt }: EventDraft['data']): boolean =>
  isObject(origin) && origin['kind'] === 'peer' && String(prompt).startsWith('<task-notification>');

export class HookContext implements HookOutput {
  readonly name = 'hook-output';
  readonly #options: HookContextOptions;
  readonly #registry = new SessionRegistry();
  readonly #record = new ContextRecord();
  readonly #known = new Map<string, Known>();

  constructor(options: HookContextOptions) {
    this.#options = options;
  }

  whyNot(sessionId: string): string | undefined {
    const { permissionModeOf, now } = this.#options;
    const whyNot = whyNotByHooks(this.#registered(sessionId), permissionModeOf(sessionId), now());
    if (whyNot !== undefined) return whyNot;
    const { prints } = this.#known.get(sessionId) ?? {};
    if (prints === undefined) return 'none of its hooks has asked for messages since the daemon started';
    return prints ? undefined : 'its hooks are those of an older hookline; install them again';
  }

  opening({ type, sessionId, agentId, data }: EventDraft, prints: boolean): HookOpening | undefined {
    const hook = HOOKS[type];
    if (hook === undefined || agentId !== undefined) return undefined;
    const known = this.#know(sessionId, prints);
    if (type === 'prompt.submitted') known.stops = 0;
    if (!prints || data['permissionMode'] === 'bypassPermissions' || isWakeUp(data)) return undefined;
    if (type === 'turn.completed' && !this.#mayProlong(sessionId, known)) return undefined;
    return {
      ...{ sessionId, most: MOST - PREFACE.length, isBetweenTurns: type !== 'tool.batch' },
      output: text => {
        if (type === 'turn.completed') known.stops++;
        return { hookSpecificOutput: { hookEventName: hook, additionalContext: PREFACE + text } };
      },
    };
  }

  fate(messageId: string, sessionId: string, givenAt: number): Fate | undefined {
    const transcript = this.#options.transcriptOf(sessionId) ?? this.#known.get(sessionId)?.transcript;
    return transcript === undefined ? undefined : this.#record.fate(transcript, messageId, givenAt);
  }

  /** Its process says which version it is. */
  #mayProlong(sessionId: string, { stops }: Known): boolean {
    const alive = this.#registered(sessionId).filter(one => one.process === 'alive');
    return stops < STOPS_IN_A_ROW && alive.length > 0 && alive.every(one => stopMayCarry(one.version));
  }

  #registered(sessionId: string): readonly Registered[] {
    return this.#registry.read([this.#options.configDirOf(sessionId)]).openIn(sessionId);
  }

  #know(sessionId: string, prints: boolean): Known {
    const known = this.#known.get(sessionId) ?? { prints, stops: 0, transcript: undefined };
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(sessionId, known);
    known.prints = prints;
    known.transcript = this.#options.transcriptOf(sessionId) ?? known.transcript;
    return known;
  }
}
