// Finds commands by what somebody types: every word must fit, and what fits best comes first.
import { fold, splitWords } from '../../src/protocol/search-terms.ts';
import type { Command } from './command.ts';

/** The more exactly a word fits, the more. */
const WEIGHT = { begins: 8, word: 6, within: 3, besides: 2, letters: 1 };

/** How well a word fits; 0 when it does not. */
function fitOf(word: string, title: string, besides: string): number {
  const at = title.indexOf(word);
  if (at === 0) return WEIGHT.begins;
  if (at > 0) return startsWord(title, word) ? WEIGHT.word : WEIGHT.within;
  if (besides.includes(word)) return WEIGHT.besides;
  return word.length > 1 && hasInitials(title, word) ? WEIGHT.letters : 0;
}

const partsOf = (text: string): string[] => text.split(/[^\p{L}\p{N}]+/u).filter(part => part !== '');
const startsWord = (text: string, word: string): boolean => partsOf(text).some(part => part.startsWith(word));

/** `sif` for `Show in feed`. */
const hasInitials = (text: string, word: string): boolean =>
  partsOf(text)
    .map(part => part[0])
    .join('')
    .startsWith(word);

/**
 * The commands that a query finds, best first; those that fit equally well keep their order.
 * Without a query, all that need not be asked for.
 */
export function find(commands: readonly Command[], query: string): Command[] {
  const words = splitWords(query);
  if (words.length === 0) return commands.filter(({ onlyAsked }) => !onlyAsked);
  const scored = commands.flatMap(command => {
    const title = fold(command.title);
    const besides = fold(`${command.about ?? ''} ${command.words ?? ''}`);
    const fits = words.map(word => fitOf(word, title, besides));
    // What was typed as a whole is more than its words, and its whole name is more still.
    const typed = words.join(' ');
    const whole = (title === typed ? 2 : title.startsWith(typed) ? 1 : 0) * WEIGHT.begins;
    return fits.includes(0) ? [] : [{ command, score: whole + fits.reduce((sum, one) => sum + one, 0) }];
  });
  return scored.toSorted((left, right) => right.score - left.score).map(({ command }) => command);
}
