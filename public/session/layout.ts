// Where everything of a story is on the timeline, in time and in rows; nothing about pixels.

import { type AskedItem, type CallItem, isCall, isPrompt, isTurn, type WordsItem } from './items.ts';
import type { Lane } from './lane.ts';
import type { Interval } from './scale.ts';
import type { Story } from './story.ts';

/** What a tool does, for its colour. */
export type Kind = 'run' | 'read' | 'write' | 'agent' | 'web' | 'other';

const KINDS: readonly (readonly [Kind, RegExp])[] = [
  ['run', /^(Bash|BashOutput|KillShell|KillBash|Monitor|PowerShell)/],
  ['read', /^(Read|Glob|Grep|LS|NotebookRead|ToolSearch)$/],
  ['write', /^(Edit|MultiEdit|Write|NotebookEdit)$/],
  ['agent', /^(Agent|Task|SendMessage|Skill)/],
  ['web', /^(WebFetch|WebSearch|mcp__)/],
];

/** A session calls a few tools thousands of times. */
const known = new Map<string, Kind>();

export function kindOf(tool: string): Kind {
  const kind = known.get(tool) ?? KINDS.find(([, names]) => names.test(tool))?.[0] ?? 'other';
  if (known.size < 1000) known.set(tool, kind);
  return kind;
}

/** Something from one time to another. */
interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Bar extends Span {
  readonly item: CallItem;
  readonly running: boolean;
  readonly kind: Kind;
  /** In which row of the lane it is. */
  track: number;
}

/** The time in which somebody was asked. */
export interface Wait extends Span {
  readonly item: AskedItem;
  readonly track: number;
}

/** A turn, or the life of an agent. */
export interface Stretch extends Span {
  readonly failed: boolean;
}

/** A lane of the story, as it is drawn. */
export interface LaneRow {
  readonly lane: Lane;
  readonly depth: number;
  readonly tracks: number;
  readonly bars: readonly Bar[];
  readonly waits: readonly Wait[];
  readonly prompts: readonly WordsItem[];
  readonly spans: readonly Stretch[];
  readonly points: readonly Interval[];
}

interface Layout {
  readonly rows: readonly LaneRow[];
  /** When something happened. */
  readonly busy: readonly Interval[];
}

/** Calls side by side in one lane; more of them share the last row. */
const TRACKS = 4;

/**
 * Rows for the lanes of a story.
 *
 * @param live whether the session still runs, so that what has no end goes on until `now`
 */
export function layoutOf(
  story: Pick<Story, 'lanes' | 'facts'>,
  { now, live }: { now: number; live: boolean },
): Layout {
  const end = live ? now : (story.facts.endedAt ?? now);
  const rows = story.lanes().map(({ lane, depth }) => rowOf(lane, depth, end, live));
  const busy = rows.flatMap(({ bars, points }) => [
    ...bars.map(({ from, to }): Interval => [from, to]),
    ...points,
  ]);
  return { rows, busy };
}

function rowOf(lane: Lane, depth: number, end: number, live: boolean): LaneRow {
  const closes = closings(lane, end);
  const bars = lane.items.filter(isCall).map((call): Bar => {
    const running = call.ended === undefined && live && closes(call.at) === end && lane.stopped === undefined;
    const to = call.ended ?? (running ? end : Math.min(closes(call.at), end));
    return {
      item: call,
      from: call.at,
      to: Math.max(to, call.at),
      running,
      kind: kindOf(call.tool),
      track: 0,
    };
  });
  const tracks = assignTracks(bars);
  const waits = lane.items
    .filter((item): item is AskedItem => item.kind === 'asked')
    .map(item => waitOf(item, bars, closes));
  return {
    lane,
    depth,
    tracks,
    bars,
    waits,
    prompts: lane.items.filter(isPrompt),
    spans: lane.id === '' ? turnsOf(lane, end, live) : [spanOf(lane, end, live)],
    // A call is a bar already.
    points: lane.items.flatMap(({ kind, at }): Interval[] =>
      kind === 'message' || kind === 'call' ? [] : [[at, at]],
    ),
  };
}

/** When a turn, or the agent, ended after a given time: what had no end of its own ended there. */
function closings(lane: Lane, end: number): (at: number) => number {
  const turns = lane.items.filter(isTurn).map(({ at }) => at);
  return at =>
    turns.find(turn => turn >= at) ?? (lane.stopped !== undefined && lane.stopped >= at ? lane.stopped : end);
}

/** Puts calls that ran at once below each other; returns how many rows that takes. */
function assignTracks(bars: readonly Bar[]): number {
  const until: number[] = [];
  for (const bar of bars) {
    let track = until.findIndex(to => to <= bar.from);
    if (track < 0) track = Math.min(until.length, TRACKS - 1);
    until[track] = Math.max(until[track] ?? 0, bar.to);
    bar.track = track;
  }
  return Math.max(1, until.length);
}

/** A call that has to ask runs once it may: what it took without the asking is known when it has ended. */
function waitOf(item: AskedItem, bars: readonly Bar[], closes: (at: number) => number): Wait {
  const bar = bars.find(
    ({ item: call, from, to }) => call.tool === item.tool && from <= item.at + 2000 && to >= item.at,
  );
  const granted = bar?.item.ended === undefined ? undefined : bar.item.ended - (bar.item.ms ?? 0);
  const to = granted ?? bar?.to ?? closes(item.at);
  return { item, from: item.at, to: Math.max(to, item.at), track: bar?.track ?? 0 };
}

function turnsOf(lane: Lane, end: number, live: boolean): Stretch[] {
  const spans: Stretch[] = [];
  let open: number | undefined;
  for (const item of lane.items) {
    if (item.kind === 'prompt') open ??= item.at;
    if (item.kind !== 'turn') continue;
    if (open !== undefined) spans.push({ from: open, to: item.at, failed: item.failed });
    open = undefined;
  }
  if (open !== undefined)
    spans.push({ from: open, to: live ? end : Math.max(lane.heard, open), failed: false });
  return spans;
}

function spanOf(lane: Lane, end: number, live: boolean): Stretch {
  const from = Number.isFinite(lane.start) ? lane.start : end;
  return { from, to: lane.stopped ?? (live ? end : Math.max(lane.heard, from)), failed: false };
}
