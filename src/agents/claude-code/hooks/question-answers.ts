// The answers to the questions of AskUserQuestion, as Claude Code takes them: a text for each, by the words of the question.
import { InvalidAnswerError } from '../../../approvals/index.ts';
import { isObject, type JsonObject } from '../../../json.ts';
import type { Answer } from '../../../protocol/index.ts';

/**
 * Several choices are one text, with commas between them (Claude Code 2.1.332).
 *
 * @throws InvalidAnswerError, unless every question has its answer, and nothing else has one
 */
export function answersOf(input: JsonObject, answers: Answer['answers'] = {}): Record<string, string> {
  const questions = Array.isArray(input['questions']) ? input['questions'].filter(isObject) : [];
  const asked = new Map(questions.map(one => [String(one['question']), one['multiSelect'] === true]));
  const stranger = Object.keys(answers).find(question => !asked.has(question));
  if (stranger !== undefined)
    throw new InvalidAnswerError(
      `answers has ${JSON.stringify(stranger.slice(0, 100))}, which was not asked; asked: ${listed([...asked.keys()])}`,
    );
  const open = [...asked.keys()].filter(question => !Object.hasOwn(answers, question));
  if (open.length > 0) throw new InvalidAnswerError(`answers lacks ${listed(open)}`);
  return Object.fromEntries(
    Object.entries(answers).map(([question, given]) => [
      question,
      textOf(question, given, asked.get(question)),
    ]),
  );
}

function textOf(question: string, given: string | string[], severalMayBe: boolean | undefined): string {
  const choices = [given].flat();
  if (choices.length > 1 && !severalMayBe)
    throw new InvalidAnswerError(`${JSON.stringify(question)} takes one answer, not ${choices.length}`);
  if (choices.some(choice => choice.trim() === ''))
    throw new InvalidAnswerError(`an answer to ${JSON.stringify(question)} is empty`);
  return choices.join(', ');
}

const listed = (questions: readonly string[]): string =>
  questions.map(question => JSON.stringify(question)).join(', ');
