// The raw transcripts one connection follows: like the log, a file is read at the speed of whoever reads it.

import type { RawTranscript } from '../../agents/index.ts';
import type { ServerMessage } from '../../protocol/index.ts';
import { parseJson, type Sanitizer } from '../../sanitize/index.ts';

export interface AgentLogOptions {
  /** Redacts and trims as configured. */
  readonly sanitize: Sanitizer;
  readonly ready: () => boolean;
  /** Where the transcript of a session is by now; undefined when it is over. */
  readonly pathOf: (sessionId: string) => string | undefined;
  readonly send: (message: ServerMessage) => void;
}

/** Bytes read of each transcript before it is asked again whether the connection takes more. */
const READ_BYTES = 64 * 1024;
/** Most rounds in one go, so that a transcript of many megabytes does not hold up everybody else. */
const ROUNDS = 8;

export class AgentLog {
  readonly #options: AgentLogOptions;
  readonly #followed = new Map<string, RawTranscript>();

  constructor(options: AgentLogOptions) {
    this.#options = options;
  }

  /** Lines written from now on are sent; following a session again changes nothing. */
  follow(sessionId: string, transcript: RawTranscript): void {
    if (!this.#followed.has(sessionId)) this.#followed.set(sessionId, transcript);
  }

  /** Stops following one session, or all. */
  unfollow(sessionId?: string): void {
    if (sessionId === undefined) this.#followed.clear();
    else this.#followed.delete(sessionId);
  }

  /** Sends what was written since the last call, as far as the connection takes it. */
  poll(): void {
    for (const [sessionId, transcripts] of this.#followed) {
      const path = this.#options.pathOf(sessionId);
      if (path !== undefined) transcripts.alsoAt(path);
      for (let round = 0; round < ROUNDS && this.#options.ready(); round++) {
        const lines = transcripts.read(READ_BYTES);
        for (const { agentId, text } of lines) this.#tell(sessionId, agentId, text);
        if (lines.length === 0) break;
      }
    }
  }

  #tell(sessionId: string, agentId: string | undefined, text: string): void {
    let line: unknown;
    try {
      line = this.#options.sanitize(parseJson(text));
    } catch {
      return; // What is no JSON is no transcript line.
    }
    this.#options.send({ type: 'agent_log', sessionId, ...(agentId === undefined ? {} : { agentId }), line });
  }
}
