// What was said in a room: the newest of its messages that are on record.
import { addressOfRoom, type InboxView } from '../inbox/index.ts';
import type { Message } from '../protocol/index.ts';
import type { HistoryItem } from './frames.ts';
import { isFromRoom } from './inbox-event.ts';
import { STATUS_TYPE } from './status.ts';

/** Messages that are known by their ids: more than are shown, for some of them may come to nothing. */
const KNOWN = 200;
/** Most characters of texts in one answer; a single longer one is shown all the same. */
const CHARACTERS = 2 * 1024 * 1024;

/** Looks through the record once, and is told of the rest. */
export class History {
  readonly #address: string;
  readonly #view: InboxView;
  /** The newest last: ids sort by age. */
  #ids: string[] = [];
  #loading: Promise<void> | undefined;

  constructor(room: string, view: InboxView) {
    this.#address = addressOfRoom(room);
    this.#view = view;
  }

  /** Another message that somebody in the room sent, or is to get. @param type of one without a text */
  note(id: string, type: string | undefined): void {
    // Until somebody asks, nothing has to be remembered: all of it is looked for then.
    if (this.#loading !== undefined && isSaid({ type })) this.#add([id]);
  }

  /** The newest of them, the oldest first. What was not given to anybody is not among them: it comes once it is. */
  async newest(most: number): Promise<HistoryItem[]> {
    await this.#loaded();
    const items: HistoryItem[] = [];
    let characters = 0;
    for (const id of this.#ids.toReversed()) {
      const message = this.#view.find(id);
      if (message === undefined || !this.#isHere(message)) continue;
      const item = this.#item(message);
      characters += item.content.length;
      if (items.length > 0 && characters > CHARACTERS) break;
      items.push(item);
      if (items.length === most) break;
    }
    return items.toReversed();
  }

  #loaded(): Promise<void> {
    this.#loading ??= this.#load().catch(error => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    const said = await this.#view.newestOf(this.#address, KNOWN, isSaid);
    this.#add(said.map(({ id }) => id));
  }

  #add(ids: readonly string[]): void {
    this.#ids = [...new Set([...this.#ids, ...ids])].sort().slice(-KNOWN);
  }

  #isHere(message: Message): boolean {
    if (!isSaid(message)) return false;
    if (isFromRoom(message, this.#address)) return true;
    const here = message.recipients.find(({ name }) => name === this.#address);
    return here?.state === 'accepted' || here?.state === 'delivered';
  }

  #item(message: Message): HistoryItem {
    const content = textOf(message);
    if (!isFromRoom(message, this.#address)) return { role: 'assistant', content, ts: timeOf(message) };
    return { role: 'user', content, ts: message.metadata?.['ts'] ?? timeOf(message) };
  }
}

/** How far somebody is, is over soon. */
const isSaid = ({ type }: { readonly type?: string | undefined }): boolean => type !== STATUS_TYPE;

export const timeOf = ({ createdAt }: Message): string => new Date(createdAt).toISOString();

/** What people read of a message. */
export function textOf({ message, type, payload, files = [] }: Message): string {
  const text = message ?? `${type}: ${JSON.stringify(payload)}`;
  return files.length === 0 ? text : `${text}\nfiles: ${files.join(', ')}`;
}
