// Sends on what is for somebody on another machine: for each address one message after the other, over the carrier that leads there.
import type { Message } from '../protocol/index.ts';
import { type Carrier, type CarrierReceipt, elsewhere, NotCarriedError } from './carrier.ts';
import type { Ledger } from './ledger.ts';
import type { Item } from './queues.ts';

export interface ForwarderOptions {
  readonly carriers: readonly Carrier[];
  readonly ledger: Ledger;
  readonly find: (id: string) => Message | undefined;
  readonly failed: (what: string, error: unknown) => void;
}

/** How often it is looked what still waits, in milliseconds. */
const LOOK_MS = 1000;

export class Forwarder {
  readonly chores = [
    { what: 'inbox: sending on what is for others', everyMs: LOOK_MS, run: () => this.#sendAll() },
  ];
  readonly #options: ForwarderOptions;
  /** Addresses that something is under way to. */
  readonly #busy = new Set<string>();
  /** Addresses of which it was said that nothing gets there; it is tried again, and not said again. */
  readonly #complained = new Set<string>();

  constructor(options: ForwarderOptions) {
    this.#options = options;
    for (const carrier of options.carriers) {
      carrier.onReceipt = receipt => this.#receive(carrier, receipt);
      carrier.onOpen = () => this.#sendAll();
    }
  }

  /** Whether an address is for a carrier. */
  leadsTo(address: string): boolean {
    return this.#carrierOf(address) !== undefined;
  }

  /** Sends on what waits for an address. */
  async send(address: string): Promise<void> {
    if (this.#busy.has(address)) return;
    this.#busy.add(address);
    try {
      while (await this.#next(address));
    } finally {
      this.#busy.delete(address);
    }
  }

  #sendAll(): void {
    for (const name of this.#options.ledger.names) if (this.leadsTo(name)) void this.send(name);
  }

  /** Sends the next one; false when there is none, or it has to wait. */
  async #next(address: string): Promise<boolean> {
    const { ledger, find, failed } = this.#options;
    const carrier = this.#carrierOf(address);
    if (carrier === undefined || carrier.whyNot() !== undefined) return false;
    const item = ledger.first(address, () => true);
    const message = item && find(item.letter.id);
    if (item === undefined || message === undefined) return false;
    try {
      await ledger.handOver(item, () => carrier.carry(message, address), { path: carrier.name });
      this.#complained.delete(address);
      return true;
    } catch (error) {
      if (error instanceof NotCarriedError) {
        await ledger.step(item, 'dead', { path: carrier.name, reason: error.message });
        return true;
      }
      if (!this.#complained.has(address))
        failed(`inbox: ${carrier.name} did not take message ${message.id} for ${address}`, error);
      this.#complained.add(address);
      return false;
    }
  }

  /** Only of what this carrier took: nobody else can know anything of it. */
  #receive(carrier: Carrier, { messageId, state, reason }: CarrierReceipt): void {
    const { ledger } = this.#options;
    const letter = ledger.letter(messageId);
    const addressee = letter?.addressees.find(
      ({ name, path }) => path === carrier.name && (carrier.reaches !== undefined || this.leadsTo(name)),
    );
    if (!letter || !addressee || addressee.state === 'queued') return;
    const item: Item = { letter, addressee };
    // What was sent on cannot be taken back from here: taken back there it did not arrive.
    const end = state === 'cancelled' ? 'dead' : state;
    const why =
      state === 'cancelled' ? `cancelled there${reason === undefined ? '' : `: ${reason}`}` : reason;
    ledger
      .step(item, end, why === undefined ? {} : { reason: why })
      .catch(error => this.#options.failed(`inbox: a receipt of message ${messageId} was not kept`, error));
  }

  #carrierOf(address: string): Carrier | undefined {
    const { carriers } = this.#options;
    const place = elsewhere(address);
    return (
      carriers.find(({ name }) => name === place?.carrier) ??
      carriers.find(carrier => carrier.reaches?.(address))
    );
  }
}
