// What a running daemon leaves on the disk so that it is found: daemon.json for clients, the endpoint for hooks.
import { removeDaemonFile, urlOf, writeDaemonFile } from '../config/index.ts';
import { clearStalled, removeEndpoint, writeEndpoint } from '../hook-endpoint/index.ts';
import { startTime } from '../process-probe.ts';
import type { Service } from '../service.ts';
import { VERSION } from '../version.ts';

export interface RuntimeFilesOptions {
  readonly home: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly address: () => { readonly host: string; readonly port: number };
  readonly hookToken: () => string;
  /** How long the daemon holds a hook that lets a person answer, in milliseconds. */
  readonly waitMs: number;
  readonly epoch: () => string;
  readonly failed: (where: string, error: unknown) => void;
}

/** How often the mark of a hung daemon is taken away, in milliseconds. */
const UNSTALL_MS = 3000;
/** How much longer a hook waits than the daemon holds it, in milliseconds. */
const MARGIN_MS = 5000;

// On a disk that is full or read-only the daemon serves whoever knows its address all the same.
export class RuntimeFiles {
  readonly #options: RuntimeFilesOptions;

  /** Hooks know where to post, and that the daemon is well: those that gave up on it try again. */
  readonly forHooks: Service = {
    name: 'endpoint',
    chores: [
      {
        what: 'hooks: telling them that all is well',
        everyMs: UNSTALL_MS,
        run: () => clearStalled(this.#options.home),
      },
    ],
    start: async () => {
      try {
        await clearStalled(this.#options.home);
        await this.tellHooks();
      } catch (error) {
        this.#options.failed(
          'hooks: they cannot be told where the daemon is, and keep what they have until it is restarted',
          error,
        );
      }
    },
    stop: () => removeEndpoint(this.#options.home),
  };

  /** Clients know where the daemon is and how it numbers. */
  readonly forClients: Service = {
    name: 'daemon.json',
    start: () => this.tellClients(),
    stop: () => removeDaemonFile(this.#options.home),
  };

  constructor(options: RuntimeFilesOptions) {
    this.#options = options;
  }

  /** Tells hooks where to post; again whenever address or token change. @throws the file system's errors */
  async tellHooks(): Promise<void> {
    const { home, address, hookToken, waitMs } = this.#options;
    const { host, port } = address();
    await writeEndpoint(home, {
      pid: process.pid,
      url: `${urlOf(host, port)}/hook`,
      hookToken: hookToken(),
      // Whoever is answered to at the last moment has to be heard.
      waitMs: waitMs + MARGIN_MS,
    });
  }

  /** Tells clients where the daemon is; again whenever its epoch changes. */
  tellClients(): void {
    const { home, address, epoch, startedAt, failed } = this.#options;
    const { host, port } = address();
    const processStart = startTime(process.pid);
    try {
      writeDaemonFile(home, {
        pid: process.pid,
        port,
        host,
        url: urlOf(host, port),
        epoch: epoch(),
        version: VERSION,
        startedAt,
        ...(processStart === undefined ? {} : { processStart }),
      });
    } catch (error) {
      failed(
        'daemon.json: it cannot be written, so no command finds this daemon until it is restarted',
        error,
      );
    }
  }
}
