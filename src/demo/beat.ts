// The smallest thing that happens in a story: a hook is called, or a transcript grows by a line.

export type JsonObject = Readonly<Record<string, unknown>>;

/** Seconds since the story began, or before it when negative: then it happened while no daemon ran. */
interface Moment {
  readonly at: number;
}

/** A payload that one of Claude Code's hooks hands over. */
export interface HookBeat extends Moment {
  readonly hook: JsonObject;
}

/** A line appended to a transcript; the time is put into it as it is written. */
export interface LineBeat extends Moment {
  readonly file: string;
  readonly line: JsonObject;
}

/** A small JSON file written anew: what Claude Code notes about a subagent beside its transcript. */
export interface NoteBeat extends Moment {
  readonly file: string;
  readonly note: JsonObject;
}

export type Beat = HookBeat | LineBeat | NoteBeat;

/** The beats in the order they happen; those of one moment stay as they are. */
export function inOrder(beats: readonly Beat[]): Beat[] {
  return beats.toSorted((a, b) => a.at - b.at);
}
