// A part of the daemon with a life of its own.

/** Something that is done again and again while the service runs; one that fails is reported, and tried again. */
export interface Chore {
  /** For people: `spool: taking in what hooks kept`. */
  readonly what: string;
  readonly everyMs: number;
  readonly run: () => void | Promise<void>;
}

/** Services are started in the order of a list, and stopped in the reverse one. */
export interface Service {
  /** For people. */
  readonly name: string;
  readonly chores?: readonly Chore[];
  /** One that throws ends the start of the daemon; whatever was started is stopped then. */
  start?(): void | Promise<void>;
  /** One that throws is reported, and the others are stopped all the same. Called once at most, and only after `start`. */
  stop?(): void | Promise<void>;
  /** What is wrong with it, for people; undefined while nothing is. */
  health?(): string | undefined;
}
