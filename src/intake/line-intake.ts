// Takes in the lines of a FIFO or a socket, one after the other, and says of each what became of it.
import type { LineInput } from '../config/index.ts';
import { type Inbox, InboxError, type InboxErrorCode, type Origin } from '../inbox/index.ts';
import type { NewMessage } from '../protocol/index.ts';
import { LineRefused } from './errors.ts';
import { LINE_MOST, type Line } from './line-cutter.ts';
import { asText, messageOf } from './line-message.ts';

export interface LineIntakeOptions {
  /** Resolves once the message is on record. @throws InboxError, LineRefused */
  readonly send: (message: NewMessage, origin: Origin) => Promise<{ readonly id: string }>;
  /** Keeps a line that was refused, for it may be wanted again. Absent: nothing is kept. */
  readonly bury?: Inbox['bury'];
  /** Told of every line that could not be taken, in words; of one that was not too long with the line. */
  readonly refused: (what: string, line?: string) => void;
  /** Told what no line is to blame for. */
  readonly failed: (what: string, error: unknown) => void;
}

export type LineAnswer =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };

export class LineIntake {
  readonly #input: LineInput;
  readonly #options: LineIntakeOptions;
  /** For people: `the socket /run/user/1000/hookline.sock`. */
  readonly name: string;

  constructor(input: LineInput, options: LineIntakeOptions) {
    this.#input = input;
    this.#options = options;
    this.name = 'fifo' in input ? `the FIFO ${input.fifo}` : `the socket ${input.unix}`;
  }

  /** Resolves once the line is on record, or refused, and never rejects. Of a blank one nothing becomes. */
  async take(line: Line): Promise<LineAnswer | undefined> {
    if (line?.trim() === '') return undefined;
    try {
      return { ok: true, id: await this.#send(line) };
    } catch (error) {
      if (!(error instanceof InboxError || error instanceof LineRefused)) {
        this.#options.failed(`${this.name}: taking in a line`, error);
        return refusal('internal', 'hookline failed to take the line; its log says why');
      }
      const kept = error instanceof InboxError ? await this.#bury(line, error) : undefined;
      const where = kept === undefined ? '' : `; it is kept as the dead letter ${kept}`;
      const isCertain = error instanceof InboxError || error.isCertain;
      const became = isCertain ? 'was refused' : 'may not have been taken';
      this.#options.refused(`a line of ${this.name} ${became}: ${error.message}${where}`, line);
      const code = error.code === 'message_too_large' ? 'payload_too_large' : error.code;
      return refusal(code, `${error.message}${where}`);
    }
  }

  /** Tells of bytes that are not taken in, if there are any. */
  leave(bytes: number, why: string): void {
    if (bytes > 0) this.#options.refused(`${bytes} bytes of ${this.name} were not taken: ${why}`);
  }

  /** Tells of a writer whose connection failed: the system may have thrown away what was not read yet. */
  brokeOff(error: Error): void {
    this.#options.refused(
      `a connection to ${this.name} broke off (${error.message}): what was written last may not have been taken; let its writer read the answers`,
    );
  }

  get #via(): 'fifo' | 'unix' {
    return 'fifo' in this.#input ? 'fifo' : 'unix';
  }

  async #send(line: Line): Promise<string> {
    if (line === undefined)
      throw new InboxError(
        'message_too_large',
        `it is longer than ${LINE_MOST} bytes; put what is long into a file, and name that under files`,
      );
    const { message, namesItsSender } = messageOf(line, this.#input);
    const { id } = await this.#options.send(message, { via: this.#via, verified: !namesItsSender });
    return id;
  }

  /** Undefined when it is not kept. */
  async #bury(line: Line, { code }: InboxError): Promise<string | undefined> {
    const { bury } = this.#options;
    if (bury === undefined || line === undefined || !KEPT.has(code)) return undefined;
    const told = code === 'invalid_message' ? asText(line, this.#input) : messageOf(line, this.#input);
    try {
      return await bury(told.message, { via: this.#via, verified: !told.namesItsSender }, code);
    } catch (error) {
      this.#options.failed(`${this.name}: keeping a line that was refused`, error);
      return undefined;
    }
  }
}

/** What somebody may want to send again. What a rule forbids is not among it. */
const KEPT: ReadonlySet<InboxErrorCode> = new Set(['inbox_full', 'invalid_message', 'rate_limited']);

const refusal = (code: string, message: string): LineAnswer => ({ ok: false, error: { code, message } });
