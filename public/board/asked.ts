// What the user is asked to allow: a sentence, and what it is about; changes of files as changes, and whatever is long whole.
import type { PendingPermission } from '../../src/protocol/index.ts';
import { changeOf, isChange } from '../../src/story/change.ts';
import { asksInWords, askWords } from '../design/asks.ts';
import { changeNode } from '../design/change.ts';
import { el } from '../design/dom.ts';
import { folded } from '../design/fold.ts';
import { field } from '../design/lookup.ts';
import { line, prose } from '../design/text.ts';
import { telling } from '../design/words.ts';
import { untilAnswered } from '../live/again.ts';
import { getEvents } from '../live/api.ts';
import type { Live } from '../live/live.ts';

/** Lines shown of what is long. */
const LINES = 10;

/** What it is about, in short: code as code, words as words; an empty text when nothing is known. */
export function aboutNode(toolName: string, what: string, longest: number): HTMLElement | string {
  const words = asksInWords(toolName);
  const text = words ? prose(what, longest) : line(what, longest);
  return text === '' ? '' : el(words ? 'p.quoted.data.few-lines' : 'code.quoted.data.few-lines', {}, text);
}

/** Shows a `pendingPermission` of the state. */
export interface Asked {
  readonly node: HTMLElement;
  /** @param who asks for it, as a sentence begins */
  draw(sessionId: string, asked: PendingPermission, who: string): void;
}

export function makeAsked(live: Live, signal: AbortSignal): Asked {
  const node = el('div.asked');
  let drawn: string | undefined;

  function draw(sessionId: string, asked: PendingPermission, who: string): void {
    const key = JSON.stringify([asked, who]);
    if (key === drawn) return;
    drawn = key;
    const { toolName, what = '' } = asked;
    const about = el('div.about-it', {}, aboutNode(toolName, what, 400));
    node.replaceChildren(el('p.data', {}, `${who} ${askWords(toolName)}`), about);
    // The state has a line of it, which says where it was cut.
    const isCut = what.endsWith('…');
    if (!isChange(toolName) && !isCut) return;
    void untilAnswered(live, signal, async () => {
      const input = await inputOf(sessionId, asked, signal);
      if (input === undefined || key !== drawn) return;
      if (isCut) about.replaceChildren(folded(telling(input), undefined, LINES));
      const change = changeOf(toolName, input);
      if (change === undefined) return;
      const everywhere =
        field(input, 'replace_all') === true ? el('p.small', {}, 'Wherever it is in the file:') : '';
      about.append(everywhere, changeNode(change, LINES));
    });
  }
  return { node, draw };
}

/** The input of the call, as it was asked about; undefined when the log does not have it. */
async function inputOf(
  sessionId: string,
  { toolName, agentId, since }: PendingPermission,
  signal: AbortSignal,
): Promise<unknown> {
  const query = { topics: 'permission.requested', sessionId, since, until: since + 1, limit: 100 };
  const { events } = await getEvents(query, signal);
  const asked = events.find(
    one => one.timestamp === since && one.agentId === agentId && one.data.toolName === toolName,
  );
  return asked?.data.input;
}
