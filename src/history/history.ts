// Takes in, in the background, what agents keep of sessions from before hookline: all there is once, whoever is killed meanwhile.
import { type Engine, NoPastLogError } from '../engine/index.ts';
import type { Logger } from '../logger.ts';
import type { HistoryCounts, HistoryImport, HistoryRequest, HistoryStatus } from '../protocol/index.ts';
import type { Service } from '../service.ts';
import { inWords } from '../system-error.ts';
import { type Candidate, candidates, NO_COUNTS } from './candidates.ts';
import { type Job, JobFile } from './job-file.ts';
import { planOf } from './plan.ts';
import { NotKeptError, type Taken, takeIn } from './take-in.ts';
import { countUnseen, type Unseen } from './unseen.ts';

export interface HistoryOptions {
  readonly engine: Engine;
  /** The state directory. */
  readonly home: string;
  /** What the log of the past may take up, in bytes. */
  readonly bytes: number;
  /** The words that run this hookline in a terminal. */
  readonly self: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly logger: Logger;
}

/** Something else is being taken in; the message says what. */
export class HistoryBusyError extends Error {
  readonly code = 'conflict';
  override readonly name = 'HistoryBusyError';
}

/** How soon after the start sessions are counted that nobody has seen, in milliseconds: others have more to do then. */
const COUNT_AFTER_MS = 1000;
/** Sessions looked at between two summaries of the state: one takes its time, and without it a daemon that is killed has to count again. */
const SAVE_EVERY = 1000;

export class History implements Service {
  readonly name = 'history';
  readonly #options: HistoryOptions;
  readonly #file: JobFile;
  readonly #isFirstStart: boolean;
  #import: HistoryImport | undefined;
  #stop = new AbortController();
  #underWay: Promise<void> | undefined;
  #unseen: Unseen | undefined;
  #timer: NodeJS.Timeout | undefined;
  #held: { readonly seq: number; readonly sessions: number } = { seq: 0, sessions: 0 };

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#file = new JobFile(options.home);
    this.#isFirstStart = options.engine.log.head === 0;
  }

  /** Goes on with what was under way, and counts what there is. */
  async start(): Promise<void> {
    const job = await this.#file.load().catch(() => undefined);
    if (job) this.#begin(job);
    this.#timer = setTimeout(() => void this.#count(), COUNT_AFTER_MS).unref();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stop.abort();
    await this.#underWay;
  }

  /** Finished sessions that nobody has seen; undefined until they are counted. */
  get unseen(): number | undefined {
    return this.#unseen?.sessions;
  }

  status(): HistoryStatus {
    const { transcripts } = this.#options.engine;
    const held = this.#heldNow();
    return {
      type: 'history',
      place: transcripts.map(({ place }) => place),
      ...(this.#unseen && { unseen: this.#unseen }),
      ...(held && { held }),
      ...(this.#import && { import: this.#import }),
    };
  }

  /**
   * Begins to take in what is asked for; the same that is under way goes on.
   *
   * @throws HistoryBusyError, NoPastLogError, the file system's error
   */
  async take(request: HistoryRequest): Promise<void> {
    const { engine, now, self } = this.#options;
    if (this.#underWay) {
      const { since, project } = this.#import ?? {};
      if (since === request.since && project === request.project) return;
      throw new HistoryBusyError(
        `another import is under way; wait for it, or end it with: ${self} history stop`,
      );
    }
    if (engine.health() !== undefined)
      throw new NoPastLogError(
        'events are kept in memory only; look at the output of hookline, and restart it',
      );
    engine.past.makeSure();
    const after = engine.past.log?.head ?? 0;
    const job: Job = { startedAt: now(), request, after, sessions: 0 };
    await this.#file.save(job);
    // Two may have come at once.
    if (!this.#underWay) this.#begin(job);
  }

  /** Ends what is under way; what was taken in stays. Resolves once that is done. */
  async end(): Promise<void> {
    if (!this.#underWay) return;
    this.#stop.abort('stopped');
    await this.#underWay;
  }

  #begin(job: Job): void {
    this.#stop = new AbortController();
    this.#import = {
      state: 'running',
      startedAt: job.startedAt,
      ...job.request,
      sessions: { ...NO_COUNTS, all: 0 },
      events: 0,
      bytes: { all: 0, done: 0 },
    };
    this.#underWay = this.#run(job, this.#stop.signal).finally(() => {
      this.#underWay = undefined;
    });
  }

  async #run(begun: Job, signal: AbortSignal): Promise<void> {
    const { engine, home, logger } = this.#options;
    let job = begun;
    let ended: Pick<HistoryImport, 'state' | 'reason'> = { state: 'done' };
    try {
      await engine.past.catchUp();
      ended = await this.#takeAll(begun, signal, taken => {
        job = withTaken(job, taken);
        return this.#file.save(job);
      });
    } catch (error) {
      if (!signal.aborted) {
        ended = { state: 'failed', reason: inWords(error, home) };
        logger.error(`history: sessions from before could not be taken in: ${ended.reason}`);
      } else if (signal.reason === 'stopped') ended = { state: 'stopped' };
      // The daemon stops: the next one goes on.
      else return;
    }
    try {
      await this.#tell(job);
      await this.#file.remove();
      await engine.saveState();
      await this.#count();
    } catch (error) {
      logger.error(`history: ${inWords(error, home)}`);
    }
    this.#note({ ...ended, endedAt: this.#options.now() });
  }

  /** @param save keeps how far it is */
  async #takeAll(
    { request }: Job,
    signal: AbortSignal,
    save: (taken: Taken) => Promise<void>,
  ): Promise<Pick<HistoryImport, 'state' | 'reason'>> {
    const { engine, bytes: most } = this.#options;
    const all = await candidates(engine.transcripts);
    this.#look({ all: all.length, bytes: all.reduce((sum, { session }) => sum + session.bytes, 0) });
    const leave = ({ session }: Candidate, why: keyof HistoryCounts): void => this.#done(why, session.bytes);
    const { take, left } = await planOf(all, { engine, request, most, signal, leave });
    for (const [index, candidate] of take.entries()) {
      signal.throwIfAborted();
      // It may have begun to live meanwhile.
      const became = engine.isInLog(candidate.session.sessionId)
        ? 'live'
        : await this.#takeOne(candidate, signal, save);
      leave(candidate, became);
      if (index % SAVE_EVERY === SAVE_EVERY - 1) await engine.saveState();
    }
    return left === 0 ? { state: 'done' } : { state: 'full', reason: this.#full(left) };
  }

  async #takeOne(
    { past, session }: Candidate,
    signal: AbortSignal,
    save: (taken: Taken) => Promise<void>,
  ): Promise<keyof HistoryCounts> {
    const { engine, home, logger } = this.#options;
    const kept = (events: number): void => this.#note({ events: (this.#import?.events ?? 0) + events });
    const options = { past, log: engine.past, sanitize: engine.sanitize, signal, kept };
    const taken = await takeIn(session, options).catch(error => {
      // One that cannot be read is no reason to leave the others.
      if (signal.aborted || error instanceof NotKeptError) throw error;
      logger.warn(`history: ${session.path} cannot be taken in: ${inWords(error, home)}`);
      return 'failed' as const;
    });
    if (taken === 'failed') return taken;
    if (taken === undefined) return 'empty';
    await save(taken);
    return 'taken';
  }

  #full(left: number): string {
    const { bytes, self } = this.#options;
    return `${left} older sessions are left: there is no room for them in ${bytes} bytes; raise historyBytes in config.json, restart hookline, and run: ${self} history import`;
  }

  async #tell({ after, sessions, from, to }: Job): Promise<void> {
    const { engine, logger } = this.#options;
    const { log } = engine.past;
    if (!log || log.head <= after) return;
    const [fromSeq, toSeq] = [after + 1, log.head];
    const times = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    const events = toSeq - after;
    logger.info(`history: ${sessions} sessions from before were taken in, ${events} events`);
    await engine.tell('system.history_imported', {
      ...{ sessions, events, ...times },
      ...{ epoch: log.epoch, fromSeq, toSeq },
    });
  }

  #note(news: Partial<HistoryImport>): void {
    if (this.#import) this.#import = { ...this.#import, ...news };
  }

  #look({ all, bytes }: { readonly all: number; readonly bytes: number }): void {
    if (!this.#import) return;
    this.#note({ sessions: { ...this.#import.sessions, all }, bytes: { all: bytes, done: 0 } });
  }

  #done(became: keyof HistoryCounts, size: number): void {
    if (!this.#import) return;
    const { sessions, bytes } = this.#import;
    this.#note({
      sessions: { ...sessions, [became]: sessions[became] + 1 },
      bytes: { ...bytes, done: bytes.done + size },
    });
  }

  async #count(): Promise<void> {
    const { engine, logger, self } = this.#options;
    try {
      const unseen = await countUnseen(engine, this.#stop.signal);
      if (this.#isFirstStart && this.#unseen === undefined && unseen.sessions > 0 && !this.#underWay)
        logger.info(
          `history: ${unseen.sessions} finished sessions from before hookline are in ${engine.transcripts.map(({ place }) => place).join(', ')}; take them in with: ${self} history import`,
        );
      this.#unseen = unseen;
    } catch (error) {
      if (!this.#stop.signal.aborted)
        logger.warn(`history: sessions could not be counted: ${inWords(error)}`);
    }
  }

  #heldNow(): HistoryStatus['held'] {
    const { log } = this.#options.engine.past;
    if (!log || log.head === 0) return undefined;
    if (this.#held.seq !== log.head)
      this.#held = { seq: log.head, sessions: log.sessionIds('', Number.MAX_SAFE_INTEGER).length };
    const events = log.head - log.oldest + 1;
    return { sessions: this.#held.sessions, events, bytes: log.space()?.bytes ?? 0, epoch: log.epoch };
  }
}

function withTaken(job: Job, taken: Taken): Job {
  return {
    ...job,
    sessions: job.sessions + 1,
    from: Math.min(job.from ?? taken.from, taken.from),
    to: Math.max(job.to ?? taken.to, taken.to),
  };
}
