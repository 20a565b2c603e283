// What a running daemon leaves on the disk so that it is found: daemon.json for clients, the endpoint for hooks.

import { clearStalled, removeEndpoint, writeEndpoint } from '../agents/claude-code/install/index.ts';
import { removeDaemonFile, urlOf, writeDaemonFile } from '../config/index.ts';
import { startTime } from '../process-probe.ts';
import { VERSION } from '../version.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export class Presence {
  readonly #home: string;
  readonly #startedAt: number;

  /** @param startedAt milliseconds since 1970. */
  constructor(home: string, startedAt: number) {
    this.#home = home;
    this.#startedAt = startedAt;
  }

  /** Tells hooks where to post; again whenever address or token change. */
  async tellHooks({ host, port }: Address, hookToken: string): Promise<void> {
    await writeEndpoint(this.#home, { pid: process.pid, url: `${urlOf(host, port)}/hook`, hookToken });
  }

  /** Tells hooks that the daemon is well: those that gave up on it try again. */
  async tellHooksItIsWell(): Promise<void> {
    await clearStalled(this.#home);
  }

  /** Tells clients where the daemon is and how it numbers. */
  tellClients({ host, port }: Address, epoch: string): void {
    const startedAt = this.#startedAt;
    const processStart = startTime(process.pid);
    writeDaemonFile(this.#home, {
      pid: process.pid,
      port,
      host,
      url: urlOf(host, port),
      epoch,
      version: VERSION,
      startedAt,
      ...(processStart === undefined ? {} : { processStart }),
    });
  }

  async withdraw(): Promise<void> {
    removeDaemonFile(this.#home);
    await removeEndpoint(this.#home);
  }
}
