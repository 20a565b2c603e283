// What one client of a room is asked: the requests of the session behind the room, and its answers to those that it was shown.
import type { ApprovalQueue } from '../approvals/index.ts';
import type { Access } from '../auth/index.ts';
import type { LogRecord } from '../log/index.ts';
import { type ApprovalOutcome, type RequestOfApproval, SHORT_LENGTH } from '../protocol/index.ts';
import { RoomError } from './errors.ts';
import type { ClientFrameOf, ServerFrame } from './frames.ts';
import { previewOf } from './preview.ts';

export const ASKED_TOPIC = 'permission.requested';
export const ENDED_TOPIC = 'permission.resolved';

export interface PermissionsOptions {
  readonly room: string;
  readonly access: Access;
  readonly approvals: Pick<ApprovalQueue, 'answer' | 'list'>;
  /** The words that run hookline in a terminal. */
  readonly self: string;
  /** Which session the room is about now; undefined for none, and for several. */
  readonly sessionId: () => string | undefined;
  /** False while enough waits to be sent; whoever has it calls `show` later. */
  readonly ready: () => boolean;
  readonly send: (frame: ServerFrame) => void;
}

/** A request as the client knows it: it can answer no other. */
interface Shown {
  readonly requestId: string;
  readonly sessionId: string;
  readonly kind: RequestOfApproval['kind'];
  readonly isWhole: boolean;
}

/** Requests that are over and still known, to say how they ended to whoever answers too late. */
const REMEMBERED = 100;

export class Permissions {
  readonly #options: PermissionsOptions;
  /** By the name that the client knows, the oldest first. */
  readonly #shown = new Map<string, Shown>();

  constructor(options: PermissionsOptions) {
    this.#options = options;
  }

  /** Whether the client is shown what a session asks, and may answer it. */
  listensTo(sessionId: string): boolean {
    return this.#mayAnswer && this.#options.sessionId() === sessionId;
  }

  /**
   * Shows what can be answered now and was not shown yet. Only to who may answer: a request is shown with all that it holds, and
   * the clients that there are ask their users about each that they are shown.
   */
  show(): void {
    if (!this.#mayAnswer) return;
    const { approvals, ready, send, room } = this.#options;
    const open = approvals.list(true);
    const sessionId = open.length === 0 ? undefined : this.#options.sessionId();
    if (sessionId === undefined) return;
    for (const request of open) {
      const { requestId, kind } = request;
      const name = shortOf(requestId);
      if (request.sessionId !== sessionId || this.#shown.get(name)?.requestId === requestId) continue;
      if (!ready()) return;
      const { shown, isWhole } = previewOf(request);
      this.#shown.set(name, { requestId, sessionId, kind, isWhole });
      send({ type: 'permission_request', session_id: room, request_id: name, ...shown });
    }
    this.#forget(new Set(open.map(({ requestId }) => requestId)));
  }

  /** Something was asked, or a request is over, in whatever session. */
  note({ type, sessionId, data }: LogRecord): void {
    if (type === ASKED_TOPIC) return this.show();
    const { requestId, outcome } = JSON.parse(data) as { requestId: string; outcome: ApprovalOutcome };
    const { send, room } = this.#options;
    const name = shortOf(requestId);
    // Who was shown it is told, also when the room is about another session by now.
    const wasShown = this.#shown.get(name)?.requestId === requestId;
    if (wasShown || sessionId === this.#options.sessionId())
      send({ type: 'permission_resolved', session_id: room, request_id: name, outcome });
  }

  /**
   * Answers a request; the first answer counts, whoever gives it. How it ended is told to everybody by the log.
   *
   * @throws RoomError; ApprovalError, when it is over; InvalidAnswerError. Nothing is done then
   */
  async answer({ request_id: name, allowed }: ClientFrameOf<'permission_response'>): Promise<void> {
    const { access, approvals, self, sessionId } = this.#options;
    if (!this.#mayAnswer)
      throw new RoomError(
        'forbidden',
        'the token of this connection may not answer what sessions ask (scope approve); connect with one that may, or answer at the terminal of the session',
      );
    const shown = this.#shown.get(name);
    if (shown === undefined || shown.sessionId !== sessionId())
      throw new RoomError(
        'not_found',
        `this connection was shown no request ${JSON.stringify(name.slice(0, 64))} of the session of its room; answer one that it was shown`,
      );
    if (allowed) refuseUnseen(shown, name, self);
    await approvals.answer(shown.requestId, { behavior: allowed ? 'allow' : 'deny' }, access.holder);
  }

  get #mayAnswer(): boolean {
    return this.#options.access.scopes.has('approve');
  }

  #forget(open: ReadonlySet<string>): void {
    for (const [name, { requestId }] of this.#shown) {
      if (this.#shown.size <= REMEMBERED) return;
      if (!open.has(requestId)) this.#shown.delete(name);
    }
  }
}

/** By this a request is known in a room; no two that were asked lately have the same. */
const shortOf = (requestId: string): string => requestId.slice(0, SHORT_LENGTH);

/** @throws RoomError, where a yes would be to something that nobody saw, or would answer nothing */
function refuseUnseen({ kind, isWhole }: Shown, name: string, self: string): void {
  if (kind === 'question')
    throw new RoomError(
      'not_here',
      `it asks a question, which no yes answers; refuse it, answer it by "${self} answer ${name}", or at the terminal of the session`,
    );
  if (!isWhole)
    throw new RoomError(
      'not_here',
      `not all of it was shown, and nothing is allowed that nobody saw; refuse it, look at all of it by "${self} approvals" and allow it by "${self} approve ${name}", or at the terminal of the session`,
    );
}
