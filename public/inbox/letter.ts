// One message: all of its text, with whom it stands how, what it answers and what answered it, and each of its steps.
import type { EventEnvelope, Message, Recipient } from '../../src/protocol/index.ts';
import { el, setText } from '../design/dom.ts';
import { folded } from '../design/fold.ts';
import { moment, plural } from '../design/format.ts';
import { line, textOf } from '../design/text.ts';
import { getEvents } from '../live/api.ts';
import { keepLoaded } from '../live/keep-loaded.ts';
import type { Live } from '../live/live.ts';
import { may } from '../live/may.ts';
import type { App, Shown } from '../shell/app.ts';
import { href, type Route } from '../shell/route.ts';
import { makeActions } from './actions.ts';
import { getAnswers, getMessage, haveRead, PAGE } from './api.ts';
import { whoWords } from './row.ts';
import { chipOf, standingWords } from './words.ts';

/** Steps shown, the newest. */
const STEPS = 100;
/** Lines of a text shown at first. */
const LINES = 40;

export function showLetter(root: HTMLElement, { id }: Route, app: App): Shown {
  const { live, signal } = app;
  const title = el('h1.data', { tabindex: -1 }, 'Message');
  const chip = el('span.chip', { role: 'status' });
  const body = el('div.letter-page');
  const actions = makeActions(() => again());
  actions.node.hidden = true;
  root.append(
    el('p.small', {}, el('a', { href: href('inbox') }, '← Inbox')),
    el('header.view-head', {}, title, chip, el('span.spring'), actions.node),
    body,
  );
  let drawn = '';

  async function load(): Promise<void> {
    const message = await getMessage(id, signal);
    const [steps, answers] = await Promise.all([
      getEvents({ topics: 'inbox.*', q: id, from: 'newest', limit: STEPS }, signal),
      message.from === PAGE ? getAnswers(id, signal).then(({ messages }) => messages) : [],
    ]);
    draw(
      message,
      steps.events.filter(({ data }) => data.messageId === id),
      answers,
    );
    if (!document.hidden && may('send')) await read(message, answers);
  }

  /** What was written to this page is read now. */
  async function read(message: Message, answers: readonly Message[]): Promise<void> {
    const isNew = (one: Message): boolean => one.to === PAGE && one.state === 'queued';
    if (isNew(message) && message.inReplyTo !== undefined) await haveRead(message.inReplyTo);
    if (answers.some(isNew)) await haveRead(id);
  }

  const again = keepLoaded({
    ...{ live, signal, load },
    isMovedBy: ({ type, data }) => type.startsWith('inbox.') && (data.messageId === id || data.name === PAGE),
    failed: ({ status, message }) => {
      if (drawn !== '') return;
      const words = status === 404 ? 'There is no such message, or not any more.' : `${message}.`;
      body.replaceChildren(el('p.empty', {}, words));
    },
  });

  document.addEventListener('visibilitychange', () => !document.hidden && again(), { signal });

  function draw(message: Message, steps: readonly EventEnvelope[], answers: readonly Message[]): void {
    const { word, tone } = chipOf(message.state);
    setText(title, `${whoWords(message.from, live)} → ${whoWords(message.to, live)}`);
    app.title(`${title.textContent}`);
    setText(chip, word);
    chip.dataset['tone'] = tone;
    actions.draw(message);
    const key = JSON.stringify([message, steps.map(({ seq }) => seq), answers]);
    if (key === drawn) return;
    drawn = key;
    body.replaceChildren(
      el('section.panel.letter-text', { 'aria-label': 'What it says' }, contentNode(message)),
      listed(
        'Answers',
        answers.toReversed().map(one => el('li', {}, contentNode(one))),
      ),
      listed(
        'Recipients',
        message.recipients.map(one => recipientNode(one, live)),
      ),
      listed('Steps', steps.map(stepNode)),
      el('section', {}, el('h2', {}, 'About it'), factsOf(message)),
    );
  }
  return {};
}

const contentNode = ({ message, payload }: Message): HTMLElement =>
  message === undefined
    ? folded(typeof payload === 'string' ? payload : JSON.stringify(payload, undefined, 2), undefined, LINES)
    : folded(message, undefined, LINES);

function listed(title: string, nodes: readonly HTMLElement[]): HTMLElement | string {
  return nodes.length === 0
    ? ''
    : el('section', {}, el('h2', {}, title), el('ul.list.letter-list', {}, nodes));
}

function recipientNode(one: Recipient, live: Live): HTMLElement {
  const { word, tone } = chipOf(one.state);
  return el(
    'li',
    {},
    el(
      'div.letter-head',
      {},
      el('strong.data', {}, whoWords(one.name, live)),
      one.sessionId === undefined
        ? undefined
        : el('a.small.data', { href: href('session', one.sessionId) }, live.nameOf(one.sessionId)),
      el('span.chip', { 'data-tone': tone }, word),
      el('time.faint.tiny', {}, moment(one.at)),
    ),
    el('p.small.soft.data', {}, standingWords(one)),
    el(
      'p.small.faint.data',
      {},
      one.tries === 0
        ? 'Not given yet.'
        : `Given ${plural(one.tries, 'time')}, last by ${line(one.path, 40)}.`,
    ),
  );
}

const stepNode = ({ seq, type, timestamp, data }: EventEnvelope): HTMLElement =>
  el(
    'li.step',
    {},
    el('time.faint.tiny', {}, moment(timestamp)),
    el('a.mono.small', { href: href('feed', '', { topics: 'inbox.*', event: seq }) }, line(type, 60)),
    el(
      'span.small.soft.data',
      {},
      [line(data.name, 128), line(data.path, 60), line(data.reason, 300)].filter(Boolean).join(' · '),
    ),
  );

function factsOf(message: Message): HTMLElement {
  const { id, via, verified, priority, createdAt, expiresAt, key, replyTo, inReplyTo, correlationId } =
    message;
  const rows: readonly (readonly [string, string | HTMLElement])[] = [
    ['Sent', `${moment(createdAt)}, via ${via}${verified ? '' : ', unverified'}`],
    ['Waits until', moment(expiresAt)],
    ['Priority', priority === 'normal' ? '' : priority],
    [
      'Answers',
      inReplyTo === undefined
        ? ''
        : el('a.mono.data', { href: href('inbox', inReplyTo) }, line(inReplyTo, 256)),
    ],
    ['Answer to', line(replyTo, 256)],
    ['Conversation', line(correlationId, 256)],
    ['Files', (message.files ?? []).map(file => line(file, 4096)).join('\n')],
    ['Besides', message.metadata === undefined ? '' : line(textOf(message.metadata), 2000)],
    ['Type', line(message.type, 256)],
    ['Key', line(key, 256)],
    ['Id', line(id, 256)],
  ];
  return el(
    'dl.values.facts-list',
    {},
    rows
      .filter(([, value]) => value !== '')
      .map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd.data.lines', {}, value))),
  );
}
