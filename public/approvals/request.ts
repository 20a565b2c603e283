// One request on the page: who asks for what, all of it, how long there is, and the answers it may have.
import type { RequestOfApproval } from '../../src/protocol/index.ts';
import { askWords } from '../design/asks.ts';
import { el, setText } from '../design/dom.ts';
import { may } from '../live/may.ts';
import { type AnswerKey, makeAnswers } from './answers.ts';
import { bodyOf } from './body.ts';
import type { OpenRequests } from './open-requests.ts';
import { makeQuestions, questionsIn } from './questions.ts';
import { leftWords } from './words.ts';

/** How long what is asked must have been seen before it can be answered, in milliseconds. */
export const SEEN_MS = 500;

export interface RequestView {
  readonly node: HTMLElement;
  readonly requestId: string;
  /** @param now in milliseconds since 1970; @param isLive whether the daemon is there */
  draw(now: number, isLive: boolean): void;
  /** Presses what a key stands for; false when it stands for nothing, or cannot be pressed. */
  press(key: AnswerKey): boolean;
}

/**
 * @param requests where it is answered
 * @param who asks for it, as a sentence begins
 */
export function makeRequest(
  request: RequestOfApproval,
  requests: Pick<OpenRequests, 'answer' | 'expiresAt'>,
  who: string,
): RequestView {
  const { requestId, toolName, input, kind } = request;
  const canAnswer = may('approve');
  const asked = kind === 'question' ? questionsIn(input) : undefined;
  let changed = (): void => {};
  const questions = asked && makeQuestions(asked, { id: requestId, canAnswer, changed: () => changed() });
  const answers = canAnswer
    ? makeAnswers(request, answer => requests.answer(requestId, answer), questions)
    : undefined;
  if (answers) changed = answers.changed;
  const left = el('span.faint.small');
  const { questions: _, ...besides } = input;
  const node = el(
    'section.request',
    { 'aria-label': `${who} ${askWords(toolName)}` },
    el('div.request-head', {}, el('p.data', {}, `${who} ${askWords(toolName)}`), left),
    questions?.node,
    questions && Object.keys(besides).length === 0
      ? undefined
      : bodyOf(toolName, questions ? besides : input),
    answers?.node ?? el('p.small', {}, 'This login may look and not answer.'),
  );
  let isSeen = false;
  let isThere = false;

  const draw = (now: number, isLive: boolean): void => {
    isThere = isLive;
    setText(left, leftWords(requests.expiresAt(requestId) - now));
    answers?.draw(isLive && isSeen);
  };
  setTimeout(() => {
    isSeen = true;
    draw(Date.now(), isThere);
  }, SEEN_MS);
  return { node, requestId, draw, press: key => answers?.press(key) ?? false };
}
