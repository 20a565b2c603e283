// The hooks that wait in the background of idle sessions: one a session and client, each told of what comes, or that it need not wait.
import type { Opening, PullPath } from './pull-path.ts';
import type { WaitingHook, WakePath } from './wake-path.ts';

/** What a hook is told that waits. */
export type Woken =
  /** To print this, and to end in the way that wakes its session. */
  | { readonly kind: 'text'; readonly text: string }
  /** To ask again. */
  | { readonly kind: 'again' }
  /** That there is nothing to wait for, and why: to end in silence. */
  | { readonly kind: 'over'; readonly reason: string };

export interface WakersOptions {
  readonly paths: readonly WakePath[];
  /** Whether something waits for a session. */
  readonly hasFor: (sessionId: string) => boolean;
  /** Takes what waits for it; see `Courier.pickUp`. */
  readonly pickUp: (path: PullPath, opening: Opening, gone: AbortSignal) => Promise<string | undefined>;
  /** Milliseconds of a clock that never jumps. */
  readonly uptime: () => number;
  readonly failed: (what: string, error: unknown) => void;
}

/** After how long a hook is told to ask again, in milliseconds; hooks give up on a daemon that says nothing for 30 s. */
const ASK_AGAIN_MS = 25_000;
/** How long a hook may take to ask again before another one has its place, in milliseconds. */
const BETWEEN_MS = 5000;
/** How long it is let be though it seems to be of no use, in milliseconds: it may be here before the news of its session. */
const EARLY_MS = 3000;

const AGAIN: Woken = { kind: 'again' };
const over = (reason: string): Woken => ({ kind: 'over', reason });

/** A hook's question that is not answered yet. */
interface Question {
  readonly path: WakePath;
  readonly gone: AbortSignal;
  readonly answer: (woken: Woken) => void;
  readonly askedAt: number;
  /** What waits is being taken for it: what it is told is known in a moment. */
  isTaking: boolean;
}

/** The place of a session. */
interface Place {
  readonly hook: WaitingHook;
  /** When the hook came first. */
  readonly since: number;
  question: Question | undefined;
  /** When its last question was answered. */
  answeredAt: number;
  /** What it is told when it asks again. */
  over: Woken | undefined;
}

export class Wakers {
  readonly #options: WakersOptions;
  /** By session. */
  readonly #places = new Map<string, Place>();
  #closed = false;

  constructor(options: WakersOptions) {
    this.#options = options;
  }

  /** Why a way does not reach a session now, for people; undefined when it does. */
  whyNot(path: WakePath, sessionId: string): string | undefined {
    const place = this.#places.get(sessionId);
    const isWaiting = place !== undefined && this.#isTaken(place);
    return path.whyNot(sessionId) ?? (isWaiting ? undefined : 'no hook of it waits to wake it');
  }

  /**
   * Resolves once there is something to tell a hook, after half a minute at most. Only one hook a session waits; another one is told so.
   * One that the same client started for the session that it had open before is told that it is over.
   *
   * @param gone fires when it does not wait any more
   */
  wait(hook: WaitingHook, gone: AbortSignal): Promise<Woken> {
    const { paths, uptime } = this.#options;
    if (this.#closed) return Promise.resolve(AGAIN);
    const path = paths.find(one => one.whyOver(hook) === undefined) ?? paths[0];
    const place = this.#placeOf(hook);
    if (path === undefined) return Promise.resolve(over('no agent is woken this way'));
    if (place === undefined) return Promise.resolve(over('another hook of the session waits'));
    if (place.over !== undefined) return Promise.resolve(place.over);
    this.#leaveOthersOf(hook);
    return new Promise(resolve => {
      const question: Question = {
        ...{ path, gone, isTaking: false, askedAt: uptime() },
        answer: woken => {
          // What was answered before says nothing of the one that the same hook has asked since.
          if (place.question !== question) return;
          place.question = undefined;
          place.answeredAt = uptime();
          if (woken.kind !== 'again') this.#leave(place);
          resolve(woken);
        },
      };
      place.question?.answer(AGAIN);
      this.#places.set(hook.sessionId, place);
      place.question = question;
      const leave = (): void => question.answer(over('it is gone'));
      if (gone.aborted) leave();
      else gone.addEventListener('abort', leave, { once: true });
      void this.#look(place);
    });
  }

  /** Tells each hook what there is to tell by now. */
  look(): void {
    for (const place of this.#places.values()) void this.#look(place);
  }

  /** Lets go of everybody: who asks again finds the next daemon. */
  close(): void {
    this.#closed = true;
    for (const { question } of this.#places.values()) if (!question?.isTaking) question?.answer(AGAIN);
  }

  async #look(place: Place): Promise<void> {
    const { uptime, hasFor, pickUp, failed } = this.#options;
    const { question, hook } = place;
    if (question === undefined) return this.#leaveIfLeft(place);
    if (question.isTaking) return;
    const { path, gone, answer, askedAt } = question;
    if (place.over !== undefined) return answer(place.over);
    const reason = path.whyOver(hook);
    if (reason !== undefined && uptime() - place.since > EARLY_MS) return answer(over(reason));
    if (uptime() - askedAt >= ASK_AGAIN_MS) return answer(AGAIN);
    if (reason !== undefined || !hasFor(hook.sessionId)) return;
    question.isTaking = true;
    try {
      const opening = { sessionId: hook.sessionId, most: path.most, isBetweenTurns: true };
      const text = await pickUp(path, opening, gone);
      if (text !== undefined) answer({ kind: 'text', text: path.printed(text) });
    } catch (error) {
      failed(`inbox: what waits for session ${hook.sessionId} could not be taken to wake it`, error);
    } finally {
      question.isTaking = false;
      if (this.#closed) answer(AGAIN);
    }
  }

  /** The place that a hook has by now or may have; undefined when another hook has it. */
  #placeOf(hook: WaitingHook): Place | undefined {
    const place = this.#places.get(hook.sessionId);
    if (place && isSame(place.hook, hook)) return place;
    if (place && this.#isTaken(place)) return undefined;
    place?.question?.answer(over('another hook waits in its place'));
    return { hook, since: this.#options.uptime(), question: undefined, answeredAt: 0, over: undefined };
  }

  /** A client has one session open; where it was another one before, its hook may not have heard of that. */
  #leaveOthersOf({ sessionId, clientPid }: WaitingHook): void {
    for (const place of this.#places.values()) {
      if (place.hook.clientPid !== clientPid || place.hook.sessionId === sessionId) continue;
      const woken = over('its client has another session open');
      if (place.question && !place.question.isTaking) place.question.answer(woken);
      else place.over = woken;
    }
  }

  /** Whether its hook waits, or is about to ask again; one of a client that is gone does not count. */
  #isTaken({ hook, question, answeredAt }: Place): boolean {
    if (question === undefined) return this.#options.uptime() - answeredAt < BETWEEN_MS;
    return question.path.whyOver(hook) === undefined;
  }

  #leaveIfLeft(place: Place): void {
    if (!this.#isTaken(place)) this.#leave(place);
  }

  #leave(place: Place): void {
    if (this.#places.get(place.hook.sessionId) === place) this.#places.delete(place.hook.sessionId);
  }
}

const isSame = (a: WaitingHook, b: WaitingHook): boolean => a.pid === b.pid && a.clientPid === b.clientPid;
