// What the parts of a daemon share.
import type { Config } from '../config/index.ts';
import type { Engine } from '../engine/index.ts';
import type { SessionNames } from '../inbox/index.ts';
import type { Logger } from '../logger.ts';

export interface Shared {
  readonly config: Config;
  readonly engine: Engine;
  readonly names: SessionNames;
  readonly logger: Logger;
  /** The words that run this hookline in a terminal, for texts that name a command. */
  readonly self: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that never jumps: the wall clock may be set back, and then nobody's time would ever be up. */
  readonly uptime: () => number;
  /** Something failed that nobody waits for. */
  readonly failed: (what: string, error: unknown) => void;
}
