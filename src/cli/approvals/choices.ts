// What was chosen on the command line, as the answers to the questions of a request.
import { UsageError } from '../failure.ts';
import type { Question } from './shown.ts';

/** What was typed. */
export interface Chosen {
  /** Labels of options, or their numbers; `2:Blue` is for the second question. */
  readonly choice: readonly string[];
  /** Words of one's own, in the same way. */
  readonly text: readonly string[];
}

/**
 * By the words of each question its answer. Where there are several questions, those without a number go to them in order.
 *
 * @throws UsageError, for a choice that there is not, or a question without an answer
 */
export function answersFor(
  questions: readonly Question[],
  { choice, text }: Chosen,
): Record<string, string | string[]> {
  const given: string[][] = questions.map(() => []);
  let next = 0;
  const put = (typed: string, isChoice: boolean): void => {
    const [, number, rest = typed] = (questions.length > 1 && /^(\d+):\s*(.*)$/s.exec(typed)) || [];
    const at = number === undefined ? (questions.length > 1 ? next++ : 0) : Number(number) - 1;
    const question = questions[at];
    if (question === undefined)
      throw new UsageError(
        `there is no question for ${JSON.stringify(typed)}; there are ${questions.length}`,
      );
    given[at]?.push(isChoice ? labelOf(question, rest) : rest);
  };
  for (const typed of choice) put(typed, true);
  for (const typed of text) put(typed, false);
  const open = questions.filter((_, at) => given[at]?.length === 0);
  if (open.length > 0)
    throw new UsageError(
      `not answered: ${open.map(({ question }) => JSON.stringify(question)).join(', ')}; give a --choice or --text for each, such as --choice "2:Blue" for the second`,
    );
  return Object.fromEntries(
    questions.map(({ question }, at) => {
      const [first = '', ...more] = given[at] ?? [];
      return [question, more.length === 0 ? first : [first, ...more]];
    }),
  );
}

function labelOf({ question, options }: Question, typed: string): string {
  const wanted = typed.trim().toLowerCase();
  const found =
    options.find(({ label }) => label === typed) ??
    options.find(({ label }) => label.toLowerCase() === wanted) ??
    (/^\d+$/.test(wanted) ? options[Number(wanted) - 1] : undefined);
  if (found) return found.label;
  const all = options.map(({ label }, at) => `${at + 1} ${JSON.stringify(label)}`).join(', ');
  throw new UsageError(
    `${JSON.stringify(typed)} is no choice for ${JSON.stringify(question)}; there are ${all}; words of your own go with --text`,
  );
}
