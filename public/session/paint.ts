// Draws the timeline's rows on a canvas, and remembers where it drew what.
import { clock, duration } from '../design/format.ts';
import { cut } from '../design/text.ts';
import type { CallItem, WordsItem } from './items.ts';
import type { Bar, Kind, LaneRow, Wait } from './layout.ts';
import { type Scale, tickStep } from './scale.ts';

export const TRACK = 20;
const BAR = 16;
const PAD = 4;
const LEAST = 2;

/** Tokens the painting needs. */
export const INKS = [
  'ink',
  'ink-2',
  'ink-3',
  'line',
  'line-2',
  'surface',
  'sunken',
  'work',
  'wait',
  'wait-soft',
  'fail',
  'fail-soft',
  'hue-1',
  'hue-2',
  'hue-3',
  'hue-6',
  'hue-7',
  'hue-8',
] as const;

/** Colours, as a canvas takes them. */
export type Inks = Readonly<Record<(typeof INKS)[number], string>>;

export const KIND_INK: Readonly<Record<Kind, (typeof INKS)[number]>> = {
  run: 'hue-1',
  read: 'hue-7',
  write: 'hue-2',
  agent: 'hue-3',
  web: 'hue-6',
  other: 'hue-8',
};

/** Lowest row beside whose bars a label of two lines stands, in pixels; where the label is above them, `head` is its room. */
const LOWEST = 38;

export const rowHeight = (row: Pick<LaneRow, 'tracks'>, head: number): number =>
  head > 0 ? row.tracks * TRACK + 2 * PAD + head : Math.max(LOWEST, row.tracks * TRACK + 2 * PAD);

/** From time to pixels, and back. */
export interface Place {
  readonly width: number;
  readonly height: number;
  /** Room for a label above each row. */
  readonly head: number;
  /** Milliseconds of the scale. */
  readonly perPixel: number;
  x(time: number): number;
  time(x: number): number;
}

/** Something that was drawn, and where. */
export interface Shape {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly item: CallItem | WordsItem;
  readonly row: LaneRow;
}

interface Picture {
  readonly rows: readonly LaneRow[];
  readonly scale: Scale;
  readonly inks: Inks;
  readonly place: Place;
  /** The item to be pointed out. */
  readonly chosen: CallItem | WordsItem | undefined;
  /** Where now is, while the session lives. */
  readonly nowAt: number | undefined;
}

type Context = CanvasRenderingContext2D;

/** A row of the lanes: where it begins, how tall it is, and where its bars are. */
interface Ground extends Pick<Place, 'x' | 'width'> {
  readonly top: number;
  readonly tall: number;
  readonly y: number;
}

/** Paints the rows; returns what was drawn, so that it can be found again. */
export function paintRows(context: Context, { rows, scale, inks, place, chosen, nowAt }: Picture): Shape[] {
  const shapes: Shape[] = [];
  const { x, width, height, head } = place;
  context.clearRect(0, 0, width, height);
  paintPauses(context, scale, place, inks);
  let top = 0;
  for (const row of rows) {
    const tall = rowHeight(row, head);
    const y = top + head + (tall - head - row.tracks * TRACK) / 2;
    paintGround(context, row, { x, width, top, tall, y }, inks);
    const drawn = { x: Number.NEGATIVE_INFINITY, key: '' };
    for (const bar of row.bars) {
      const left = x(bar.from);
      const right = Math.max(x(bar.to), left + LEAST);
      if (right < 0 || left > width) continue;
      // Thousands of calls within a pixel are one stroke.
      const key = `${bar.track} ${bar.kind} ${bar.item.ok}`;
      if (right - left <= LEAST && left - drawn.x < 0.5 && drawn.key === key) continue;
      Object.assign(drawn, { x: left, key });
      const shape = {
        x: left,
        y: y + bar.track * TRACK + 2,
        width: right - left,
        height: BAR,
        item: bar.item,
        row,
      };
      paintBar(context, bar, shape, inks, width);
      shapes.push(shape);
    }
    for (const wait of row.waits) paintWait(context, wait, { x, width, y }, inks);
    for (const prompt of row.prompts) {
      const at = x(prompt.at);
      if (at < -6 || at > width + 6) continue;
      context.fillStyle = inks.ink;
      context.beginPath();
      context.moveTo(at - 4, top + head);
      context.lineTo(at + 4, top + head);
      context.lineTo(at, top + head + 6);
      context.fill();
      shapes.push({ x: at - 5, y: top + head, width: 10, height: 8, item: prompt, row });
    }
    top += tall;
  }
  if (nowAt !== undefined) {
    context.fillStyle = inks.work;
    context.fillRect(Math.round(x(nowAt)), 0, 1, height);
  }
  const ring = shapes.find(({ item }) => item === chosen);
  if (ring !== undefined) {
    context.strokeStyle = inks.ink;
    context.lineWidth = 2;
    context.strokeRect(ring.x - 1, ring.y - 1, ring.width + 2, ring.height + 2);
  }
  return shapes;
}

/** Where nothing happened for so long that it is folded. */
function paintPauses(context: Context, scale: Scale, { x, width, height }: Place, inks: Inks): void {
  context.fillStyle = inks.sunken;
  for (const { t0, t1, folded } of scale.segments) {
    const [left, right] = [x(t0), x(t1)];
    if (folded && right > 0 && left < width) context.fillRect(left, 0, right - left, height);
  }
}

function paintGround(context: Context, row: LaneRow, { x, width, top, tall, y }: Ground, inks: Inks): void {
  context.fillStyle = inks.line;
  context.fillRect(0, top + tall - 1, width, 1);
  for (const span of row.spans) {
    const left = Math.max(x(span.from), -4);
    const right = Math.min(Math.max(x(span.to), left + 1), width + 4);
    if (right < 0 || left > width) continue;
    context.fillStyle = span.failed ? inks['fail-soft'] : inks['line'];
    context.globalAlpha = span.failed ? 1 : 0.45;
    round(context, left, y, right - left, row.tracks * TRACK, 3);
    context.globalAlpha = 1;
  }
}

/** The time in which somebody was asked, over the call that could not run yet. */
function paintWait(
  context: Context,
  { from, to, track, item }: Wait,
  { x, width, y }: Pick<Ground, 'x' | 'width' | 'y'>,
  inks: Inks,
): void {
  const left = Math.max(x(from), -4);
  const right = Math.min(x(to), width + 4);
  if (right - left < 1 || right < 0 || left > width) return;
  const top = y + track * TRACK + 2;
  context.save();
  context.beginPath();
  context.roundRect(left, top, right - left, BAR, Math.min(3, (right - left) / 2));
  context.clip();
  context.fillStyle = inks['wait-soft'];
  context.fillRect(left, top, right - left, BAR);
  context.strokeStyle = inks.wait;
  context.globalAlpha = 0.45;
  context.lineWidth = 1;
  context.beginPath();
  for (let stripe = left - BAR - (left % 7); stripe < right; stripe += 7) {
    context.moveTo(stripe, top + BAR);
    context.lineTo(stripe + BAR, top);
  }
  context.stroke();
  context.globalAlpha = 1;
  if (right - Math.max(left, 0) > 60) {
    const at = Math.max(left, 0) + 5;
    const words = fitting(context, `asks: ${item.tool}  ${item.what}`, right - at - 4);
    context.fillStyle = inks['wait-soft'];
    context.fillRect(at - 3, top + 1, Math.min(context.measureText(words).width + 6, right - at), BAR - 2);
    context.fillStyle = inks.wait;
    context.fillText(words, at, top + 12);
  }
  context.restore();
}

function paintBar(
  context: Context,
  bar: Bar,
  { x, y, width, height }: Shape,
  inks: Inks,
  edge: number,
): void {
  const { item } = bar;
  const failed = item.ok === false;
  context.fillStyle = failed ? inks.fail : inks[KIND_INK[bar.kind]];
  const left = Math.max(x, -4);
  const right = Math.min(x + width, edge + 4);
  if (bar.running) context.globalAlpha = 0.75;
  round(context, left, y, right - left, height, Math.min(3, width / 2));
  context.globalAlpha = 1;
  const room = right - Math.max(left, 0) - 10;
  if (room < 28) return;
  context.fillStyle = inks.surface;
  const words = item.what === '' ? item.tool : `${item.tool}  ${item.what}`;
  context.fillText(fitting(context, words, room), Math.max(left, 0) + 5, y + 12);
}

/** The narrowest a letter is, in pixels: so many of them are looked at, however long the words are. */
const NARROW = 2.5;

/** As much of the words as there is room for, in pixels; `…` says that it is not all. */
export function fitting(context: Pick<Context, 'measureText'>, words: string, room: number): string {
  let kept = words.slice(0, Math.ceil(room / NARROW));
  const wide = context.measureText(kept).width;
  if (kept === words && wide <= room) return words;
  kept = kept.slice(0, Math.ceil((kept.length * room) / Math.max(wide, room)));
  while (kept !== '' && context.measureText(`${kept.trimEnd()}…`).width > room)
    kept = cut(kept, kept.length - 1);
  return kept === '' ? '' : `${kept.trimEnd()}…`;
}

function round(context: Context, x: number, y: number, width: number, height: number, radius: number): void {
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
  context.fill();
}

/** Paints the time above the rows: how long nothing happened, and between that, as far as there is room, what time it was. */
export function paintAxis(
  context: Context,
  { scale, inks, place }: Pick<Picture, 'scale' | 'inks' | 'place'>,
): void {
  const { x, width, height, perPixel } = place;
  context.clearRect(0, 0, width, height);
  context.fillStyle = inks['ink-3'];
  const taken: [number, number][] = [];
  const write = (words: string, at: number): boolean => {
    const end = at + context.measureText(words).width;
    if (at < 0 || end > width || taken.some(([from, to]) => at < to + 12 && end + 12 > from)) return false;
    taken.push([at, end]);
    context.fillText(words, at, 15);
    return true;
  };
  const { segments } = scale;
  for (const { t0, t1, folded } of segments) {
    if (!folded || x(t1) < 0 || x(t0) > width) continue;
    const words = `${duration(t1 - t0)} later`;
    write(words, (x(t0) + x(t1) - context.measureText(words).width) / 2);
  }
  const step = tickStep(perPixel * 84);
  const zone = new Date(segments[0]?.t0 ?? 0).getTimezoneOffset() * 60_000;
  for (const [index, { t0, t1, folded }] of segments.entries()) {
    // Time goes on before the first thing and after the last one.
    const left = index === 0 ? 0 : Math.max(x(t0), 0);
    const right = index === segments.length - 1 ? width : Math.min(x(t1), width);
    if (folded || right < left) continue;
    const to = place.time(right);
    for (let at = Math.ceil((place.time(left) - zone) / step) * step + zone; at <= to; at += step) {
      const words =
        step < 1000
          ? `${clock(at)}.${String(at % 1000).padStart(3, '0')}`
          : clock(at).slice(0, step < 60_000 ? 8 : 5);
      const spot = x(at);
      if (!write(words, spot + 4)) continue;
      context.fillStyle = inks['line-2'];
      context.fillRect(spot, 4, 1, height);
      context.fillStyle = inks['ink-3'];
    }
  }
}
