// Tells other hooklines what became of the messages they sent here: as the log has it, so that a broker that is away misses none.
import { Consumer, type Pump } from '../fanout/index.ts';
import { elsewhere } from '../inbox/index.ts';
import type { LogReader, LogRecord } from '../log/index.ts';
import type { Connection } from './connection.ts';
import type { WireReceipt } from './driver.ts';
import type { PositionFile } from './position-file.ts';

/** A message here that another hookline sent. */
export interface Expected {
  /** As its sender calls it. */
  readonly key: string;
  /** `NODE@LABEL`: who wants to know. */
  readonly receiptsTo: string;
}

export interface ReceiptsOutOptions {
  readonly label: string;
  readonly log: LogReader;
  readonly pump: Pump;
  readonly connection: Connection;
  readonly positions: PositionFile;
  /** Undefined for one that nobody elsewhere waits for. */
  readonly expected: (messageId: string) => Expected | undefined;
}

const TOPICS = ['inbox.{held,delivered,expired,dead,cancelled}'];

export class ReceiptsOut {
  readonly #options: ReceiptsOutOptions;
  readonly #consumer: Consumer;

  constructor(options: ReceiptsOutOptions) {
    const { label, log, pump, connection, positions } = options;
    this.#options = options;
    this.#consumer = new Consumer({
      name: `receipts to ${label}`,
      log,
      pump,
      topics: TOPICS,
      saved: {
        load: () => positions.load('receipts'),
        save: position => positions.save('receipts', position),
      },
      ready: () => connection.problem === undefined,
      deliver: async deliveries => {
        for (const { record } of deliveries) await this.#tell(record);
      },
    });
    if (positions.load('receipts') === undefined) positions.save('receipts', this.#consumer.position);
  }

  start(): void {
    this.#consumer.start();
  }

  wake(): void {
    this.#consumer.wake();
  }

  async stop(): Promise<void> {
    await this.#consumer.stop();
  }

  async #tell({ type, data }: LogRecord): Promise<void> {
    const { label, connection, expected } = this.#options;
    const { messageId, reason } = JSON.parse(data) as { messageId: string; reason?: string };
    const wanted = expected(messageId);
    const place = wanted && elsewhere(wanted.receiptsTo);
    if (wanted === undefined || place?.carrier !== label) return;
    const state = type.slice(type.indexOf('.') + 1) as WireReceipt['state'];
    const receipt = { id: wanted.key, state, ...(reason === undefined ? {} : { reason }) };
    await connection.over('receipts', link => link.tell(place.there, receipt));
  }
}
