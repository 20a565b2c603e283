// Follows the stream and prints it: through restarts, without missing or repeating an event, and saying what could not be had.
import type { EventEnvelope } from '../../protocol/index.ts';
import { ConnectionStatus } from '../connection-status.ts';
import { SessionsAnswer } from '../sessions.ts';
import { connectClient } from '../stream.ts';
import type { Terminal } from '../terminal.ts';
import { eventLine, Order } from '../text/event-line.ts';
import { Labels } from '../text/labels.ts';
import { jsonLine, plainShort } from '../text/plain.ts';
import { summarize } from '../text/summary.ts';
import { waitForApi } from '../wait-for-api.ts';
import type { When } from '../when.ts';
import { resolveSessions } from './sessions.ts';
import { isBefore, type Start, startAfter, startAt } from './since.ts';
import { Telling } from './telling.ts';

export interface TailRequest {
  readonly home: string;
  readonly topics: readonly string[];
  /** Ids or their beginnings; empty for all sessions. */
  readonly sessions: readonly string[];
  readonly since: When | undefined;
  /** For a program everything as NDJSON; for people lines, of everything or of the essentials. */
  readonly form: 'json' | 'everything' | 'essentials';
}

/** Prints until the signal fires. @throws Failure when the daemon refuses us for good. */
export async function follow(request: TailRequest, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const greeting =
    request.form === 'json' ? undefined : 'connected; events show up as they happen (Ctrl-C ends)';
  const connection = new ConnectionStatus(terminal, { greeting, missed: 'shown' });
  const printer = new Printer(terminal, request.form);
  const { home, topics, since } = request;
  let start: Start | undefined;
  let sessionId: string[] | undefined;
  if (since !== undefined || request.sessions.length > 0) {
    const api = await waitForApi(home, connection, signal);
    if (api === undefined) return;
    const { sessions } = await api.get('/api/sessions', SessionsAnswer);
    printer.labels.learnSessions(sessions);
    if (request.sessions.length > 0) sessionId = resolveSessions(request.sessions, sessions, terminal);
    if (since !== undefined) start = await startAt(since, api, Date.now());
    printer.notBefore = start?.notBefore;
  }
  const client = connectClient(home, {
    signal,
    answers: false,
    onStatus: status => connection.status(status),
  });
  // A tail that begins in the past has learned the sessions already.
  if (start === undefined) {
    const known = client.getSessions({ timeoutMs: NAMES_MS, signal });
    known.then(
      sessions => printer.labels.learnSessions(sessions),
      () => {}, // Names are a convenience, and whatever is wrong is told by the events.
    );
  }
  const events = client.events(topics, {
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(start === undefined ? {} : { from: start.position }),
    onLoss: async loss => {
      const next = await startAfter(loss, printer.lastTimestamp, () => waitForApi(home, connection, signal));
      printer.notBefore = next?.notBefore;
      connection.loss(loss, next?.position);
      return next?.position;
    },
  });
  for await (const event of events) await printer.print(event);
}

/** Milliseconds to wait for the names of the sessions. */
const NAMES_MS = 10_000;

/** Writes events to stdout in the form that was asked for. */
class Printer {
  readonly labels = new Labels();
  /** Events in the log that are older than what was asked for. */
  notBefore: Start['notBefore'];
  /** The latest time an event had so far, in milliseconds since 1970. */
  lastTimestamp = Date.now();
  readonly #terminal: Terminal;
  readonly #json: boolean;
  readonly #telling: Telling | undefined;
  readonly #order = new Order();

  constructor(terminal: Terminal, form: TailRequest['form']) {
    this.#terminal = terminal;
    this.#json = form === 'json';
    this.#telling = form === 'essentials' ? new Telling() : undefined;
  }

  async print(event: EventEnvelope): Promise<void> {
    this.lastTimestamp = Math.max(this.lastTimestamp, event.timestamp);
    const { notBefore, labels } = this;
    if (isBefore(event, notBefore)) return;
    if (this.#json) return this.#terminal.print(jsonLine(event));
    const said = this.#telling ? this.#telling.wordsOf(event) : summarize(event);
    if (said === undefined) return labels.learn(event);
    const { colors, columns } = this.#terminal;
    const style = { colors, columns, labels, now: Date.now(), order: this.#order };
    const words = (_event: EventEnvelope, room: number): string => plainShort(said, room);
    await this.#terminal.print(eventLine(event, { ...style, words }));
  }
}
