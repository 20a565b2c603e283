// Follows the stream and prints it: through restarts, without missing or repeating an event, and saying what could not be had.
import { setTimeout as delay } from 'node:timers/promises';
import type { Item, Position, ResetChoice } from '../../client/index.ts';
import type { EventEnvelope } from '../../protocol/index.ts';
import { type Api, connectApi } from '../api.ts';
import { Failure } from '../failure.ts';
import { SessionsAnswer } from '../sessions.ts';
import { connectStream } from '../stream.ts';
import type { Terminal } from '../terminal.ts';
import { eventLine } from '../text/event-line.ts';
import { Labels } from '../text/labels.ts';
import { jsonLine } from '../text/plain.ts';
import { resolveSessions } from './sessions.ts';
import { type Since, type Start, startAt, startAtTime } from './since.ts';
import { Voice } from './voice.ts';

export interface TailRequest {
  readonly home: string;
  readonly topics: readonly string[];
  /** Ids or their beginnings; empty for all sessions. */
  readonly sessions: readonly string[];
  readonly since: Since | undefined;
  /** NDJSON instead of lines for people. */
  readonly json: boolean;
}

/** Prints until the signal fires. @throws Failure when the daemon refuses us for good. */
export async function follow(request: TailRequest, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const voice = new Voice(terminal, request.json);
  const printer = new Printer(terminal, request.json);
  const { home, topics, since } = request;
  let start: Start | undefined;
  let sessionId: string[] | undefined;
  if (since !== undefined || request.sessions.length > 0) {
    const api = await waitForApi(home, voice, signal);
    if (api === undefined) return;
    const { sessions } = await api.get('/api/sessions', SessionsAnswer);
    printer.labels.learnSessions(sessions);
    if (request.sessions.length > 0) sessionId = resolveSessions(request.sessions, sessions, terminal);
    if (since !== undefined) start = await startAt(since, api, Date.now());
    printer.notBefore = start?.notBefore;
  }
  const connection = connectStream(home, {
    topics,
    signal,
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(start === undefined ? {} : { since: start.position }),
    onStatus: status => voice.status(status),
    onReset: async choice => {
      const next = await whereAfter(choice, printer, home);
      printer.notBefore = next?.notBefore;
      return next?.position;
    },
  });
  for await (const item of connection) await show(item, printer, voice);
}

async function show(item: Item, printer: Printer, voice: Voice): Promise<void> {
  switch (item.kind) {
    case 'event':
      return printer.print(item.event);
    case 'snapshot':
      printer.labels.learnSessions(item.snapshot.sessions);
      return;
    case 'gap':
      return voice.gap(item.from, item.to);
    case 'reset':
      return voice.reset(item);
  }
}

/**
 * Where a tail goes on when its position means nothing any more: at the oldest event there still is, or, in a log that began anew,
 * after the time of the last event it showed.
 */
async function whereAfter(
  { reason, snapshot }: ResetChoice,
  printer: Printer,
  home: string,
): Promise<Start | undefined> {
  const head: Position = { epoch: snapshot.epoch, seq: snapshot.seq };
  if (reason === 'evicted') return { position: { ...head, seq: snapshot.oldestSeq - 1 } };
  if (reason === 'epoch_changed') return startAtTime(printer.lastTimestamp + 1, await connectApi(home), head);
  return undefined;
}

/** The daemon's HTTP interface, as soon as there is one; undefined when the signal fires before. */
async function waitForApi(home: string, voice: Voice, signal: AbortSignal): Promise<Api | undefined> {
  for (;;) {
    try {
      return await connectApi(home);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      voice.waiting(error.message);
    }
    await delay(300, undefined, { signal }).catch(() => {});
    if (signal.aborted) return undefined;
  }
}

/** Writes events to stdout in the form that was asked for. */
class Printer {
  readonly labels = new Labels();
  /** Events in the log that are older than what was asked for. */
  notBefore: Start['notBefore'];
  /** The latest time an event had so far, in milliseconds since 1970. */
  lastTimestamp = Date.now();
  readonly #terminal: Terminal;
  readonly #json: boolean;

  constructor(terminal: Terminal, json: boolean) {
    this.#terminal = terminal;
    this.#json = json;
  }

  async print(event: EventEnvelope): Promise<void> {
    this.lastTimestamp = Math.max(this.lastTimestamp, event.timestamp);
    const { notBefore, labels } = this;
    if (notBefore !== undefined) {
      if (event.seq > notBefore.untilSeq) this.notBefore = undefined;
      else if (event.timestamp < notBefore.timestamp) return;
    }
    if (this.#json) return this.#terminal.print(jsonLine(event));
    const { colors, columns } = this.#terminal;
    await this.#terminal.print(eventLine(event, { colors, columns, labels, now: Date.now() }));
  }
}
