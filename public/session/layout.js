// Where everything of a story is on the timeline, in time and in rows; nothing about pixels.

/** What a tool does, for its colour. */
const KINDS = {
  run: /^(Bash|BashOutput|KillShell|KillBash|Monitor|PowerShell)/,
  read: /^(Read|Glob|Grep|LS|NotebookRead|ToolSearch)$/,
  write: /^(Edit|MultiEdit|Write|NotebookEdit)$/,
  agent: /^(Agent|Task|SendMessage|Skill)/,
  web: /^(WebFetch|WebSearch|mcp__)/,
};

export const kindOf = tool => Object.keys(KINDS).find(kind => KINDS[kind].test(tool)) ?? 'other';

/** Calls side by side in one lane; more of them share the last row. */
const TRACKS = 4;

/**
 * Rows for the lanes of a story: `{ lane, depth, tracks, bars, waits, prompts, spans }`, everything with `from` and `to`.
 *
 * @param live whether the session still runs, so that what has no end goes on until `now`
 */
export function layoutOf(story, { now, live }) {
  const end = live ? now : (story.facts.endedAt ?? now);
  const rows = story.lanes().map(({ lane, depth }) => rowOf(lane, depth, end, live));
  const busy = rows.flatMap(({ bars, points }) => [...bars.map(({ from, to }) => [from, to]), ...points]);
  return { rows, busy };
}

function rowOf(lane, depth, end, live) {
  const closes = closings(lane, end);
  const calls = lane.items.filter(({ kind }) => kind === 'call');
  const bars = calls.map(call => {
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
  const waits = lane.items.filter(({ kind }) => kind === 'asked').map(item => waitOf(item, bars, closes));
  return {
    lane,
    depth,
    tracks,
    bars,
    waits,
    prompts: lane.items.filter(({ kind }) => kind === 'prompt'),
    spans: lane.id === '' ? turnsOf(lane, end, live) : [spanOf(lane, end, live)],
    points: lane.items.map(({ at }) => [at, at]),
  };
}

/** When a turn, or the agent, ended after a given time: what had no end of its own ended there. */
function closings(lane, end) {
  const turns = lane.items.filter(({ kind }) => kind === 'turn').map(({ at }) => at);
  return at =>
    turns.find(turn => turn >= at) ?? (lane.stopped !== undefined && lane.stopped >= at ? lane.stopped : end);
}

/** Puts calls that ran at once below each other; returns how many rows that takes. */
function assignTracks(bars) {
  const until = [];
  for (const bar of bars) {
    let track = until.findIndex(to => to <= bar.from);
    if (track < 0) track = Math.min(until.length, TRACKS - 1);
    until[track] = Math.max(until[track] ?? 0, bar.to);
    bar.track = track;
  }
  return Math.max(1, until.length);
}

/** A call that has to ask runs once it may: what it took without the asking is known when it has ended. */
function waitOf(item, bars, closes) {
  const bar = bars.find(
    ({ item: call, from, to }) => call.tool === item.tool && from <= item.at + 2000 && to >= item.at,
  );
  const granted = bar?.item.ended === undefined ? undefined : bar.item.ended - (bar.item.ms ?? 0);
  const to = granted ?? bar?.to ?? closes(item.at);
  return { item, from: item.at, to: Math.max(to, item.at), track: bar?.track ?? 0 };
}

function turnsOf(lane, end, live) {
  const spans = [];
  let open;
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

function spanOf(lane, end, live) {
  const from = Number.isFinite(lane.start) ? lane.start : end;
  return { from, to: lane.stopped ?? (live ? end : Math.max(lane.heard, from)), failed: false };
}
