// One event as one line: time, session, type, and what it is about.
import type { EventEnvelope } from '../../protocol/index.ts';
import type { Colors } from '../terminal.ts';
import type { Labels } from './labels.ts';
import { plain, plainShort } from './plain.ts';
import { isFailure, summarize } from './summary.ts';
import { clock, shortClock } from './time.ts';
import { cutTo, displayWidth, padTo } from './width.ts';

export interface LineStyle {
  readonly colors: Colors;
  /** Columns of the terminal; undefined when nobody watches, and nothing is cut. */
  readonly columns: number | undefined;
  readonly labels: Labels;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What was printed before; without it no line is marked as told late. */
  readonly order?: Order;
  /** What the event is about, safe for a terminal and at most `room` columns wide. Default: its summary. */
  readonly words?: (event: EventEnvelope, room: number) => string;
}

/** What the help says of the mark of lines that were told late. */
export const LATE_LEGEND = '↶ behind a time: told late, it happened before the line above.';
const LATE = '↶';

/** Notices lines that run backwards in time. */
export class Order {
  #latest = Number.NEGATIVE_INFINITY;

  /** Whether the line of an event at this time has one above it with a later time, as one reads them, in seconds. */
  isLate(timestamp: number): boolean {
    const second = Math.floor(timestamp / 1000);
    const late = second < this.#latest;
    this.#latest = Math.max(this.#latest, second);
    return late;
  }
}

/** Below these columns a date is short, and below those nothing but the session stands in a column of its own. */
const ROOMY = { date: 100, columns: 80 };

/** Columns of the session's name and of the type; those of the type only where it is filled up with spaces. */
const WIDE = { label: 16, type: 20, gap: '  ' };
const NARROW = { label: 12, type: 0, gap: ' ' };

type Paint = (text: string) => string;

/** The line, free of anything a terminal would handle except our own colours, and no wider than the terminal. */
export function eventLine(event: EventEnvelope, style: LineStyle): string {
  const { colors, columns = Number.POSITIVE_INFINITY, labels, now, order, words: say = summary } = style;
  const { label, type, gap } = columns < ROOMY.columns ? NARROW : WIDE;
  const time = columns < ROOMY.date ? shortClock(event.timestamp, now) : clock(event.timestamp, now);
  const late = order?.isLate(event.timestamp) ?? false;
  const failed = isFailure(event);
  labels.learn(event);
  const known = labels.of(event, columns === Number.POSITIVE_INFINITY ? columns : label);
  const head: readonly (readonly [string, Paint])[] = [
    late ? [time, String] : [time, colors.dim],
    late ? [`${LATE} `, colors.yellow] : ['  ', String],
    [padTo(known, label) + gap, String],
    [padTo(plain(event.type), type) + gap, failed ? colors.red : family(event.type, colors)],
  ];
  let room = columns;
  const painted = head.map(([text, paint]) => {
    const part = cutTo(text, room);
    room -= displayWidth(part);
    return paint(part);
  });
  const words = room > 0 ? say(event, room) : '';
  return `${painted.join('')}${failed ? colors.red(words) : words}`.trimEnd();
}

const summary = (event: EventEnvelope, room: number): string => plainShort(summarize(event), room);

function family(type: string, colors: Colors): Paint {
  const [first = ''] = type.split('.');
  const paints: Readonly<Record<string, Paint>> = {
    session: colors.magenta,
    prompt: colors.green,
    turn: colors.green,
    tool: colors.cyan,
    permission: colors.yellow,
    elicitation: colors.yellow,
    agent: colors.blue,
    task: colors.blue,
    teammate: colors.blue,
    system: colors.yellow,
  };
  return (Object.hasOwn(paints, first) && paints[first]) || colors.dim;
}
