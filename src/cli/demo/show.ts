// Plays the recorded sessions into the demo's daemon, once or over and over.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadTokens } from '../../auth/index.ts';
import type { Config } from '../../config/index.ts';
import { spoolFolder } from '../../hook-endpoint/index.ts';
import { play, postTo, recall, spoolIn } from './player.ts';
import { readRecordings } from './recording.ts';
import { begun, type Round, tell } from './round.ts';

/** Seconds of the story that are over when the demo begins, so that somebody is at work at first sight. */
const OVER = 43;

export interface ShowOptions {
  /** How many times faster than life. */
  readonly speed: number;
  /** Play the story once, and leave the sessions as they are then. */
  readonly once: boolean;
}

export class Show {
  readonly #config: Config;
  readonly #options: ShowOptions;
  readonly #recordings = readRecordings();
  #round: Round;

  constructor(config: Config, options: ShowOptions) {
    this.#config = config;
    this.#options = options;
    this.#round = begun(this.#tell(true), OVER, options.speed);
  }

  /** Leaves behind what happened before the daemon started. Call it before it does. */
  async prepare(): Promise<void> {
    await recall(this.#round.past, spoolIn(spoolFolder(this.#config.home)), Date.now());
  }

  /** Plays until the story is over, if it is to be played once, else until the signal. */
  async play(url: string, signal: AbortSignal): Promise<void> {
    const port = postTo(url, () => loadTokens(this.#config.home).hook);
    const options = { port, speed: this.#options.speed, signal };
    await this.#pastIsTold(signal);
    for (;;) {
      await play(this.#round.steps, options);
      if (this.#options.once) return;
      await play(this.#round.curtain, options);
      this.#round = this.#tell(false);
    }
  }

  /** The daemon takes the past in right after it has started; what comes next must not overtake it. */
  async #pastIsTold(signal: AbortSignal): Promise<void> {
    const folder = spoolFolder(this.#config.home);
    while (fs.existsSync(folder) && fs.readdirSync(folder).some(name => name.endsWith('.json'))) {
      await delay(20, undefined, { signal });
    }
  }

  #tell(past: boolean): Round {
    const projects = path.join(this.#config.claudeDir, 'projects');
    return tell(this.#recordings, { projects, speed: this.#options.speed, past });
  }
}
