// What every view gets from the dashboard, and what it gives back.
import type { OpenRequests } from '../approvals/open-requests.ts';
import type { Command } from '../keys/command.ts';
import type { Params } from '../live/api.ts';
import type { Live } from '../live/live.ts';
import type { Route } from './route.ts';

/** A seq, soon or at once; undefined when there is none. */
export type MaybeSeq = number | undefined | Promise<number | undefined>;

export interface App {
  readonly live: Live;
  /** What sessions ask that can be answered. */
  readonly requests: OpenRequests;
  /** Fires when another view takes the place of this one. */
  readonly signal: AbortSignal;
  /** Opens an event beside the view, which Back closes; a further one takes its place, and a closed one leaves no entry in the history. */
  inspect(seq: number | undefined): void;
  /** What the view calls itself, where its name is not known beforehand. */
  title(words: string): void;
  /** Changes parameters of the address; Back undoes it. */
  change(changes: Params): void;
  /** Changes parameters of the address without an entry in the history, as typing does. */
  replace(changes: Params): void;
}

export interface Shown {
  /** The address is another one, of the same view. */
  update?(route: Route): void;
  /** The seq before (-1) or after (1) another one, as the view has them. Default as the log has them. */
  step?(seq: number, by: number): MaybeSeq;
  /** What `j` and `k` go through, as a selector within the view. */
  readonly items?: string;
  /** Goes to the next (1) or the one before (-1) in a list that `items` does not name; false when there is none. */
  move?(by: 1 | -1): boolean;
  /** Brings the filter into sight, where it is not always there: `/` goes to the first field for searching. */
  search?(): void;
  /** What the palette offers for what is shown. */
  commands?(): readonly Command[];
}

/** Puts a view into an element of the page. */
export type Show = (root: HTMLElement, route: Route, app: App) => Shown;
