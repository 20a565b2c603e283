// How a message stands, in words that say no more than is proven.
import type { Message, MessageState, Recipient } from '../../src/protocol/index.ts';
import { clock } from '../design/format.ts';
import { own } from '../design/lookup.ts';
import { line, textOf } from '../design/text.ts';
import type { NameRow } from './api.ts';

/** The reason of what hookline holds, for two sessions go in circles. */
const LOOP = 'loop';

const CHIPS: Readonly<Record<MessageState, { readonly word: string; readonly tone: string }>> = {
  queued: { word: 'Waits', tone: '' },
  held: { word: 'Held', tone: 'wait' },
  accepted: { word: 'Taken, not proven', tone: '' },
  delivered: { word: 'Arrived', tone: 'work' },
  dead: { word: 'Not delivered', tone: 'bad' },
  expired: { word: 'Expired', tone: 'bad' },
  cancelled: { word: 'Taken back', tone: '' },
};

/** A state in a word or two, and the tone of its chip. */
export const chipOf = (state: unknown): { readonly word: string; readonly tone: string } =>
  own(CHIPS, state) ?? { word: line(state, 40), tone: '' };

/** What is known of how a message stands with somebody; of an event less than of a message. */
export interface Standing extends Partial<Pick<Recipient, 'tries' | 'answeredAt'>> {
  readonly state: string | undefined;
  readonly path?: string | undefined;
  readonly reason?: string | undefined;
  /** Why nothing is given to its recipient just now. */
  readonly away?: string;
}

/** The same as a sentence or two; empty where the state says it all. */
export function standingWords(one: Standing): string {
  switch (one.state) {
    case 'queued':
      return waitWords(one);
    case 'held':
      return isLoop(one)
        ? 'Two sessions wrote to each other so often that hookline holds it: until somebody types a prompt in one of the two, or it is released.'
        : `Held: ${reasonOf(one) || 'the session’s user has to let it in, at its terminal'}.`;
    case 'accepted':
      return takenWords(one);
    case 'delivered':
      return deliveredWords(one);
    case 'dead':
      return `Not delivered: ${reasonOf(one) || 'no reason was given'}.`;
    case 'expired':
      return 'Nobody took it in time.';
    case 'cancelled':
      return reasonOf(one) === 'purged'
        ? 'Taken back, with all that waited.'
        : 'Taken back before anybody had it.';
    default:
      return '';
  }
}

function waitWords({ tries = 0, reason, away = '' }: Standing): string {
  const before = tries === 0 ? '' : `Given ${tries === 1 ? 'once' : `${tries} times`}, and it came back: `;
  const why = reasonOf({ reason });
  const back =
    before === '' ? (why === '' ? '' : `${capital(why)}. `) : `${before}${why || 'no reason was given'}. `;
  return `${back}It is on record and waits${away === '' ? '' : `: ${away}`}.`;
}

/** Why nothing is given to a name just now; empty where nothing stands in the way. */
export function awayWords(row: NameRow | undefined): string {
  if (row === undefined) return '';
  if (!row.live)
    return row.sessionId === undefined
      ? 'no session has this name, and no program took it'
      : 'its session does not run';
  const open = row.ways.some(({ whyNot }) => whyNot === undefined);
  return open ? '' : line(row.ways[0]?.whyNot, 300);
}

function takenWords({ path }: Standing): string {
  if (path === 'inbox-socket') return 'Taken by the session’s socket; that it arrived is not proven yet.';
  if (path === 'take') return 'Taken by a program, which has not said yet that it has it.';
  return `Given${path === undefined ? '' : ` by ${line(path, 40)}`}; that it arrived is not proven yet.`;
}

function deliveredWords({ path, answeredAt }: Standing): string {
  const how =
    path === 'take'
      ? 'Arrived: whoever took it said so.'
      : path === 'inbox-socket'
        ? 'Arrived: the session was given it as a prompt.'
        : 'Arrived.';
  return answeredAt === undefined ? how : `${how} Answered at ${clock(answeredAt)}.`;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const reasonOf = ({ reason }: Pick<Standing, 'reason'>): string => line(reason, 400).replace(/\.$/, '');

/** Whether hookline holds it, and not the session it was given to. */
export const isLoop = ({ state, reason }: Standing): boolean => state === 'held' && reason === LOOP;

/** What is in a message: its text, else its payload as JSON. */
export const contentOf = ({
  message,
  type,
  payload,
}: Pick<Message, 'message' | 'type' | 'payload'>): string =>
  message ?? `${line(type, 256)} ${textOf(payload)}`;

/** Milliseconds since 1970 when a message was as it is for the last time: its newest step. */
export const movedAt = ({ createdAt, recipients }: Pick<Message, 'createdAt' | 'recipients'>): number =>
  Math.max(createdAt, ...recipients.map(({ at }) => at));
