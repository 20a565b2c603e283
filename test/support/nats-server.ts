// A NATS server of a test's own, which it can refuse, kill and start again.
import fs from 'node:fs';
import path from 'node:path';
import { findProgram, freePorts, OwnServer, serverFolder } from './own-server.ts';

/** Whether the server is installed here; when not, a line says what is skipped. */
export const hasNatsServer = (): boolean => findProgram('nats-server') !== undefined;

export interface NatsOptions {
  /** Further lines of its configuration, such as `authorization { token: "t" }`. */
  readonly lines?: readonly string[];
  /** The same for JetStream: `max_file_store: 8MB`. */
  readonly jetstream?: readonly string[];
  /** Where JetStream keeps what it has. Default: a folder of its own. */
  readonly store?: string;
}

/** It is taken away when the test file is done, if not before. */
export class NatsServer {
  readonly #options: NatsOptions;
  #server: OwnServer | undefined;
  #port = 0;

  constructor(options: NatsOptions = {}) {
    this.#options = options;
  }

  /** `nats://127.0.0.1:<port>`, once it was started. */
  get url(): string {
    return `nats://127.0.0.1:${this.#port}`;
  }

  /** Starts it, for a second time at the same port and with what it has stored. */
  async start(): Promise<this> {
    this.#server ??= await this.#make();
    await this.#server.start();
    return this;
  }

  async kill(): Promise<void> {
    await this.#server?.kill();
  }

  /** Kills it, and takes away what it has stored. */
  async remove(): Promise<void> {
    await this.#server?.remove();
  }

  async #make(): Promise<OwnServer> {
    [this.#port = 0] = await freePorts(1);
    const folder = serverFolder('nats');
    const { lines = [], jetstream = [], store = folder } = this.#options;
    const config = path.join(folder, 'server.conf');
    const kept = [`store_dir: ${JSON.stringify(store)}`, ...jetstream].join('\n');
    const all = [`listen: "127.0.0.1:${this.#port}"`, `jetstream {\n${kept}\n}`, ...lines];
    fs.writeFileSync(config, all.join('\n'));
    return new OwnServer(folder, this.#port, { program: 'nats-server', args: ['-c', config] });
  }
}
