// The box that writes to a session, and what became of what it sent.
import type { Message } from '../../src/protocol/index.ts';
import { command } from '../design/command.ts';
import { el, keepInOrder, setOptional, setText } from '../design/dom.ts';
import { join } from '../design/text.ts';
import { getAnswers, getMessages, getNames, haveRead, PAGE, send } from '../inbox/api.ts';
import { awayWords, movedAt } from '../inbox/words.ts';
import { keepLoaded } from '../live/keep-loaded.ts';
import type { Live } from '../live/live.ts';
import { may } from '../live/may.ts';
import { Draft } from './draft.ts';
import { makeReceipt, type Receipt } from './receipt.ts';

/** Receipts shown at once, and how long one that is at its end stays, in milliseconds. */
const SHOWN = 3;
const STAYS_MS = 10 * 60_000;
/** How long the daemon may take to answer, in milliseconds. */
const PATIENCE_MS = 15_000;

/** By session: a draft outlives the view. */
const drafts = new Map<string, Draft>();

export interface Reply {
  readonly node: HTMLElement;
  /** What the session is called, and whether it runs. */
  update(name: string, isLive: boolean): void;
  focus(): void;
}

export function makeReply(sessionId: string, live: Live, signal: AbortSignal): Reply {
  if (!may('send')) return readOnly();
  const draft = draftFor(sessionId);
  const label = el('label.unseen', { for: 'reply-text' });
  const text: HTMLTextAreaElement = el('textarea.field.reply-text', {
    id: 'reply-text',
    rows: 1,
    'aria-describedby': 'reply-hint',
    oninput: () => draft.write(text.value),
  });
  const hint = el('span.faint.tiny', { id: 'reply-hint' });
  const button = el('button.button', { type: 'submit' }, 'Send');
  const problem = el('p.bad.small.data', { role: 'alert', hidden: true });
  const list = el('ul.list.receipts', {
    'aria-live': 'polite',
    'aria-label': 'What became of your messages',
  });
  const node = el(
    'form.reply',
    {
      onsubmit: event => {
        event.preventDefault();
        void post();
      },
    },
    list,
    label,
    text,
    problem,
    el('div.reply-foot', {}, hint, button),
  );

  const kept = new Map<string, Receipt>();
  const mine = new Set<string>();
  const load = async (): Promise<void> => {
    const { messages } = await getMessages({ from: PAGE, to: sessionId, limit: SHOWN }, signal);
    const shown = messages.filter(isNews).toReversed();
    mine.clear();
    for (const { id } of messages) mine.add(id);
    const answers = new Map<string, readonly Message[]>();
    for (const { id, recipients } of shown)
      if (recipients.some(({ answeredAt }) => answeredAt !== undefined))
        answers.set(id, (await getAnswers(id, signal)).messages);
    const waits = shown.some(({ state }) => state === 'queued');
    const { names } = waits ? await getNames(signal) : { names: [] };
    const away = awayWords(names.find(({ name }) => name === sessionId));
    list.hidden = shown.length === 0;
    keepInOrder(
      list,
      kept,
      shown,
      ({ id }) => id,
      () => makeReceipt(again),
      (receipt, message) => receipt.draw(message, { answers: answers.get(message.id) ?? [], away }),
    );
    if (document.hidden) return;
    for (const [id, all] of answers) if (all.some(({ state }) => state === 'queued')) await haveRead(id);
  };
  const again = keepLoaded({
    ...{ live, signal, load },
    isMovedBy: ({ type, data }) =>
      type.startsWith('inbox.') && (data.to === sessionId || mine.has(String(data.messageId))),
    // What is shown stays as it is; the connection in the bar tells the rest.
    failed: () => {},
  });

  async function post(): Promise<void> {
    const isSent = await draft.send((message, key) =>
      send({ to: sessionId, from: PAGE, message, key }, AbortSignal.timeout(PATIENCE_MS)),
    );
    if (isSent) again();
    // A button that cannot be pressed any more loses the focus; whoever is elsewhere by now stays there.
    const isHere = document.activeElement === document.body || node.contains(document.activeElement);
    if (!signal.aborted && isHere) text.focus();
  }

  const draw = (): void => {
    if (text.value !== draft.text) text.value = draft.text;
    text.readOnly = draft.sending;
    button.disabled = draft.sending || draft.text.trim() === '';
    setText(button, draft.sending ? 'Sending…' : 'Send');
    setOptional(problem, draft.problem);
  };
  draft.onChange = draw;
  text.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.isComposing || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void post();
  });
  // An answer is read once somebody can see it.
  document.addEventListener('visibilitychange', () => !document.hidden && again(), { signal });
  signal.addEventListener('abort', () => {
    draft.onChange = () => {};
  });
  draw();

  return {
    node,
    update(name, isLive) {
      setText(label, `Message to ${name}`);
      text.placeholder = `Message to ${name}`;
      setText(hint, join(KEYS, isLive ? '' : 'it does not run: a message waits for a day'));
    },
    focus: () => text.focus(),
  };
}

/** A phone has no such keys. */
const KEYS = matchMedia('(pointer: coarse)').matches
  ? ''
  : `${/Mac/.test(navigator.platform) ? '⌘' : 'Ctrl'}+Enter sends, Enter is a new line`;

/** Not at its end, or not for long. */
const isNews = (message: Message): boolean =>
  ['queued', 'held', 'accepted', 'dead'].includes(message.state) || Date.now() - movedAt(message) < STAYS_MS;

function draftFor(sessionId: string): Draft {
  const known = drafts.get(sessionId);
  if (known !== undefined) return known;
  const name = `hookline.draft.${sessionId}`;
  const draft = new Draft(
    {
      read: () => inStorage(storage => storage.getItem(name) ?? undefined),
      write: text =>
        inStorage(storage => (text === undefined ? storage.removeItem(name) : storage.setItem(name, text))),
    },
    () => crypto.getRandomValues(new Uint32Array(4)).join('-'),
  );
  drafts.set(sessionId, draft);
  return draft;
}

/** A browser that keeps nothing is no reason to fail: the draft lasts as long as the page then. */
function inStorage<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(sessionStorage);
  } catch {
    return undefined;
  }
}

function readOnly(): Reply {
  const words = `This login may look and not write. Open one that may with “${command('open')}”.`;
  return { node: el('p.reply.faint.small', {}, words), update() {}, focus() {} };
}
