// One event as one line: time, session, type, and what it is about.
import type { EventEnvelope } from '../../protocol/index.ts';
import type { Colors } from '../terminal.ts';
import type { Labels } from './labels.ts';
import { plain, plainShort } from './plain.ts';
import { isFailure, summarize } from './summary.ts';
import { padTo } from './table.ts';
import { clock } from './time.ts';

export interface LineStyle {
  readonly colors: Colors;
  /** Columns of the terminal; undefined when nobody watches, and lines may be longer. */
  readonly columns: number | undefined;
  readonly labels: Labels;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What the event is about, safe for a terminal and at most `room` characters long. Default: its summary. */
  readonly words?: (event: EventEnvelope, room: number) => string;
}

const LABEL_WIDTH = 16;
const TYPE_WIDTH = 20;
/** Characters of the summary when the line goes to a file or a pipe. */
const UNWATCHED = 200;

type Paint = (text: string) => string;

/** The line, free of anything a terminal would obey except our own colours. */
export function eventLine(event: EventEnvelope, style: LineStyle): string {
  const { colors, columns, labels, now, words: say = summary } = style;
  const time = clock(event.timestamp, now);
  const label = padTo(labels.of(event), LABEL_WIDTH);
  const type = padTo(plain(event.type), TYPE_WIDTH);
  const head = time.length + 2 + LABEL_WIDTH + 2 + TYPE_WIDTH + 2;
  const room = columns === undefined ? UNWATCHED : Math.max(20, columns - head);
  const paint = isFailure(event) ? colors.red : family(event.type, colors);
  const words = say(event, room);
  return `${colors.dim(time)}  ${label}  ${paint(type)}  ${isFailure(event) ? colors.red(words) : words}`.trimEnd();
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
  return paints[first] ?? colors.dim;
}
