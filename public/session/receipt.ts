// What became of a message that this page sent: its state as it changes, why, what can be done, and the answer.
import type { Message } from '../../src/protocol/index.ts';
import { el, setAttribute, setText } from '../design/dom.ts';
import { cut, line, visible } from '../design/text.ts';
import { makeActions } from '../inbox/actions.ts';
import { chipOf, contentOf, standingWords } from '../inbox/words.ts';
import { href } from '../shell/route.ts';

/** Most of an answer that is shown here, in characters; all of it is on the page of the message. */
const LONGEST = 1500;

/** What is known besides. */
export interface More {
  /** The newest first. */
  readonly answers: readonly Message[];
  /** Why nothing is given to the session just now; empty where nothing stands in the way. */
  readonly away: string;
}

export interface Receipt {
  readonly node: HTMLElement;
  draw(message: Message, more: More): void;
}

/** @param done called when something was done with the message */
export function makeReceipt(done: () => void): Receipt {
  const chip = el('span.chip');
  const what = el('a.what.data.one-line');
  const why = el('p.why.small.soft.data');
  const said = el('ul.list.answers');
  const actions = makeActions(done);
  const node = el('li.receipt', {}, el('div.receipt-head', {}, chip, what, actions.node), why, said);

  function draw(message: Message, { answers, away }: More): void {
    const [recipient] = message.recipients;
    const { word, tone } = chipOf(message.state);
    node.dataset['state'] = message.state;
    setText(chip, word);
    setAttribute(chip, 'data-tone', tone);
    setText(what, line(contentOf(message), 120));
    setAttribute(what, 'href', href('inbox', message.id));
    setText(why, recipient === undefined ? '' : standingWords({ ...recipient, away }));
    said.hidden = answers.length === 0;
    said.replaceChildren(
      ...answers
        .toReversed()
        .map(answer => el('li', {}, el('p.words.data', {}, cut(visible(contentOf(answer)), LONGEST)))),
    );
    actions.draw(message);
  }
  return { node, draw };
}
