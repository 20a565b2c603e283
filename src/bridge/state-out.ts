// Has a broker show how this hookline and its sessions stand: all of it with every connection, then what changes.
import { Consumer, type Pump } from '../fanout/index.ts';
import { NotCarriedError } from '../inbox/index.ts';
import type { LogReader } from '../log/index.ts';
import type { SessionState } from '../protocol/index.ts';
import type { Chore } from '../service.ts';
import { VERSION } from '../version.ts';
import type { Connection } from './connection.ts';
import type { StateBoard } from './driver.ts';
import { sessionPart } from './wire-name.ts';

/** What lives here. */
export interface Sessions {
  readonly sessions: () => readonly SessionState[];
  /** Undefined for one that does not live. */
  readonly session: (sessionId: string) => SessionState | undefined;
}

export interface StateOutOptions {
  readonly label: string;
  readonly log: LogReader;
  readonly pump: Pump;
  readonly connection: Connection;
  /** False: nothing is shown at all. */
  readonly isShown: boolean;
  /** Undefined: nothing is shown of sessions. */
  readonly sessions: Sessions | undefined;
  readonly failed: (what: string, error: unknown) => void;
}

/** What a session's state follows from, as far as others may care at once. */
const TOPICS = ['session.*', 'agent.state_changed'];
/** How often it is told how far the log is, in milliseconds, when it went on. */
const STATUS_MS = 1000;

export class StateOut {
  readonly chores: readonly Chore[];
  readonly #options: StateOutOptions;
  readonly #consumer: Consumer | undefined;
  /** The numbering and the event that were told last. */
  #told = '';

  constructor(options: StateOutOptions) {
    const { label, log, pump, sessions } = options;
    this.#options = options;
    const what = `broker ${label}: showing how far it is`;
    // One that is refused was told of when the connection began, and is not told of every second.
    this.chores = [{ what, everyMs: STATUS_MS, run: () => this.#tellStatus().catch(() => {}) }];
    if (sessions === undefined) return;
    this.#consumer = new Consumer({
      ...{ name: `state to ${label}`, log, pump, topics: TOPICS },
      deliver: async deliveries => {
        // With none, nothing is missed: whoever connects tells everything.
        const board = this.#board;
        if (board === undefined) return;
        const changed = new Set(deliveries.map(({ record }) => record.sessionId));
        changed.delete('');
        for (const id of changed) await tellSession(board, sessions, id);
      },
    });
  }

  start(): void {
    this.#consumer?.start();
  }

  async stop(): Promise<void> {
    await this.#consumer?.stop();
  }

  /** Tells everything, and takes away what is shown there of sessions that ended meanwhile. */
  async tellAll(): Promise<void> {
    const { label, sessions, connection, failed } = this.#options;
    const { link } = connection;
    const board = this.#board;
    if (board === undefined) return;
    this.#told = '';
    try {
      await this.#tellStatus();
      const gone = new Set(await board.announcedSessions());
      for (const { sessionId } of sessions?.sessions() ?? []) {
        gone.delete(sessionPart(sessionId));
        if (sessions !== undefined) await tellSession(board, sessions, sessionId);
      }
      for (const part of gone) await board.announceSession(part, undefined);
    } catch (error) {
      if (connection.link === link)
        failed(`broker ${label}: it does not show how this hookline stands`, error);
    }
  }

  get #board(): StateBoard | undefined {
    const { isShown, connection } = this.#options;
    return isShown ? connection.link?.board : undefined;
  }

  async #tellStatus(): Promise<void> {
    const { epoch, head: seq } = this.#options.log;
    const board = this.#board;
    const now = `${epoch}:${seq}`;
    if (board === undefined || this.#told === now) return;
    this.#told = now;
    try {
      const status = { online: true, epoch, seq, version: VERSION } as const;
      await this.#options.connection.over('state', () => board.announce(status));
    } catch (error) {
      this.#told = '';
      throw error;
    }
  }
}

/** As it is by now, which may be later than what it is told for. */
async function tellSession(board: StateBoard, sessions: Sessions, sessionId: string): Promise<void> {
  const state = sessions.session(sessionId);
  try {
    await board.announceSession(sessionPart(sessionId), state && JSON.stringify(state));
  } catch (error) {
    // One that is too large there stays as it was shown last; nobody else waits for it.
    if (!(error instanceof NotCarriedError)) throw error;
  }
}
