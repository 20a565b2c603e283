// The log of a daemon that runs inside a command, and what else the command has to say meanwhile.
import type { Config } from '../config/index.ts';
import { type LogFields, type Logger, openLogger } from '../logger.ts';
import { inWords } from '../system-error.ts';
import { Failure } from './failure.ts';
import type { Terminal } from './terminal.ts';

export class DaemonLog {
  readonly logger: Logger;
  readonly #terminal: Terminal;
  /** The log is elsewhere than what the command says. */
  readonly #isFile: boolean;
  /** Words on stderr would be between lines for programs. */
  readonly #isQuiet: boolean;

  constructor(config: Config, terminal: Terminal) {
    this.logger = openLogger(config);
    this.#terminal = terminal;
    this.#isFile = config.logFile !== undefined;
    this.#isQuiet = config.logFormat === 'json' && !this.#isFile;
  }

  /** Says something to whoever started it, and to the log where that is elsewhere, or for programs. @param words without colour */
  say(words: string, fields: LogFields = {}, lines: readonly string[] = [words]): void {
    if (this.#isFile || this.#isQuiet) this.logger.info(words, fields);
    if (!this.#isQuiet) for (const line of lines) this.#terminal.say(line);
  }

  /** Does the daemon's work. What ends it, also from nowhere, is in the log. */
  async during(work: () => Promise<void>): Promise<void> {
    const crashed = (error: unknown): void => {
      this.logger.error(`crash: ${inWords(error)}`, { crash: true });
      if (this.#isFile) this.#terminal.say(`hookline: crash: ${inWords(error)}`);
      process.exit(1);
    };
    process.on('uncaughtException', crashed);
    try {
      await work();
    } catch (error) {
      // On stderr it is told as what every command ends with.
      const why = error instanceof Failure ? error.message : inWords(error);
      if (this.#isFile || this.#isQuiet) this.logger.error(`hookline cannot go on: ${why}`);
      throw error;
    } finally {
      process.off('uncaughtException', crashed);
    }
  }
}
