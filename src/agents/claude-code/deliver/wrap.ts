// Into a session by the terminal that it runs in, where its user has it wrapped: the wrap types, once nothing stands in its way.
import net from 'node:net';
import type { DeliveryPath, Parcel, Receipt, Said } from '../../../inbox/index.ts';
import { inWords } from '../../../system-error.ts';
import { linesOf } from '../wrap/lines.ts';
import { asRead } from '../wrap/paste.ts';
import { readWrapFiles, type WrapFile, wrapSocket } from '../wrap/wrap-files.ts';
import { FromWrap, lineOf, parsed } from '../wrap/wrap-protocol.ts';
import { markOf } from './frames.ts';
import { isInFile } from './is-in-file.ts';

export interface WrapOptions {
  /** The state directory. */
  readonly home: string;
  /** Where a session's transcript is, if it lives and has one. */
  readonly transcriptOf: (sessionId: string) => string | undefined;
}

/** How long a wrap may take to say whether it takes a message, in milliseconds. */
const PATIENCE_MS = 5000;

export class Wrap implements DeliveryPath {
  readonly name = 'wrap';
  onReceipt: (receipt: Receipt) => void = () => {};
  /** No model answers this way. */
  onSaid: (said: Said) => void = () => {};
  readonly #options: WrapOptions;
  /** Messages that wraps have, and have not said yet what became of. */
  readonly #underWay = new Set<string>();
  readonly #sockets = new Set<net.Socket>();

  constructor(options: WrapOptions) {
    this.#options = options;
  }

  whyNot(sessionId: string): string | undefined {
    const found = this.#find(sessionId);
    return typeof found === 'string' ? found : found.whyNot;
  }

  async give(parcel: Parcel): Promise<void> {
    const found = this.#find(parcel.sessionId);
    if (typeof found === 'string') throw new Error(found);
    const socket = net.connect(wrapSocket(this.#options.home, found.pid));
    const lines = linesOf(socket);
    try {
      await this.#offer(socket, lines, parcel);
    } catch (error) {
      socket.destroy();
      throw new Error(`it was not typed in its terminal: ${inWords(error)}`, { cause: error });
    }
    void this.#follow(socket, lines, parcel.messageId);
  }

  hasTaken(messageId: string, sessionId: string): boolean | undefined {
    // What is being typed may still be sent; asked first, for it may end while the record is read.
    const isTyped =
      this.#underWay.has(messageId) ||
      readWrapFiles(this.#options.home).some(({ typing }) => typing === messageId);
    const transcript = this.#options.transcriptOf(sessionId);
    const isThere = transcript === undefined ? undefined : isInFile(transcript, markOf(messageId));
    return isThere === false && isTyped ? undefined : isThere;
  }

  asRead(text: string): string {
    return asRead(text);
  }

  async open(): Promise<void> {}

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  /** The wrap whose terminal has a session, or why there is none. */
  #find(sessionId: string): WrapFile | string {
    const found = readWrapFiles(this.#options.home).filter(one => one.sessionId === sessionId);
    const [wrap] = found;
    if (wrap === undefined) return 'its user has not wrapped its terminal';
    return found.length > 1 ? `${found.length} wrapped terminals have it open` : wrap;
  }

  /** Resolves once the wrap has been told to go on. @throws Error when it takes nothing, and then it types nothing */
  async #offer(socket: net.Socket, lines: AsyncGenerator<string>, parcel: Parcel): Promise<void> {
    const { messageId, sessionId, text, attempt } = parcel;
    const broken = new Promise<never>((_, reject) => socket.once('error', reject));
    broken.catch(() => {});
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('the wrap does not answer')));
    socket.write(lineOf({ type: 'message', messageId, sessionId, text, attempt }));
    const answer = await Promise.race([lines.next(), broken]);
    const said = typeof answer.value === 'string' ? parsed(FromWrap, answer.value) : undefined;
    if (said?.type === 'refused') throw new Error(said.reason);
    if (said?.type !== 'ready') throw new Error('the wrap went away');
    socket.setTimeout(0);
    await Promise.race([
      new Promise<void>(resolve => socket.write(lineOf({ type: 'go' }), () => resolve())),
      broken,
    ]);
  }

  /** Hears what became of it; when the wrap went away before it said so, the session's own record has to tell. */
  async #follow(socket: net.Socket, lines: AsyncGenerator<string>, messageId: string): Promise<void> {
    this.#underWay.add(messageId);
    this.#sockets.add(socket);
    socket.unref();
    const { value } = await lines.next();
    const said = typeof value === 'string' ? parsed(FromWrap, value) : undefined;
    this.#underWay.delete(messageId);
    this.#sockets.delete(socket);
    socket.destroy();
    if (said?.type === 'dropped') this.onReceipt({ messageId, kind: 'dropped', reason: said.reason });
  }
}
