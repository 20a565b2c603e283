// Follows the stream and has something done for every event: in order, through restarts, and told what could not be had.
import type { Client, Position, Subscription } from '../../client/index.ts';
import type { EventEnvelope } from '../../protocol/index.ts';
import { ConnectionStatus } from '../connection-status.ts';
import { SessionsAnswer } from '../sessions.ts';
import { connectClient } from '../stream.ts';
import { resolveSessions } from '../tail/sessions.ts';
import { isBefore, type Start, startAfter } from '../tail/since.ts';
import type { Terminal } from '../terminal.ts';
import { SHORT_ID } from '../text/labels.ts';
import { plainShort } from '../text/plain.ts';
import { waitForApi } from '../wait-for-api.ts';
import { Bookmark, bookmarkFolder } from './bookmark.ts';
import { claim } from './claim.ts';
import { Ledger } from './ledger.ts';
import { INTERRUPTED, type Outcome, withRetries } from './outcome.ts';
import type { Where } from './where.ts';

/** What is done for an event; `at` is its place in the log. It must end soon after `kill` fires. */
export type Action = (event: EventEnvelope, at: Position, kill: AbortSignal) => Promise<Outcome>;

export interface Automation {
  readonly home: string;
  readonly topics: readonly string[];
  /** Ids or their beginnings; empty for all sessions. */
  readonly sessions: readonly string[];
  readonly where: Where | undefined;
  /** Where the position is kept; undefined: nowhere. */
  readonly name: string | undefined;
  /** The position is saved before the action instead of after it. */
  readonly atMostOnce: boolean;
  /** Actions at a time. */
  readonly concurrency: number;
  /** Further tries of an action that failed. */
  readonly retries: number;
  readonly action: Action;
  /** Sessions wait for what is answered to their requests. */
  readonly answers: boolean;
  /** What is said once it is connected. */
  readonly greeting: string;
}

/** How it ends: `stop` takes no further event and waits for what runs, `kill` ends that too. */
export interface Ends {
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
}

/** Milliseconds between positions that are saved though nothing was done. */
const SAVE_QUIET_MS = 5_000;

/** Works until it is stopped. @throws Failure when the name is in use; what the client throws. */
export async function automate(automation: Automation, terminal: Terminal, ends: Ends): Promise<void> {
  const { home, name, answers } = automation;
  const claimed = name === undefined ? undefined : await claim(bookmarkFolder(home), name);
  const connection = new ConnectionStatus(terminal, { greeting: automation.greeting, missed: 'handled' });
  let client: Client | undefined;
  try {
    const sessionId = await sessionsOf(automation, connection, terminal, ends.stop);
    if (ends.stop.aborted) return;
    client = connectClient(home, { answers, onStatus: status => connection.status(status) });
    await new Automaton(automation, connection, ends).run(client, sessionId);
  } finally {
    client?.close();
    claimed?.release();
  }
}

async function sessionsOf(
  { home, sessions }: Automation,
  connection: ConnectionStatus,
  terminal: Terminal,
  stop: AbortSignal,
): Promise<string[] | undefined> {
  if (sessions.length === 0) return undefined;
  const api = await waitForApi(home, connection, stop);
  const known = await api?.get('/api/sessions', SessionsAnswer);
  return known && resolveSessions(sessions, known.sessions, terminal);
}

class Automaton {
  readonly #automation: Automation;
  readonly #connection: ConnectionStatus;
  readonly #ends: Ends;
  readonly #bookmark: Bookmark | undefined;
  readonly #running = new Set<Promise<void>>();
  readonly #ledger: Ledger;
  readonly #from: Position | 'now';
  #events: Subscription<EventEnvelope> | undefined;
  #notBefore: Start['notBefore'];
  #lastTimestamp: number;
  #handled = 0;
  #failures = 0;
  #error: { readonly cause: unknown } | undefined;

  constructor(automation: Automation, connection: ConnectionStatus, ends: Ends) {
    const { home, name } = automation;
    this.#automation = automation;
    this.#connection = connection;
    this.#ends = ends;
    this.#bookmark = name === undefined ? undefined : new Bookmark(home, name);
    const before = this.#bookmark?.load();
    this.#ledger = new Ledger(before);
    this.#from = before === undefined ? 'now' : { epoch: before.epoch, seq: before.seq };
    this.#lastTimestamp = before?.timestamp ?? Date.now();
  }

  async run(client: Client, sessionId: string[] | undefined): Promise<void> {
    const { topics, home } = this.#automation;
    const { stop } = this.#ends;
    const events: Subscription<EventEnvelope> = client.events(topics as readonly string[], {
      signal: stop,
      from: this.#from,
      ...(sessionId === undefined ? {} : { sessionId }),
      onLoss: async loss => {
        const next = await startAfter(loss, this.#lastTimestamp, () =>
          waitForApi(home, this.#connection, stop),
        );
        this.#notBefore = next?.notBefore;
        this.#connection.loss(loss, next?.position);
        return next?.position;
      },
    });
    this.#events = events;
    events.ready.then(
      () => this.#save(),
      () => {}, // Told by the iteration.
    );
    const onStop = (): void => {
      if (this.#running.size > 0) this.#connection.say('waiting for what still runs (Ctrl-C ends it)');
    };
    stop.addEventListener('abort', onStop);
    const quiet = setInterval(() => this.#save(), SAVE_QUIET_MS);
    try {
      for await (const event of events) await this.#take(event);
      await Promise.all(this.#running);
    } finally {
      clearInterval(quiet);
      stop.removeEventListener('abort', onStop);
    }
    if (this.#error !== undefined) throw this.#error.cause;
    this.#save();
    if (this.#failures > 0) this.#connection.say(`${this.#failures} of ${this.#handled} failed`);
  }

  async #take(event: EventEnvelope): Promise<void> {
    const { where, concurrency, atMostOnce } = this.#automation;
    const at = { epoch: this.#events?.position?.epoch ?? '', seq: event.seq };
    if (isBefore(event, this.#notBefore) || this.#ledger.has(at)) return;
    this.#lastTimestamp = Math.max(this.#lastTimestamp, event.timestamp);
    if (where !== undefined && !where(event)) return;
    this.#ledger.begin(at);
    while (this.#running.size >= concurrency) await Promise.race(this.#running);
    if (this.#ends.stop.aborted || this.#error !== undefined) return;
    if (atMostOnce) this.#settle(at);
    const work: Promise<void> = this.#work(event, at).finally(() => this.#running.delete(work));
    this.#running.add(work);
  }

  async #work(event: EventEnvelope, at: Position): Promise<void> {
    const { action, retries } = this.#automation;
    const { stop, kill } = this.#ends;
    try {
      const outcome = await withRetries(() => action(event, at, kill), {
        count: retries,
        stop,
        onRetry: (why, waitMs) =>
          this.#connection.say(`${why}, for ${nameOf(event)}; trying again in ${Math.ceil(waitMs / 1000)} s`),
      });
      if (outcome === INTERRUPTED) return;
      this.#handled++;
      if (outcome.kind === 'failed') {
        this.#failures++;
        this.#connection.say(`${outcome.why}, for ${nameOf(event)}`);
      }
      this.#settle(at);
    } catch (error) {
      this.#error ??= { cause: error };
      this.#events?.close();
    }
  }

  #settle(at: Position): void {
    this.#ledger.end(at);
    this.#save();
  }

  /** Notes on disk what is settled. */
  #save(): void {
    const reached = this.#events?.position;
    if (reached === undefined || this.#error !== undefined) return;
    this.#bookmark?.save({ ...this.#ledger.settled(reached), timestamp: this.#lastTimestamp });
  }
}

function nameOf({ type, seq, sessionId }: EventEnvelope): string {
  const session = sessionId === '' ? '' : ` of session ${plainShort(sessionId.slice(0, SHORT_ID), SHORT_ID)}`;
  return `${plainShort(type, 60)} ${seq}${session}`;
}
