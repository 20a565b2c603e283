// One client of a room: what it writes goes to whom the room is about, and what becomes of the room's messages comes to it as frames.
import type { ApprovalQueue } from '../approvals/index.ts';
import type { Access } from '../auth/index.ts';
import { Consumer, type Delivery, type Pump } from '../fanout/index.ts';
import { addressOfRoom, type Inbox, InboxError, type Origin, type SessionNames } from '../inbox/index.ts';
import type { LogReader, LogRecord } from '../log/index.ts';
import { type AgentState, isInboxEvent, type Message, NewMessage } from '../protocol/index.ts';
import type { ClientFrame, ClientFrameOf, ServerFrame } from './frames.ts';
import { textOf, timeOf } from './history.ts';
import { INBOX_TOPIC, type InboxEvent, inboxEvent, isFromRoom, isNew, PATH } from './inbox-event.ts';
import { ASKED_TOPIC, ENDED_TOPIC, Permissions } from './permissions.ts';
import type { Room } from './room.ts';
import { STATUS_TYPE, type Status, StatusPayload, statusOf } from './status.ts';

/** The connection of a client. */
export interface Wire {
  /** False while enough waits to be sent; whoever has it calls `wake` later. */
  ready(): boolean;
  send(frame: ServerFrame): void;
  /** Asks the client for a sign that it has everything that was sent so far; `proven` is called with this number once it came. */
  probe(): number;
  /** Nothing comes any more. */
  failed(error: unknown): void;
}

export interface Surroundings {
  readonly log: LogReader;
  readonly pump: Pump;
  readonly inbox: Inbox;
  readonly approvals: Pick<ApprovalQueue, 'answer' | 'list'>;
  /** The words that run hookline in a terminal. */
  readonly self: string;
  readonly names: Pick<SessionNames, 'sessionOf'>;
  /** What a session that lives is doing. */
  readonly stateOf: (
    sessionId: string,
  ) => { readonly state: AgentState; readonly currentTool?: string | undefined } | undefined;
  /** A message as a token lets it go out. @throws InboxError forbidden */
  readonly sign: (
    message: NewMessage,
    access: Access,
  ) => { readonly message: NewMessage; readonly origin: Origin };
}

export interface MemberOptions {
  readonly room: Room;
  /** Whom its messages are for. */
  readonly to: string;
  readonly access: Access;
  readonly wire: Wire;
}

const STATE_TOPIC = 'agent.state_changed';
const TOPICS = [INBOX_TOPIC, STATE_TOPIC, ASKED_TOPIC, ENDED_TOPIC];
/** Messages that are remembered: its own until the log has told of them, and those whose state was told. */
const REMEMBERED = 100;

export class Member {
  readonly room: Room;
  readonly #to: string;
  readonly #access: Access;
  readonly #wire: Wire;
  readonly #around: Surroundings;
  readonly #address: string;
  readonly #consumer: Consumer;
  readonly #permissions: Permissions;
  /** What it sent itself, and is not told again. */
  readonly #own = new Set<string>();
  /** Given to it, and not known to have arrived: which probe says so. */
  #unproven: { readonly probe: number; readonly ids: readonly string[] }[] = [];
  #sending: Promise<unknown> | undefined;
  /** How far the room's messages were told to be, those told of last. */
  readonly #told = new Map<string, Message['state']>();
  #status = '';
  #goOn: () => void = () => {};
  #hasLeft = false;

  constructor({ room, to, access, wire }: MemberOptions, around: Surroundings) {
    this.room = room;
    this.#to = to;
    this.#access = access;
    this.#wire = wire;
    this.#around = around;
    this.#address = addressOfRoom(room.name);
    this.#consumer = new Consumer({
      ...{ name: 'rooms', log: around.log, pump: around.pump, topics: TOPICS },
      ready: () => wire.ready(),
      deliver: deliveries => this.#tell(deliveries),
      failed: error => wire.failed(error),
    });
    this.#permissions = new Permissions({
      room: room.name,
      access,
      approvals: around.approvals,
      self: around.self,
      sessionId: () => around.names.sessionOf(to),
      ready: () => wire.ready(),
      send: frame => wire.send(frame),
    });
  }

  /** Begins to tell it what happens, and what goes on already. */
  start(): void {
    const { names, stateOf } = this.#around;
    const sessionId = names.sessionOf(this.#to);
    const session = sessionId === undefined ? undefined : stateOf(sessionId);
    // That nothing goes on needs no words.
    this.#status = JSON.stringify(statusOf('idle', undefined));
    if (session) this.#say(statusOf(session.state, session.currentTool));
    this.#permissions.show();
    this.#consumer.start();
  }

  /** Whether it may answer what a session asks, and is shown it. */
  listensTo(sessionId: string): boolean {
    return this.#permissions.listensTo(sessionId);
  }

  /** Shows what a session asks that has become the one of the room, or that could not be shown before. */
  look(): void {
    this.#permissions.show();
  }

  /** More can be sent again. */
  wake(): void {
    this.#goOn();
    this.#consumer.wake();
  }

  /** Does what the client asks. A promise: that takes a while. @throws InboxError, RoomError, ApprovalError, InvalidAnswerError */
  handle(frame: ClientFrame): void | Promise<void> {
    switch (frame.type) {
      case 'message':
        return this.#send(frame);
      case 'fetch_history':
        return this.#sendHistory(frame);
      case 'permission_response':
        return this.#permissions.answer(frame);
    }
  }

  /** The client has everything that was sent before this probe. */
  async proven(probe: number): Promise<void> {
    const ids = this.#unproven.filter(one => one.probe <= probe).flatMap(one => one.ids);
    this.#unproven = this.#unproven.filter(one => one.probe > probe);
    await this.room.arrived(ids);
  }

  stop(): void {
    this.#hasLeft = true;
    this.#goOn();
    void this.#consumer.stop();
  }

  async #send({ content, user, ts }: ClientFrameOf<'message'>): Promise<void> {
    if (!this.#access.scopes.has('send'))
      throw new InboxError(
        'forbidden',
        'the token of this connection may not send messages (scope send); connect with one that may',
      );
    const asked = { to: this.#to, from: this.#address, message: content, metadata: { user, ts } };
    const { message, origin } = this.#around.sign(NewMessage.parse(asked), this.#access);
    const sending = this.#around.inbox.send(message, origin).then(({ id }) => this.#remember(id));
    // The log may tell of it first.
    this.#sending = sending.catch(() => {});
    await sending;
  }

  #remember(id: string): void {
    this.#own.add(id);
    forgetOldest(this.#own);
  }

  async #sendHistory({ limit }: ClientFrameOf<'fetch_history'>): Promise<void> {
    const messages = await this.room.history.newest(limit);
    this.#wire.send({ type: 'history', session_id: this.room.name, messages });
  }

  async #tell(deliveries: readonly Delivery[]): Promise<void> {
    await this.#sending;
    const given: string[] = [];
    for (const { record } of deliveries) {
      // One event is small, and the message that it is about may be large.
      while (!this.#wire.ready() && !this.#hasLeft) await this.#untilReady();
      if (this.#hasLeft) return;
      const event = inboxEvent(record);
      if (record.type === STATE_TOPIC) this.#tellState(record);
      else if (!isInboxEvent(record.type)) this.#permissions.note(record);
      else if (event === undefined) continue;
      else if (event.name === this.#address && event.state === 'accepted' && event.path === PATH) {
        if (this.#give(event.messageId)) given.push(event.messageId);
      } else if (isFromRoom(event, this.#address)) this.#tellOfOurs(event);
    }
    if (given.length > 0) this.#unproven.push({ probe: this.#wire.probe(), ids: given });
  }

  #untilReady(): Promise<void> {
    return new Promise(resolve => {
      this.#goOn = resolve;
    });
  }

  /** False when there is no such message any more. */
  #give(id: string): boolean {
    const message = this.#around.inbox.view.find(id);
    if (message === undefined) return false;
    const status = toldStatus(message);
    if (status) this.#say(status);
    else
      this.#wire.send({
        ...{ type: 'reply', session_id: this.room.name, message_id: id },
        ...{ content: textOf(message), ts: timeOf(message) },
      });
    return true;
  }

  /** Somebody in the room sent it, and this became of it. */
  #tellOfOurs(event: InboxEvent): void {
    const { messageId } = event;
    const told = this.#told.get(messageId);
    if (isNew(event) && told === undefined && !this.#own.has(messageId)) this.#tellWords(messageId);
    const state = this.#stateOf(event);
    // What becomes of one of several recipients need not change how far the message is.
    if (state === told) return;
    this.#told.delete(messageId);
    this.#told.set(messageId, state);
    forgetOldest(this.#told);
    this.#wire.send({
      ...{ type: 'receipt', session_id: this.room.name, message_id: messageId },
      state,
    });
  }

  #tellWords(id: string): void {
    const message = this.#around.inbox.view.find(id);
    if (message === undefined) return;
    const { metadata: { user = this.#address, ts = timeOf(message) } = {} } = message;
    this.#wire.send({
      ...{ type: 'user_message', session_id: this.room.name, message_id: id },
      ...{ content: textOf(message), user, ts },
    });
  }

  /** One for several is as far as the least of them. */
  #stateOf({ messageId, to, name, state }: InboxEvent): Message['state'] {
    return to === name ? state : (this.#around.inbox.view.find(messageId)?.state ?? state);
  }

  #tellState({ agentId, sessionId, data }: LogRecord): void {
    if (agentId !== undefined || sessionId !== this.#around.names.sessionOf(this.#to)) return;
    const { state, currentTool } = JSON.parse(data) as { state: AgentState; currentTool?: string };
    this.#say(statusOf(state, currentTool));
  }

  #say(status: Status): void {
    const words = JSON.stringify(status);
    if (words === this.#status) return;
    this.#status = words;
    this.#wire.send({ type: 'status', session_id: this.room.name, ...status });
  }
}

function forgetOldest(remembered: Set<string> | Map<string, unknown>): void {
  for (const oldest of remembered.keys()) {
    if (remembered.size <= REMEMBERED) return;
    remembered.delete(oldest);
  }
}

/** What somebody says of how far they are; undefined when it is something else. */
function toldStatus({ type, payload }: Message): Status | undefined {
  return type === STATUS_TYPE ? StatusPayload.safeParse(payload).data : undefined;
}
