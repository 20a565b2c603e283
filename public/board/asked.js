// What the user is asked to allow: a sentence, and what it is about; changes of files as changes, and whatever is long whole.
import { asksInWords, askWords } from '../design/asks.ts';
import { changeNode, changeOf, isChange } from '../design/change.ts';
import { el } from '../design/dom.ts';
import { folded } from '../design/fold.ts';
import { line, prose } from '../design/text.ts';
import { telling } from '../design/words.ts';
import { untilAnswered } from '../live/again.ts';
import { getEvents } from '../live/api.ts';

/** Lines shown of what is long. */
const LINES = 10;

/** What it is about, in short: code as code, words as words; an empty text when nothing is known. */
export function aboutNode(toolName, what, longest) {
  const words = asksInWords(toolName);
  const text = words ? prose(what, longest) : line(what, longest);
  return text === '' ? '' : el(words ? 'p.quoted.data.few-lines' : 'code.quoted.data.few-lines', {}, text);
}

/** `draw(sessionId, asked, who)` shows a `pendingPermission` of the state, asked for by whom. */
export function makeAsked(live, signal) {
  const node = el('div.asked');
  let drawn;

  function draw(sessionId, asked, who) {
    const key = JSON.stringify([asked, who]);
    if (key === drawn) return;
    drawn = key;
    const { toolName, what = '' } = asked;
    const about = el('div.about-it', {}, aboutNode(toolName, what, 400));
    node.replaceChildren(el('p.data', {}, `${who} ${askWords(toolName)}`), about);
    // The state has a line of it, which says where it was cut.
    const isCut = what.endsWith('…');
    if (!isChange(toolName) && !isCut) return;
    untilAnswered(live, signal, async () => {
      const input = await inputOf(sessionId, asked, signal);
      if (input === undefined || key !== drawn) return;
      if (isCut) about.replaceChildren(folded(telling(input), undefined, LINES));
      const change = changeOf(toolName, input);
      if (change === undefined) return;
      const everywhere = input.replace_all === true ? el('p.small', {}, 'Wherever it is in the file:') : '';
      about.append(everywhere, changeNode(change, LINES));
    });
  }
  return { node, draw };
}

/** The input of the call, as it was asked about; undefined when the log does not have it. */
async function inputOf(sessionId, { toolName, agentId, since }, signal) {
  const query = { topics: 'permission.requested', sessionId, since, until: since + 1, limit: 100 };
  const { events } = await getEvents(query, signal);
  const asked = events.find(
    one => one.timestamp === since && one.agentId === agentId && one.data.toolName === toolName,
  );
  return asked?.data.input;
}
