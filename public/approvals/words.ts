// How a request ended, and why an answer was not taken, in words.
import { duration } from '../design/format.ts';
import { line } from '../design/text.ts';
import { ApiError } from '../live/api.ts';
import type { Ended } from './open-requests.ts';

/** `Allowed with the main token`, `Answered at its terminal`. */
export function endWords({ outcome, by, message, here }: Omit<Ended, 'request' | 'at'>): string {
  const why = line(message, 200);
  switch (outcome) {
    case 'allowed':
      return `Allowed ${byWords(by, here)}`;
    case 'denied':
      return withWhy(`Denied ${byWords(by, here)}`, why);
    case 'answered_elsewhere':
      return 'Answered at its terminal';
    case 'policy':
      return withWhy(`Answered by ${line(by, 80)}`, why);
    default:
      return withWhy('Only its terminal can answer it now', why || 'nobody did in time');
  }
}

const withWhy = (words: string, why: string): string => (why === '' ? words : `${words}: ${why}`);

function byWords(by: string, here: boolean): string {
  if (here) return 'by you, here';
  if (by === 'page') return 'on another page';
  if (by === 'link') return 'by a link that was sent';
  return by === 'main token' ? 'with the main token' : `by ${line(by, 80)}`;
}

/** How long somebody can still answer it here. */
export const leftWords = (ms: number): string =>
  ms <= 0 ? 'time is up' : `${duration(Math.ceil(ms / 1000) * 1000).replace('.0', '')} left`;

/** Why an answer was not taken, and what to do. */
export function refusalWords(error: unknown): string {
  if (!(error instanceof ApiError) || error.status === 0 || error.status >= 500)
    return 'hookline has not said that it has your answer. Answer again: it counts once, however often it comes.';
  if (error.status === 401) return 'Not answered: this page is logged out. Load it again to log in.';
  if (error.status === 404) return 'Not answered: it cannot be answered here any more; its terminal can.';
  return `Not answered: ${error.message.replace(/\.$/, '')}.`;
}
