// One event in full, beside whatever view is open: its fields, its JSON, the hook it came from; and the one before and after.
import type { EventEnvelope } from '../../src/protocol/index.ts';
import { copyText } from '../design/clipboard.ts';
import { el, isWithin, setText } from '../design/dom.ts';
import { count, day, plural } from '../design/format.ts';
import { type IconName, icon } from '../design/icons.ts';
import { line } from '../design/text.ts';
import { summary, tone } from '../design/words.ts';
import { untilAnswered } from '../live/again.ts';
import { getEvents } from '../live/api.ts';
import type { Live } from '../live/live.ts';
import { isPast, seqInLog } from '../live/past.ts';
import type { MaybeSeq } from '../shell/app.ts';
import { href, routeOf, withParams } from '../shell/route.ts';
import { otherHalf } from './call.ts';
import { jsonNode, jsonText } from './json.ts';
import { fieldList } from './value.ts';

type Form = 'fields' | 'json' | 'hook';

const FORMS: readonly (readonly [Form, string])[] = [
  ['fields', 'Fields'],
  ['json', 'JSON'],
  ['hook', 'Hook payload'],
];

interface Ways {
  /** The seq before (-1) or after (1) another one in the view that is open. */
  step(seq: number, by: number): Promise<Awaited<MaybeSeq>>;
  /** Opens another seq, or closes with undefined, by way of the address. */
  turn(seq: number | undefined): void;
}

export interface Inspector {
  /** Opens an event; undefined closes the panel. */
  show(seq: number | undefined): Promise<void>;
  /** Goes to the event before (-1) or after (1); false while it is closed. */
  move(by: number): boolean;
}

/** Fills the panel. */
export function makeInspector(panel: HTMLElement, live: Live, { step, turn }: Ways): Inspector {
  let now: number | undefined;
  let form: Form = 'fields';
  let event: EventEnvelope | undefined;
  /** The other half of a tool call, once it is here. */
  let other: EventEnvelope | undefined;
  let asked = new AbortController();
  let cameFrom: Element | null = null;
  let way: Promise<unknown> = Promise.resolve();

  /** Marks whatever the open view shows of the event, also what it draws only later. */
  const marks = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, marks];
  const mark = (seq: number | undefined): void =>
    marks.replaceSync(seq === undefined ? '' : `[data-seqs~="${seq}"] { background: var(--chosen) }`);

  const title = el('h2.mono.data', { tabindex: -1 });
  const about = el('div.about');
  const body = el('div.inspector-body');
  const button = (name: IconName, label: string, onclick: () => void): HTMLElement =>
    el(
      'button.button.quiet.square',
      { type: 'button', 'aria-label': label, title: label, onclick },
      icon(name),
    );
  const copied = el('span.unseen', { role: 'status' });
  const copyWord = document.createTextNode('Copy');
  const copy = el('button.button', { type: 'button', onclick: () => copyIt() }, icon('copy'), copyWord);
  const forms = FORMS.map(([name, label]) =>
    el(
      'button',
      { type: 'button', 'aria-pressed': String(name === form), onclick: () => choose(name) },
      label,
    ),
  );
  panel.append(
    el(
      'div.inspector-head',
      {},
      title,
      button('back', 'Event before (k)', () => move(-1)),
      button('next', 'Event after (j)', () => move(1)),
      button('close', 'Close (Escape)', () => turn(undefined)),
    ),
    about,
    el(
      'div.inspector-forms',
      {},
      el('div.choice', { role: 'group', 'aria-label': 'Form' }, forms),
      copy,
      copied,
    ),
    body,
  );

  async function show(seq: number | undefined): Promise<void> {
    if (seq === now) return;
    asked.abort();
    mark(seq);
    if (seq === undefined) return close();
    if (now === undefined) cameFrom = document.activeElement;
    let opened = now === undefined;
    now = seq;
    panel.hidden = false;
    document.documentElement.classList.add('inspecting');
    panel.setAttribute('aria-label', `Event ${seqInLog(seq)}`);
    asked = new AbortController();
    panel.setAttribute('aria-busy', 'true');
    // What could not be read is a thing to read, too.
    const settled = (): void => {
      panel.setAttribute('aria-busy', 'false');
      if (opened && now === seq) title.focus({ preventScroll: true });
      opened = false;
    };
    const { signal } = asked;
    await untilAnswered(
      live,
      signal,
      () => load(seq, signal),
      error => {
        say(`Event ${count(seqInLog(seq))} could not be read: ${error.message}.`);
        settled();
      },
    );
    if (!signal.aborted) settled();
  }

  async function load(seq: number, signal: AbortSignal): Promise<void> {
    const { events } = await getEvents({ after: seq - 1, before: seq + 1, limit: 1 }, signal);
    const [found] = events;
    event = found;
    other = undefined;
    if (found === undefined)
      return say(
        `There is no event ${count(seqInLog(seq))} in the log: retention took it away, or it was never there.`,
      );
    await draw(found, signal);
    void addOther(found, signal);
  }

  /** An event is worth reading without its other half: nobody waits for that. */
  async function addOther(half: EventEnvelope, signal: AbortSignal): Promise<void> {
    const found = await otherHalf(half, signal).catch(() => undefined);
    if (found === undefined || signal.aborted || half !== event) return;
    other = found;
    about.replaceChildren(...aboutNodes(half, live, other));
    if (form === 'fields') body.replaceChildren(...fieldNodes(half, other));
  }

  function say(words: string): void {
    event = undefined;
    setText(title, `Event ${count(seqInLog(now ?? 0))}`);
    about.replaceChildren();
    body.replaceChildren(el('p.empty', {}, words));
  }

  async function draw(shown: EventEnvelope, signal: AbortSignal): Promise<void> {
    live.learn([shown]);
    setText(title, line(shown.type, 80));
    title.dataset['tone'] = tone(shown);
    about.replaceChildren(...aboutNodes(shown, live, other));
    if (form === 'json') return body.replaceChildren(jsonNode(asInLog(shown)));
    if (form === 'fields') return body.replaceChildren(...fieldNodes(shown, other));
    const payload = await hookPayload(shown, signal);
    if (signal.aborted || form !== 'hook') return;
    body.replaceChildren(
      payload === undefined
        ? el(
            'p.empty',
            {},
            'No hook told this event: it was derived, read from a transcript, or is the daemon’s own.',
          )
        : jsonNode(payload),
    );
  }

  function choose(name: Form): void {
    form = name;
    forms.forEach((one, index) => {
      one.setAttribute('aria-pressed', String(FORMS[index]?.[0] === name));
    });
    if (event === undefined) return;
    const shown = event;
    const { signal } = asked;
    void untilAnswered(
      live,
      signal,
      () => draw(shown, signal),
      ({ message }) => body.replaceChildren(el('p.empty', {}, `${message}.`)),
    );
  }

  function close(): void {
    now = undefined;
    event = undefined;
    panel.hidden = true;
    document.documentElement.classList.remove('inspecting');
    body.replaceChildren();
    if (cameFrom instanceof HTMLElement && cameFrom.isConnected) cameFrom.focus({ preventScroll: true });
  }

  /** One step after the other, however fast somebody presses. */
  function move(by: number): void {
    way = way.then(async () => {
      const to = now === undefined ? undefined : await step(now, by).catch(() => undefined);
      if (to !== undefined && now !== undefined) turn(to);
    });
  }

  async function copyIt(): Promise<void> {
    if (event === undefined) return;
    const shown = form === 'hook' ? await hookPayload(event).catch(() => undefined) : asInLog(event);
    if (shown === undefined) return;
    const done = await copyText(jsonText(shown));
    const words = done ? 'Copied' : 'This browser does not let pages copy';
    setText(copied, words);
    copyWord.data = done ? 'Copied' : 'Blocked';
    setTimeout(() => {
      copyWord.data = 'Copy';
      setText(copied, '');
    }, 1500);
  }

  document.addEventListener('keydown', pressed => {
    if (now === undefined || pressed.ctrlKey || pressed.metaKey || pressed.altKey) return;
    // A dialog has an Escape of its own.
    if (pressed.key === 'Escape' && !isWithin(pressed, 'dialog')) turn(undefined);
  });
  return {
    show,
    move(by) {
      if (now !== undefined) move(by);
      return now !== undefined;
    },
  };
}

function aboutNodes(
  { seq, timestamp, sessionId, agentId, source, type, data }: EventEnvelope,
  live: Live,
  other: EventEnvelope | undefined,
): HTMLElement[] {
  const at = new Date(timestamp);
  const time = `${day(timestamp)}, ${at.toLocaleTimeString('en-GB')}.${String(at.getMilliseconds()).padStart(3, '0')}`;
  const words = summary({ type, data });
  return [
    words === '' ? undefined : el('p.summary.data.few-lines', {}, words),
    el(
      'p.facts.small',
      {},
      el('span', {}, `seq ${count(seqInLog(seq))}${isPast(seq) ? ' of what was taken in' : ''}`),
      el('time', { datetime: Number.isNaN(at.getTime()) ? undefined : at.toISOString() }, time),
      sessionId === ''
        ? el('span', {}, 'the daemon’s own')
        : el('a.data', { href: href('session', sessionId) }, live.nameOf(sessionId)),
      agentId === undefined ? undefined : el('span.data', {}, live.agentName(agentId)),
      el('span.data', {}, line(source, 60)),
    ),
    el(
      'p.facts.small',
      {},
      other === undefined
        ? undefined
        : el(
            'a',
            { href: withParams(routeOf(location.hash), { event: other.seq }) },
            other.type === 'tool.use' ? 'its call' : 'its result',
          ),
      isPast(seq)
        ? undefined
        : el('a', { href: href('board', '', { at: seq, event: seq }) }, 'the board then'),
    ),
  ].filter(node => node !== undefined);
}

function fieldNodes(
  { data, sessionId, agentId }: EventEnvelope,
  other: EventEnvelope | undefined,
): (HTMLElement | string)[] {
  const ids = { sessionId, ...(agentId === undefined ? {} : { agentId }) };
  const empty = Object.keys(data).length === 0;
  // A result does not say what was asked for; its call does.
  const call = other?.type === 'tool.use' && data['input'] === undefined ? other.data['input'] : undefined;
  return [
    call === undefined ? '' : fieldList({ input: call }),
    empty ? el('p.empty', {}, `${plural(0, 'field')} of its own.`) : fieldList(data),
    sessionId === '' ? '' : fieldList(ids),
  ];
}

const asInLog = (event: EventEnvelope): EventEnvelope => ({ ...event, seq: seqInLog(event.seq) });

/** The payload as the agent sent it, when a hook told the event. */
async function hookPayload(
  { seq }: EventEnvelope,
  signal?: AbortSignal,
): Promise<EventEnvelope['data'] | undefined> {
  const { events } = await getEvents(
    { after: seq - 1, before: seq + 1, topics: 'hook.**', limit: 1 },
    signal,
  );
  return events[0]?.data;
}
