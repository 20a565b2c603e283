// What the palette offers: a thing to do or a place to go to, by its name.

export interface Command {
  /** The heading that it stands under while nothing is typed. */
  readonly group: string;
  readonly title: string;
  /** What is said of it beside its name. */
  readonly about?: string;
  /** What it is found by besides. */
  readonly words?: string;
  /** Keys that do the same, one after the other. */
  readonly keys?: readonly string[];
  /** The state of a session, as a dot. */
  readonly dot?: string;
  /** It is there only when something is typed. */
  readonly onlyAsked?: boolean;
  /** Where it leads; a command without is run. */
  readonly href?: string;
  run?(): unknown;
}
