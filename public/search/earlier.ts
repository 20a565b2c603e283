// Sessions from before hookline that nobody has taken in: how many there are, and, for who may, the button that takes them in.
import type { HistoryStatus } from '../../src/protocol/index.ts';
import { command } from '../design/command.ts';
import { el, setText } from '../design/dom.ts';
import { count, plural } from '../design/format.ts';
import { ask } from '../live/api.ts';
import { may } from '../live/may.ts';

/** How often it is looked how far it is, in milliseconds; as long as they are not counted, half as often each time. */
const LOOK_MS = 1000;

/** Hidden as long as there is nothing to say. */
export function makeEarlier(signal: AbortSignal): HTMLElement {
  const words = el('p', { role: 'status' });
  const button = el('button.button', { type: 'button', hidden: true, onclick: () => take() }, 'Take them in');
  const node = el('div.earlier', { hidden: true }, words, button);
  let looking: ReturnType<typeof setTimeout> | undefined;
  let countedIn = LOOK_MS;
  signal.addEventListener('abort', () => clearTimeout(looking));

  function draw(status: HistoryStatus): void {
    const said = wordsOf(status);
    node.hidden = said === '';
    setText(words, said);
    button.hidden = !may('control') || status.import?.state === 'running' || !status.unseen?.sessions;
    if (status.import?.state === 'running') lookIn(LOOK_MS);
    // The daemon has just started, and does that a little later.
    else if (status.unseen === undefined) {
      lookIn(countedIn);
      countedIn *= 2;
    }
  }

  function lookIn(ms: number): void {
    if (!signal.aborted) looking = setTimeout(look, ms);
  }

  /** What cannot be known is not said: it is a hint. */
  function look(): void {
    ask<HistoryStatus>('GET', '/api/history', { signal }).then(draw, () => {});
  }

  function take(): void {
    button.hidden = true;
    ask<HistoryStatus>('POST', '/api/history/import', { body: {}, signal }).then(draw, (error: Error) => {
      if (!signal.aborted) setText(words, `They could not be taken in: ${error.message}.`);
    });
  }

  look();
  return node;
}

function wordsOf({ unseen, import: run }: HistoryStatus): string {
  if (run?.state === 'running') {
    const { all, taken, known, live, other, empty, failed } = run.sessions;
    const done = taken + known + live + other + empty + failed;
    return `Sessions from before hookline are taken in: ${count(done)} of ${count(all)}.`;
  }
  if (run?.state === 'failed') return `Sessions from before hookline could not be taken in: ${run.reason}`;
  if (!unseen?.sessions) return run?.state === 'done' && run.events > 0 ? 'All of them are here now.' : '';
  const there = plural(unseen.sessions, 'finished session');
  const how = may('control') ? '' : ` Take them in with ${command('history import')}.`;
  return `No search finds ${there} from before hookline.${how}`;
}
